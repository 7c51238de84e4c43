"""A participatory budget: projects with their costs, and ballots, those alike counted once.

What the rules in `equal_shares` and `greedy` count, and `pabulib` reads and writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm

import numpy as np
from numpy.typing import NDArray

from pilin.wording.saying import say

#: How satisfied a voter is with a project on the ballot: by its cost, by one, or by the points given.
COST, CARDINALITY, POINTS = "cost", "cardinality", "points"
SATISFACTIONS = (COST, CARDINALITY, POINTS)
#: Up to here every sum of points is a whole number in float64 too.
MOST = 2**53


@dataclass(frozen=True, eq=False)
class Election:
    """Money in one currency, ballots as a sparse matrix of groups of like ballots by projects.

    `names` (projects, in the order that breaks ties: ascending) and `costs` (projects, above or at
    nought, exact). Group g was cast `weight[g]` times and names `project[start[g]:start[g + 1]]`
    (indices, ascending) with `points[start[g]:start[g + 1]]`, whole numbers of 1/`scale` of a point;
    an approval is one point. Shapes: start (groups + 1), weight (groups), project and points
    (entries), all int64. An empty ballot is a group without entries: its voters have a share too.
    """

    budget: Fraction
    names: tuple[str, ...]
    costs: tuple[Fraction, ...]
    start: NDArray[np.int64]
    weight: NDArray[np.int64]
    project: NDArray[np.int64]
    points: NDArray[np.int64]
    scale: int = 1

    @classmethod
    def of(
        cls,
        budget: Fraction,
        costs: Mapping[str, Fraction],
        ballots: Iterable[Mapping[str, Fraction | int]],
        weights: Sequence[int] | None = None,
    ) -> Election:
        """From ballots as mappings of project to points (1 for an approval), each cast `weights` times,
        or once.

        Raises ValueError for a budget or cost below nought, a project without cost, a weight below
        one, and points too many to be added exactly in float64.
        """
        if budget < 0 or any(cost < 0 for cost in costs.values()):
            raise ValueError(say("there is less than nothing of a budget or cost"))
        names = tuple(sorted(costs))
        place = {name: n for n, name in enumerate(names)}
        ballots = list(ballots)
        times = [1] * len(ballots) if weights is None else weights
        alike: dict[tuple[tuple[int, Fraction | int], ...], int] = {}
        for ballot, weight in zip(ballots, times, strict=True):
            if weight < 1:
                raise ValueError(say("a ballot is cast at least once"))
            for name in ballot:
                if name not in place:
                    raise ValueError(say("there is no project “{name}”", name=name))
            key = tuple(sorted((place[name], x) for name, x in ballot.items()))
            alike[key] = alike.get(key, 0) + int(weight)
        scale = lcm(*{x.denominator for key in alike for _, x in key})
        entries = [(n, int(x * scale), w) for key, w in alike.items() for n, x in key]
        if max(sum(max(abs(x), 1) * w for _, x, w in entries), sum(alike.values())) > MOST:
            raise ValueError(say("there are more points than can be added exactly"))
        return cls(
            budget,
            names,
            tuple(costs[name] for name in names),
            np.cumsum([0, *map(len, alike)], dtype=np.int64),
            np.array(list(alike.values()), dtype=np.int64),
            np.array([n for n, _, _ in entries], dtype=np.int64),
            np.array([x for _, x, _ in entries], dtype=np.int64),
            scale,
        )

    @cached_property
    def voters(self) -> int:
        return int(self.weight.sum())

    @cached_property
    def place(self) -> dict[str, int]:
        """Index of each project by its name."""
        return {name: n for n, name in enumerate(self.names)}

    @cached_property
    def group(self) -> NDArray[np.int64]:
        """Group of each entry, shape (entries)."""
        return np.repeat(np.arange(len(self.weight)), np.diff(self.start))

    def ballots(self) -> list[tuple[int, dict[str, Fraction]]]:
        """How often each ballot was cast, and its points by project."""
        found = []
        for g, weight in enumerate(self.weight.tolist()):
            part = slice(self.start[g], self.start[g + 1])
            pairs = zip(self.project[part].tolist(), self.points[part].tolist(), strict=True)
            found.append((weight, {self.names[n]: Fraction(x, self.scale) for n, x in pairs}))
        return found

    def cost_of(self, names: Iterable[str]) -> Fraction:
        """What projects cost together. Raises KeyError for a name that is none."""
        return sum((self.costs[self.place[name]] for name in names), Fraction(0))

    def values(self, satisfaction: str) -> NDArray[np.int64]:
        """Satisfaction of each entry, shape (entries), in the project's `unit`.

        Raises ValueError for a satisfaction that is none of SATISFACTIONS.
        """
        if satisfaction not in SATISFACTIONS:
            raise ValueError(f"satisfaction is {', '.join(SATISFACTIONS)}, not {satisfaction}")
        return self.points if satisfaction == POINTS else np.ones_like(self.points)

    def unit(self, satisfaction: str, n: int) -> Fraction:
        """What one of `values` of project `n` is worth."""
        if satisfaction == POINTS:
            return Fraction(1, self.scale)
        return self.costs[n] if satisfaction == COST else Fraction(1)
