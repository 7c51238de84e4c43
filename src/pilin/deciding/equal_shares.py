"""The method of equal shares.

Peters, Pierczyński and Skowron, "Proportional Participatory Budgeting with Additive Utilities",
NeurIPS 2021: everybody has the same share of the budget; a project is bought when those who want it can
pay for it, and the one that costs its supporters least a unit of satisfaction is bought first.

Prices are exact. Floats with a proven error (`purses`) find the few projects and the few people in doubt,
and fractions decide about those; a true tie goes to the smaller name, as in the reference (pabutools).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heappush
from itertools import pairwise
from math import lcm
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .budget import COST, POINTS, Election
from .greedy import greedy
from .purses import ROUNDING, Floats, Indices, Purses

NOBODY = np.array([], dtype=np.int64)
COMPLETIONS = ("none", "add1", "greedy")
#: Groups times projects up to which a full table of values is quicker than the list of entries.
SMALL = 1_000_000


@dataclass(frozen=True)
class Purchase:
    """A project bought. `price`: money for a unit of satisfaction, from each who wants it and has so
    much left; None when it was bought by the greedy rule, from what was left of the whole budget."""

    name: str
    price: Fraction | None


@dataclass(frozen=True)
class Outcome:
    """What was bought, in order, and the `share` of money everybody had for it."""

    election: Election
    satisfaction: str
    share: Fraction
    purchases: tuple[Purchase, ...]

    @property
    def winners(self) -> list[str]:
        return [purchase.name for purchase in self.purchases]

    @property
    def cost(self) -> Fraction:
        return self.election.cost_of(self.winners)

    def paid(self, ballot: Mapping[str, Fraction | int]) -> dict[str, Fraction]:
        """What one voter with this ballot (points by project) paid for each project, in money and in
        order; what is left of `share` is the voter's still.

        In exact fractions: what all voters paid for a project with a price comes to its cost, to the
        last digit. With add1 the share is what it had grown to, more than there is a head.
        """
        left, found = self.share, {}
        for bought in self.purchases:
            if bought.price is None or bought.name not in ballot:
                continue
            asked = min(left, bought.price * self._satisfied(bought.name, ballot[bought.name]))
            if asked > 0:
                found[bought.name] = asked
                left -= asked
        return found

    def _satisfied(self, name: str, points: Fraction | int) -> Fraction | int:
        if self.satisfaction == POINTS:
            return points
        return self.election.costs[self.election.place[name]] if self.satisfaction == COST else 1


class _Support(NamedTuple):
    """Of a project: the groups that want it; for each its voters, a voter's values, all its values; all
    values together; whether each is one; what adding so many numbers may lose, in parts of the sum; and
    a no for each. Values are whole, so their sums are exact."""

    groups: Indices
    weight: Floats
    value: Floats
    worth: Floats
    whole: float
    alike: bool
    rounding: float
    nobody: NDArray[np.bool_]


class _Offer(NamedTuple):
    """A project its supporters can pay for: `low` ≤ price of a unit ≤ `high`; which of its supporters
    have to give all, and what it is worth to the others together."""

    n: int
    low: float
    high: float
    poor: NDArray[np.bool_]
    rest: int


def equal_shares(
    election: Election,
    satisfaction: str = COST,
    completion: str = "none",
    step: Fraction | int = 1,
) -> Outcome:
    """Count an election by equal shares.

    `satisfaction`: the cost of a project on the ballot, one ("cardinality"), or the points given.
    `completion`: "none", "add1" (everybody's share grows by `step`, in money, for as long as what is
    bought stays within the budget) or "greedy" (what is left is spent by the greedy rule). Wanted
    projects that cost nothing come first. Raises ValueError for others, and a step not above nought.
    """
    if completion not in COMPLETIONS:
        raise ValueError(f"completion is {', '.join(COMPLETIONS)}, not {completion}")
    if step <= 0:
        raise ValueError("the step is above nought")
    count = _Count(election, satisfaction)
    if not election.voters:
        return Outcome(election, satisfaction, Fraction(0), ())
    share = election.budget / election.voters
    found = count.spend(share)
    while completion == "add1" and not count.exhaustive(found):
        share += step
        more = count.spend(share)
        if more.cost > count.budget:
            break
        found = more
    bought = count.purchases(found)
    if completion == "greedy":
        winners = [purchase.name for purchase in bought]
        bought += [Purchase(name, None) for name in greedy(election, satisfaction, winners)]
    return Outcome(election, satisfaction, found.share, tuple(bought))


class _Count:
    """What stays the same while the share grows."""

    def __init__(self, election: Election, satisfaction: str) -> None:
        self.election = election
        # Who dislikes a project does not pay for it, nor is paid.
        self.value = np.maximum(election.values(satisfaction).astype(np.float64), 0.0)
        self.weight = election.weight.astype(np.float64)
        self.ballots = (election.start, election.project, self.value)
        group = election.group
        self.dense: Floats | None = None
        if len(self.weight) * len(election.names) <= SMALL:
            self.dense = np.zeros((len(self.weight), len(election.names) + 1))
            self.dense[group, election.project] = self.value
            self.dense[:, -1] = 1
        self.costs = [float(cost) for cost in election.costs]
        self.fine = lcm(*{cost.denominator for cost in (election.budget, *election.costs)})
        self.fine_costs = [int(cost * self.fine) for cost in election.costs]
        self.budget = int(election.budget * self.fine)
        order = np.argsort(election.project, kind="stable")
        order = order[self.value[order] > 0]
        project, groups, value = election.project[order], group[order], self.value[order]
        weight = self.weight[groups]
        worth, ones = weight * value, value == 1
        whole = np.bincount(project, worth, len(election.names)).tolist()
        bounds = np.searchsorted(project, np.arange(len(election.names) + 1)).tolist()
        nobody = np.zeros(len(order), dtype=np.bool_)
        self.support = []
        for n, (first, last) in enumerate(pairwise(bounds)):
            part = slice(first, last)
            alike = np.count_nonzero(ones[part]) == last - first
            parts = groups[part], weight[part], value[part], worth[part]
            rounding = (last - first + 8) * ROUNDING
            self.support.append(_Support(*parts, whole[n], alike, rounding, nobody[part]))
        self.units = [election.unit(satisfaction, n) for n in range(len(election.names))]
        self.float_units = [float(unit) for unit in self.units]
        wanted = [n for n, s in enumerate(self.support) if s.whole and self.units[n]]
        self.gifts = [n for n in wanted if not election.costs[n]]
        self.wanted = [n for n in wanted if election.costs[n]]
        # The least a value can cost: when everybody pays in full.
        self.least = {n: _under(self.costs[n] / self.support[n].whole) for n in self.wanted}
        self.waiting = [(_under(x / self.float_units[n]), n) for n, x in self.least.items()]
        heapify(self.waiting)

    def spend(self, share: Fraction) -> _Spending:
        """Prices only rise as people spend, so projects are looked at in order of their last known price
        and the search for the cheapest stops at the first that cannot be it."""
        spending = _Spending(self, share)
        while offer := spending.cheapest():
            spending.buy(offer)
        return spending

    def exhaustive(self, found: _Spending) -> bool:
        """Nothing more that somebody wants could be paid for."""
        left, paid = self.budget - found.cost, found.purses.paid
        return all(self.fine_costs[n] > left for n in self.wanted if n not in paid)

    def purchases(self, found: _Spending) -> list[Purchase]:
        names, purses = self.election.names, found.purses
        return [Purchase(names[n], Fraction(0)) for n in self.gifts] + [
            Purchase(names[n], Fraction(price, purses.common) / self.units[n])
            for n, price in purses.paid.items()
        ]


class _Spending:
    """Equal shares with this much money for everybody."""

    def __init__(self, count: _Count, share: Fraction) -> None:
        self.share, self.purses = (
            share,
            Purses(share, count.fine_costs, count.fine, count.weight, count.ballots, count.dense),
        )
        self.costs, self.units, self.float_units = count.costs, count.units, count.float_units
        self.support = count.support
        self.plenty = float(share) * (1 - 32 * ROUNDING)
        self.least = dict(count.least)  # of one value, as far as is known
        self.waiting = count.waiting.copy()  # a heap: and of a unit, with the project

    @property
    def cost(self) -> int:
        """Of what is bought, in whole numbers of 1/`fine`."""
        return sum(self.purses.costs[n] for n in self.purses.paid)

    def cheapest(self) -> _Offer | None:
        best, offers, waiting = np.inf, [], self.waiting
        while waiting and waiting[0][0] <= best:
            offer = self.offer(heappop(waiting)[1])
            if offer is not None:  # else never again: nobody gets richer
                best = min(best, offer.high)
                offers.append(offer)
        close = [offer for offer in offers if offer.low <= best]
        if not close:
            return None
        chosen = min(close, key=self.rank) if len(close) > 1 else close[0]
        for offer in offers:
            if offer is not chosen:
                heappush(waiting, (offer.low, offer.n))
        return chosen

    def rank(self, offer: _Offer) -> tuple[Fraction, int]:
        """Price of a unit, exactly; then the name's place."""
        missing = self.purses.missing(offer.n, self.support[offer.n].groups[offer.poor])
        price = Fraction(missing, self.purses.common * offer.rest)
        return price / self.units[offer.n], offer.n

    def buy(self, offer: _Offer) -> None:
        support = self.support[offer.n]
        poor = support.groups[offer.poor]
        self.purses.pay(offer.n, support.groups, support.value, poor, offer.rest)

    def offer(self, n: int) -> _Offer | None:
        """At what price project `n` can be bought; None if its supporters cannot pay for it."""
        purses, cost, support = self.purses, self.costs[n], self.support[n]
        if support.alike and not purses.paid and self.least[n] < self.plenty:
            # Nobody has paid yet, and all who want it can pay in full: as `least` was found.
            least, unit = self.least[n], self.float_units[n]
            price = _over(_over(least)) / unit
            return _Offer(n, _under(least / unit), _over(price), support.nobody, int(support.whole))
        have = purses.money[support.groups]
        total = float(support.weight.dot(have))
        # Errors: of each purse, and of adding them in any order.
        each = purses.error
        error = support.whole * each + support.rounding * max(cost, total)
        if total < cost + error and (
            total < cost - error or purses.together(support.groups) < purses.missing(n, NOBODY)
        ):
            return None
        # Up to this price a voter pays in full; values are at least one, so errors do not grow.
        limit = have if support.alike else have / support.value
        poor = limit < self.least[n] - each
        while True:
            price, rest = cost, support.whole
            if many := np.count_nonzero(poor):
                price -= float(support.weight[poor].dot(have[poor]))
                rest -= float(support.worth.dot(poor.astype(np.float64)))
            price /= rest
            off = 2 * error / rest + 2 * each
            perhaps = limit < price + off  # all the poor are among them
            if np.count_nonzero(perhaps) == many:
                break
            poorer = (limit < price - off) > poor
            if not np.count_nonzero(poorer):
                poorer = self._cannot(n, support, poor, perhaps > poor, int(rest))
                if not np.count_nonzero(poorer):
                    break
            poor |= poorer
        self.least[n] = _under(price - off)
        unit = self.float_units[n]
        return _Offer(n, _under(self.least[n] / unit), _over((price + off) / unit), poor, int(rest))

    def _cannot(
        self,
        n: int,
        support: _Support,
        poor: NDArray[np.bool_],
        doubtful: NDArray[np.bool_],
        rest: int,
    ) -> NDArray[np.bool_]:
        """Which of the doubtful have less than the price of what they value, exactly."""
        missing = self.purses.missing(n, support.groups[poor])
        found = np.zeros_like(doubtful)
        for i in np.flatnonzero(doubtful).tolist():
            has = self.purses.one(int(support.groups[i]))
            found[i] = has * rest < missing * int(support.value[i])
        return found


def _under(x: float) -> float:
    """A little less than `x`, more than the rounding of a few operations."""
    return x - abs(x) * 8 * ROUNDING


def _over(x: float) -> float:
    return x + abs(x) * 8 * ROUNDING
