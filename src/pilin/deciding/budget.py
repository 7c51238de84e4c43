"""Participatory budgets: the method of equal shares, and the greedy rule.

Peters, Pierczyński and Skowron, "Proportional Participatory Budgeting with Additive Utilities",
NeurIPS 2021: everybody has the same share of the budget; a project is bought when those who want it can
pay for it, and the one that costs its supporters least a unit of satisfaction is bought first.

Ballots that are alike are counted once, with a weight. Shares are floats; two projects whose price of
satisfaction differs by less than one part in 10¹¹ are a tie, and a tie goes to the smaller name, as in
the reference implementation (pabutools), which counts in exact fractions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

TIE = 1e-11
COST, CARDINALITY = "cost", "cardinality"


@dataclass(frozen=True)
class Election:
    """`costs` by project; `ballots`: points by project of each voter (1 for an approval)."""

    budget: Fraction
    costs: Mapping[str, Fraction]
    ballots: Sequence[Mapping[str, Fraction]]


@dataclass(frozen=True)
class Support:
    """Who wants a project: groups of alike ballots, and each member's satisfaction with it."""

    groups: NDArray[np.int64]
    satisfaction: NDArray[np.float64]


@dataclass(frozen=True)
class _Profile:
    names: list[str]
    costs: NDArray[np.float64]
    weights: NDArray[np.float64]  # voters in each group
    support: list[Support]


def _profile(election: Election, satisfaction: str) -> _Profile:
    names = sorted(p for p, cost in election.costs.items() if cost > 0)
    place = {name: n for n, name in enumerate(names)}
    alike: dict[tuple[tuple[str, Fraction], ...], int] = {}
    for ballot in election.ballots:
        key = tuple(sorted((p, x) for p, x in ballot.items() if p in place and x > 0))
        alike[key] = alike.get(key, 0) + 1
    groups: list[list[int]] = [[] for _ in names]
    points: list[list[float]] = [[] for _ in names]
    for g, ballot_ in enumerate(alike):
        for p, x in ballot_:
            n = place[p]
            groups[n].append(g)
            points[n].append(float(x * election.costs[p] if satisfaction == COST else x))
    support = [
        Support(np.array(g, dtype=np.int64), np.array(s, dtype=np.float64))
        for g, s in zip(groups, points, strict=True)
    ]
    costs = np.array([float(election.costs[p]) for p in names])
    return _Profile(names, costs, np.array(list(alike.values()), dtype=np.float64), support)


def equal_shares(
    election: Election, satisfaction: str = COST, completion: str = "none"
) -> list[str]:
    """Names of the projects bought, in the order they are.

    `satisfaction`: points times cost, or points. `completion`: none, "add1" (everybody's share grows
    by one for as long as what is bought stays within the budget) or "greedy" (what is left is spent
    by the greedy rule). Raises ValueError for others.
    """
    _known(satisfaction, completion)
    if not election.ballots:
        return []
    profile = _profile(election, satisfaction)
    share = float(election.budget / len(election.ballots))
    bought = _buy(profile, share)
    while completion == "add1" and not _exhaustive(election, profile, bought):
        share += 1
        more = _buy(profile, share)
        if cost_of(election, more) > election.budget:
            break
        bought = more
    return bought + (greedy(election, satisfaction, bought) if completion == "greedy" else [])


def greedy(election: Election, satisfaction: str = COST, already: Sequence[str] = ()) -> list[str]:
    """Projects by satisfaction for their cost, each bought if what is left pays for it.

    What was bought `already` is paid for first and not named again.
    """
    _known(satisfaction)
    profile = _profile(election, satisfaction)
    worth = {
        name: float((profile.weights[s.groups] * s.satisfaction).sum()) / cost
        for name, cost, s in zip(profile.names, profile.costs, profile.support, strict=True)
    }
    left, bought = election.budget - cost_of(election, already), []
    for name in _by_worth(worth):
        if name not in already and election.costs[name] <= left:
            bought.append(name)
            left -= election.costs[name]
    return bought


def cost_of(election: Election, names: Iterable[str]) -> Fraction:
    return sum((election.costs[name] for name in names), Fraction(0))


def _known(satisfaction: str, completion: str = "none") -> None:
    if satisfaction not in (COST, CARDINALITY):
        raise ValueError(f"satisfaction is cost or cardinality, not {satisfaction}")
    if completion not in ("none", "add1", "greedy"):
        raise ValueError(f"completion is none, add1 or greedy, not {completion}")


def _by_worth(worth: Mapping[str, float]) -> list[str]:
    """Names by worth, greatest first; within a tie by name."""
    names = sorted(worth, key=lambda name: (-worth[name], name))
    found: list[str] = []
    while names:
        top = worth[names[0]]
        tied = [n for n in names if worth[n] >= top * (1 - TIE)]
        first = min(tied)
        found.append(first)
        names.remove(first)
    return found


def _exhaustive(election: Election, profile: _Profile, bought: Sequence[str]) -> bool:
    """Nothing more that somebody wants could be paid for."""
    left = election.budget - cost_of(election, bought)
    wanted = {n for n, s in zip(profile.names, profile.support, strict=True) if len(s.groups)}
    return all(election.costs[name] > left for name in wanted - set(bought))


def _buy(profile: _Profile, share: float) -> list[str]:
    """Equal shares with this much money for everybody.

    Prices only rise as people spend, so projects are looked at in order of their last known price
    and the search stops at the first that could not be cheaper than the best found.
    """
    money = np.full(len(profile.weights), share)
    price = np.zeros(len(profile.names))  # lower bounds
    waiting = [n for n in range(len(profile.names)) if len(profile.support[n].groups)]
    bought: list[str] = []
    while waiting:
        best, chosen = np.inf, -1
        waiting.sort(key=lambda n: (price[n], n))
        for n in list(waiting):
            if price[n] > best * (1 + TIE):
                break
            price[n] = _price(profile, n, money)
            if price[n] == np.inf:
                waiting.remove(n)  # never again: nobody gets richer
            elif price[n] < best * (1 - TIE):
                best, chosen = price[n], n
            elif price[n] <= best * (1 + TIE):
                chosen = min(chosen, n)  # names are sorted: the smaller wins a tie
        if chosen < 0:
            break
        support = profile.support[chosen]
        paid = np.minimum(money[support.groups], price[chosen] * support.satisfaction)
        money[support.groups] -= paid
        money[money < share * 1e-13] = 0.0
        waiting.remove(chosen)
        bought.append(profile.names[chosen])
    return bought


def _price(profile: _Profile, n: int, money: NDArray[np.float64]) -> float:
    """Least price of a unit of satisfaction at which its supporters can pay for project `n`."""
    support, cost = profile.support[n], profile.costs[n]
    have, weight = money[support.groups], profile.weights[support.groups]
    if (have * weight).sum() < cost * (1 - TIE):
        return float(np.inf)
    limit = have / support.satisfaction  # up to this price a member pays in full measure
    order = np.argsort(limit, kind="stable")
    have, weight, wanted = have[order], weight[order], support.satisfaction[order]
    spent = np.concatenate([[0.0], np.cumsum(have * weight)[:-1]])  # by those who give all
    rest = np.cumsum((wanted * weight)[::-1])[::-1]
    prices = (cost - spent) / rest
    enough = np.flatnonzero(prices <= limit[order] * (1 + TIE))
    return float(prices[enough[0]]) if len(enough) else float(limit[order[-1]])


def as_json(election: Election, bought: Sequence[str]) -> dict[str, Any]:
    return {"winners": list(bought), "cost": float(cost_of(election, bought))}
