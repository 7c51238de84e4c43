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

import numpy as np
from numpy.typing import NDArray

from .budget import COST, Election
from .greedy import greedy
from .purses import BROKE, ROUNDING, Floats, Indices, Purses

COMPLETIONS = ("none", "add1", "greedy")


@dataclass(frozen=True)
class Purchase:
    """A project bought. `price`: money for a unit of satisfaction, at most, from each who wants it;
    None when it was bought by the greedy rule, from what all had left over."""

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
        """What one voter with this ballot paid for each project, in money and in order.

        Exact: for each purchase with a price, what all voters paid comes to its cost, and what one
        has left is `share` less the sum. Of add1 the share is what it had grown to.
        """
        left, found = self.share, {}
        for bought in self.purchases:
            points = ballot.get(bought.name, 0)
            if bought.price is None or self._satisfied(bought.name, points) <= 0:
                continue
            asked = bought.price * self._satisfied(bought.name, points)
            found[bought.name] = min(left, asked)
            left -= found[bought.name]
        return {name: amount for name, amount in found.items() if amount}

    def _satisfied(self, name: str, points: Fraction | int) -> Fraction:
        n = self.election.place[name]
        if self.satisfaction == COST:
            return self.election.costs[n] * bool(points)
        return Fraction(points) if self.satisfaction == "points" else Fraction(bool(points))


@dataclass(frozen=True)
class _Support:
    """Of a project: the groups that want it; for each its voters, a voter's values, all its values."""

    groups: Indices
    weight: Floats
    value: Floats
    worth: Floats


@dataclass(frozen=True)
class _Offer:
    """A project its supporters can pay for: `low` ≤ price of a unit ≤ `high`; who gives all, who does
    not, what each of those values it, and their values together."""

    n: int
    low: float
    high: float
    poor: Indices
    rich: Indices
    value: Floats
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
    found = count.outcome(share)
    while completion == "add1" and not count.exhaustive(found):
        share += step
        more = count.outcome(share)
        if more.cost > election.budget:
            break
        found = more
    if completion == "greedy":
        rest = (Purchase(name, None) for name in greedy(election, satisfaction, found.winners))
        return Outcome(election, satisfaction, share, (*found.purchases, *rest))
    return found


class _Count:
    """The supports of an election's projects, kept while the share grows."""

    def __init__(self, election: Election, satisfaction: str) -> None:
        self.election, self.satisfaction = election, satisfaction
        values = election.values(satisfaction).astype(np.float64)
        self.weight = election.weight.astype(np.float64)
        self.rows = (election.start, election.project, values)
        order = np.argsort(election.project, kind="stable")
        order = order[values[order] > 0]
        bounds = np.searchsorted(election.project[order], np.arange(len(election.names) + 1))
        self.support = []
        for first, last in zip(bounds, bounds[1:], strict=False):
            groups, value = election.group[order[first:last]], values[order[first:last]]
            weight = self.weight[groups]
            self.support.append(_Support(groups, weight, value, weight * value))
        self.units = [election.unit(satisfaction, n) for n in range(len(election.names))]
        wanted = [n for n, s in enumerate(self.support) if len(s.groups) and self.units[n]]
        self.gifts = [n for n in wanted if not election.costs[n]]
        self.wanted = [n for n in wanted if election.costs[n]]

    def exhaustive(self, found: Outcome) -> bool:
        """Nothing more that somebody wants could be paid for."""
        left, bought = self.election.budget - found.cost, set(found.winners)
        missed = (n for n in self.wanted if self.election.names[n] not in bought)
        return all(self.election.costs[n] > left for n in missed)

    def outcome(self, share: Fraction) -> Outcome:
        """Prices only rise as people spend, so projects are looked at in order of their last known price
        and the search for the cheapest stops at the first that cannot be it."""
        spending = _Spending(self, share)
        while offer := spending.cheapest():
            spending.buy(offer)
        names, purses = self.election.names, spending.purses
        gifts = (Purchase(names[n], Fraction(0)) for n in self.gifts)
        bought = (
            Purchase(names[n], Fraction(price, purses.common) / self.units[n])
            for n, price in purses.paid.items()
        )
        return Outcome(self.election, self.satisfaction, share, (*gifts, *bought))


