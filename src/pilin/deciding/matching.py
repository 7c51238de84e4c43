"""Matching two sides: stable by their wishes, or at least cost.

Gale and Shapley, "College admissions and the stability of marriage", American Mathematical Monthly 69
(1962): deferred acceptance. Each seeker asks the places in order of its wishes; a place keeps the best
that ask and lets the others ask on. Nobody then has a place they would leave for one that would take
them, and no stable matching is better for any seeker (Roth 1985: whoever is without a place is so in all).

Kuhn, "The Hungarian method for the assignment problem", Naval Research Logistics Quarterly 2 (1955): each
with one other so that the costs are least in all, by scipy.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappush, heappushpop

import numpy as np
import scipy  # its parts are loaded when they are first used
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def stable(
    seekers: Sequence[Sequence[int]],
    places: Sequence[Sequence[int]],
    capacities: Sequence[int] | None = None,
) -> Ints:
    """The place of each seeker, (seekers,), −1 for none; stable, and the best such for every seeker.

    `seekers[s]`: places in order of s' wishes; `places[p]`: seekers in the order p would take them.
    Whoever is not listed is not acceptable; lists may be short. `capacities`: how many each place takes,
    one by default. Raises ValueError for a list that names somebody twice or nobody there is, or a
    capacity below nought.
    """
    rooms = [1] * len(places) if capacities is None else list(capacities)
    if len(rooms) != len(places) or any(room < 0 for room in rooms):
        raise ValueError("each place has a capacity of nought or more")
    _lists(seekers, len(places))
    _lists(places, len(seekers))
    rank = [{s: n for n, s in enumerate(wanted)} for wanted in places]
    taken: list[list[tuple[int, int]]] = [[] for _ in places]  # heaps, the least wanted first
    found = np.full(len(seekers), -1, dtype=np.int64)
    asking = [iter(wishes) for wishes in seekers]
    waiting = list(range(len(seekers)))
    while waiting:
        s = waiting.pop()
        for p in asking[s]:
            if s not in rank[p] or not rooms[p]:
                continue
            offer = (-rank[p][s], s)
            if len(taken[p]) < rooms[p]:
                heappush(taken[p], offer)
                found[s] = p
                break
            out = heappushpop(taken[p], offer)[1]
            if out != s:
                found[s], found[out] = p, -1
                waiting.append(out)
                break
    return found


def _lists(lists: Sequence[Sequence[int]], others: int) -> None:
    for n, names in enumerate(lists):
        if len(set(names)) < len(names) or any(not 0 <= name < others for name in names):
            raise ValueError(f"list {n} names somebody twice, or somebody who is not there")


def cheapest(costs: Floats) -> Ints:
    """For each row of `costs` (rows, columns) its column, (rows,), −1 for none: as many pairs as there
    can be, each row and column in one at most, and the sum of their costs the least.

    An infinite cost is a pair that cannot be. Raises ValueError if `costs` is no matrix, holds NaN or
    −∞, or the infinite costs leave fewer pairs than the shorter side has members.
    """
    if costs.ndim != 2 or np.isnan(costs).any() or np.isneginf(costs).any():
        raise ValueError("costs are a matrix of numbers")
    found = np.full(costs.shape[0], -1, dtype=np.int64)
    rows, columns = scipy.optimize.linear_sum_assignment(costs)
    found[rows] = columns
    return found
