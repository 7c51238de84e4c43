"""Groups of people from their positions: as Polis finds them, and alike from every run.

Polis groups base clusters from one start that hangs on the order of arrival, and takes the number of
groups of the best silhouette. By default all that is asked of geometry alone here: the same
positions give the same groups in whatever order people came, and nothing is drawn by lot.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .kmeans import Floats, Ints, Runs, lloyd, nearest, silhouettes

BASES = 100
MOST_GROUPS = 5
#: Sums of squares so near the least are as good to k-means: something else tells them apart.
AS_TIGHT = 1.003
#: Within this part of the best mean silhouette, fewer groups are preferred.
AS_GOOD = 0.1
#: From so many people on, the silhouette is measured over base clusters: cells of a grid.
SILHOUETTE_PEOPLE, SILHOUETTE_GRID = 1_000, 40
#: From so many on, k-means too runs over base clusters, of a finer grid.
KMEANS_PEOPLE, KMEANS_GRID = 60_000, 400


@dataclass(frozen=True)
class Groups:
    """`label` (people,) from 0; `centres` (k, 2); mean silhouette."""

    label: Ints
    centres: Floats
    silhouette: float


def most_groups(bases: int) -> int:
    """Numbers of groups tried, as Polis: 2 … min(5, 2 + ⌊bases/12⌋)."""
    return min(MOST_GROUPS, 2 + bases // 12)


def find_groups(positions: Floats, end: int = 1) -> Groups:
    """Groups from `positions` (people, 2); one group where all stand in one place.

    For each k, k-means runs from `starts_of`. Runs within 0.3 % of the least sum of squares count as
    equally tight: of these the one is taken that began at the `end` of the first axis (1 where it
    begins, −1 where it ends), else the one of the best silhouette. Then the fewest groups whose
    silhouette is within a tenth of the best.
    """
    points, weights = base_clusters(positions, KMEANS_PEOPLE, KMEANS_GRID)
    starts = starts_of(points, weights)
    if not len(starts):
        return _together(positions)
    runs = lloyd(points, weights, starts)
    groups = (~np.isnan(starts[:, :, 0])).sum(1)
    numbers = range(2, MOST_GROUPS + 1)
    centres = np.concatenate([_tightest(runs, groups == k, k, end) for k in numbers])
    if not len(centres):  # places that differ by rounding alone
        return _together(positions)
    ranked, ranked_weights = base_clusters(positions, SILHOUETTE_PEOPLE, SILHOUETTE_GRID)
    partitions = nearest(ranked, centres)
    different = list({labels.tobytes(): n for n, labels in enumerate(partitions)}.values())
    scores = silhouettes(ranked, ranked_weights, partitions[different])
    best: dict[int, tuple[float, int]] = {}
    for n, score in zip(different, scores.tolist(), strict=True):
        k = int((~np.isnan(centres[n, :, 0])).sum())
        best[k] = max(best.get(k, (-1.0, n)), (score, n), key=lambda one: one[0])
    top = max(score for score, _n in best.values())
    enough = top - AS_GOOD * abs(top)
    k, (score, n) = next((k, one) for k, one in sorted(best.items()) if one[0] >= enough)
    chosen = centres[n, :k]
    return Groups(nearest(positions, chosen[None])[0], chosen, score)


def _together(positions: Floats) -> Groups:
    """All in one group."""
    return Groups(np.zeros(len(positions), dtype=np.int64), positions.mean(0, keepdims=True), 0.0)


def _tightest(runs: Runs, of: NDArray[np.bool_], k: int, end: int) -> Floats:
    """Centres (…, 5, 2) of the runs `of` k groups that kept them all and are as tight as the least;
    of the one alone that began at this end, where it is among them."""
    own = np.flatnonzero(of)
    whole = [n for n in own if np.bincount(runs.labels[n], minlength=k).all()]
    least = runs.inertia[whole].min(initial=np.inf)
    tight = [n for n in whole if runs.inertia[n] <= AS_TIGHT * least]
    ahead = [n for n in own[ENDS[end]] if n in tight]
    return runs.centres[ahead or tight]


def polis_groups(positions: Floats) -> Groups:
    """Groups as a Polis server finds them that starts anew.

    Base clusters: k-means, k = 100, from the first hundred distinct rows in order of arrival.
    Groups: k-means on them, weighted by members, from the first k; k of the best mean silhouette
    over base clusters, each counted once (Polis math: conversation.clj, clusters.clj).
    """
    _distinct, first = np.unique(positions, axis=0, return_index=True)
    start = positions[np.sort(first)[:BASES]]
    runs = lloyd(positions, np.ones(len(positions)), start[None], 20)
    used, base = np.unique(runs.labels[0], return_inverse=True)
    bases, members = runs.centres[0, used], np.bincount(base).astype(np.float64)
    found = []
    for k in range(2, min(most_groups(len(bases)), len(bases)) + 1):
        run = lloyd(bases, members, bases[None, :k], 20)
        score = float(silhouettes(bases, np.ones(len(bases)), run.labels)[0])
        found.append(Groups(run.labels[0][base], run.centres[0], score))
    return max(found or [_together(positions)], key=lambda groups: groups.silhouette)


def base_clusters(positions: Floats, few: int, side: int) -> tuple[Floats, Floats]:
    """Points and their weights: the people themselves up to `few`, else the cells of a grid.

    A cell of the `side` × `side` grid that has people becomes one point: their mean, that heavy.
    """
    if len(positions) <= few:
        return positions, np.ones(len(positions))
    _cells, cell = np.unique(cells_of(positions, side), return_inverse=True)
    members = np.bincount(cell).astype(np.float64)
    sums = [np.bincount(cell, positions[:, axis]) for axis in (0, 1)]
    return np.column_stack(sums) / members[:, None], members


def cells_of(positions: Floats, side: int) -> NDArray[np.int64]:
    """The cell of each position in a grid of `side` × `side` over all of them, numbered from 0."""
    low, high = positions.min(0), positions.max(0)
    steps = np.where(high > low, (high - low) / side, 1.0)
    at = np.minimum(((positions - low) / steps).astype(np.int64), side - 1)
    cells: NDArray[np.int64] = at[:, 0] * side + at[:, 1]
    return cells


#: Where among the starts of one k that from the beginning of the first axis stands, and from its end.
ENDS = {1: slice(1, 2), -1: slice(2, 3)}


def starts_of(points: Floats, weights: Floats) -> Floats:
    """Where k-means starts, (runs, 5, 2): for each k from the ends of both axes, and by halving.

    The axes are principal ones, so that what sets people apart lies along them. From the k outermost
    places at an end, a small group at the edge is found; halving the widest part at its mean along
    its own main direction, again and again, finds groups of like size (PCA-Part: Su and Dy, "In
    search of deterministic methods for initializing k-means", Intelligent Data Analysis 11, 2007).
    """
    orders = [_in_order(points, axis) for axis in (0, 1)]
    places = len(orders[0])
    starts = []
    for k, halves in enumerate(_halved(points, weights, min(MOST_GROUPS, places)), 2):
        if k > most_groups(min(BASES, places)):
            break
        for start in [halves, *(end for order in orders for end in (order[:k], order[-k:]))]:
            starts.append(np.full((MOST_GROUPS, 2), np.nan))
            starts[-1][:k] = start
    return np.array(starts)


def _in_order(points: Floats, axis: int) -> Floats:
    """Distinct places in order along an axis."""
    placed = points[np.lexsort((points[:, 1 - axis], points[:, axis]))]
    fresh = np.ones(len(placed), dtype=np.bool_)
    fresh[1:] = (placed[1:] != placed[:-1]).any(1)
    return placed[fresh]


@dataclass(frozen=True)
class _Part:
    """Some of the points, with their mean and the sums of squares and products about it."""

    points: Floats
    weights: Floats
    mean: Floats
    spread: Floats

    @classmethod
    def of(cls, points: Floats, weights: Floats) -> _Part:
        mean = weights @ points / weights.sum()
        centred = points - mean
        return cls(points, weights, mean, (centred.T * weights) @ centred)

    def halves(self) -> tuple[_Part, _Part]:
        """Cut at the mean, across the direction in which the points lie farthest apart."""
        (a, b), (_b, c) = self.spread
        turn = np.arctan2(2 * b, a - c) / 2  # of the ellipse's long axis
        ahead = (self.points - self.mean) @ (np.cos(turn), np.sin(turn)) > 0
        one, other = (_Part.of(self.points[of], self.weights[of]) for of in (ahead, ~ahead))
        return one, other


def _halved(points: Floats, weights: Floats, most: int) -> Iterator[Floats]:
    """Means of 2, 3 … `most` parts; `most` is at most the number of distinct places."""
    parts = [_Part.of(points, weights)]
    while len(parts) < most:
        widest = max(range(len(parts)), key=lambda n: float(np.trace(parts[n].spread)))
        parts[widest : widest + 1] = parts[widest].halves()
        yield np.array([part.mean for part in parts])