class _Spending:
    """Equal shares with this much money for everybody."""

    def __init__(self, count: _Count, share: Fraction) -> None:
        self.purses = Purses(share, count.election.costs, count.weight, count.rows)
        self.costs = [float(cost) for cost in count.election.costs]
        self.units, self.fine_units = [float(unit) for unit in count.units], count.units
        self.support = list(count.support)
        self.waiting = list(count.wanted)
        # The least a unit can cost: when everybody pays in full.
        self.least = {
            n: _under(self.costs[n] / count.support[n].worth.sum() / self.units[n])
            for n in count.wanted
        }

    def cheapest(self) -> _Offer | None:
        best, offers = np.inf, []
        self.waiting.sort(key=self.least.__getitem__)
        for n in list(self.waiting):
            if self.least[n] > best:
                break
            offer = self.offer(n)
            if offer is None:
                self.waiting.remove(n)  # never again: nobody gets richer
                continue
            self.least[n] = offer.low
            best = min(best, offer.high)
            offers.append(offer)
        close = [offer for offer in offers if offer.low <= best]
        if len(close) < 2:
            return close[0] if close else None
        return min(close, key=lambda o: (self.price(o) / self.fine_units[o.n], o.n))

    def price(self, offer: _Offer) -> Fraction:
        return self.purses.price(offer.n, offer.poor, offer.rest)

    def buy(self, offer: _Offer) -> None:
        self.purses.pay(offer.n, offer.poor, offer.rich, offer.value, offer.rest)
        self.waiting.remove(offer.n)

    def offer(self, n: int) -> _Offer | None:
        """At what price project `n` can be bought; None if its supporters cannot pay for it."""
        purses, cost = self.purses, self.costs[n]
        support, have = self._alive(n)
        given = support.weight * have
        total = float(given.sum())
        # Errors: of each purse, and of adding so many numbers in any order.
        sums = (len(have) + 8) * ROUNDING
        error = float(support.weight.sum()) * purses.error + sums * max(cost, total)
        if total + error < cost:
            return None
        exact_cost = purses.over_common(purses.costs[n])
        if total - error < cost and purses.together(support.groups) < exact_cost:
            return None
        poor = have + purses.error < _under(self.least[n] * self.units[n]) * support.value
        while True:
            # Whole numbers below 2⁵³, so exact.
            rest = float(support.worth.sum() - support.worth[poor].sum())
            price = (cost - float(given[poor].sum())) / rest
            off = 2 * error / rest
            poorer = have + purses.error < (price - off) * support.value
            if (poorer & ~poor).any():
                poor |= poorer
                continue
            doubtful = (have - purses.error < (price + off) * support.value) & ~poor
            if not doubtful.any():
                break
            doubtful = self._cannot(n, support, poor, doubtful, int(rest))
            if not doubtful.any():
                break
            poor |= doubtful
        low, high = _under((price - off) / self.units[n]), _over((price + off) / self.units[n])
        groups = support.groups
        return _Offer(n, low, high, groups[poor], groups[~poor], support.value[~poor], int(rest))

    def _alive(self, n: int) -> tuple[_Support, Floats]:
        """Supporters who are not broke, and what a voter of each group has."""
        support = self.support[n]
        have = self.purses.money[support.groups]
        alive = have > BROKE
        if not alive.all():
            parts = (support.groups, support.weight, support.value, support.worth)
            groups, weight, value, worth = (part[alive] for part in parts)
            support = self.support[n] = _Support(groups, weight, value, worth)
            have = have[alive]
        return support, have

    def _cannot(
        self, n: int, support: _Support, poor: NDArray[np.bool_], doubtful: NDArray[np.bool_], rest: int
    ) -> NDArray[np.bool_]:
        """Which of the doubtful have less than the price of what they value, exactly."""
        purses = self.purses
        missing = purses.over_common(purses.costs[n]) - purses.together(support.groups[poor])
        found = np.zeros_like(doubtful)
        for i in np.flatnonzero(doubtful).tolist():
            has = purses.one(int(support.groups[i]))
            found[i] = has * rest < missing * int(support.value[i])
        return found


def _under(x: float) -> float:
    """A little less than `x`, more than the rounding of a few operations."""
    return x - abs(x) * 8 * ROUNDING


def _over(x: float) -> float:
    return x + abs(x) * 8 * ROUNDING
