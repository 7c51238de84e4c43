"""Weighted k-means in the plane, and the silhouette that chooses k."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]
Ints = NDArray[np.integer[Any]]


def lloyd(
    points: Floats, weights: Floats, centres: Floats, rounds: int = 20
) -> tuple[Floats, Ints]:
    """Lloyd's iterations from given `centres` (k, 2); gives centres and each point's centre.

    `points` is (n, 2), `weights` (n,). A centre that loses every point stays where it is.
    """
    labels = np.full(len(points), -1, dtype=np.int64)
    for _round in range(rounds):
        nearest = cKDTree(centres).query(points)[1].astype(np.int64)
        if np.array_equal(nearest, labels):
            break
        labels = nearest
        mass = np.bincount(labels, weights, len(centres))
        sums = [np.bincount(labels, weights * points[:, d], len(centres)) for d in (0, 1)]
        held = mass > 0
        centres = centres.copy()
        centres[held] = np.column_stack(sums)[held] / mass[held, None]
    return centres, labels


def inertia(points: Floats, weights: Floats, centres: Floats, labels: Ints) -> float:
    """Weighted sum of squared distances to the centres."""
    return float((weights * ((points - centres[labels]) ** 2).sum(1)).sum())


def spread_starts(points: Floats, weights: Floats, k: int, random: np.random.Generator) -> Floats:
    """k-means++ starts (Arthur and Vassilvitskii 2007), weighted."""
    chosen = [int(random.choice(len(points), p=weights / weights.sum()))]
    for _more in range(1, k):
        away = ((points[:, None] - points[chosen][None]) ** 2).sum(2).min(1) * weights
        total = away.sum()
        p = away / total if total > 0 else weights / weights.sum()
        chosen.append(int(random.choice(len(points), p=p)))
    return points[chosen].astype(np.float64)


def silhouette(points: Floats, labels: Ints) -> float:
    """Mean silhouette over the points (Rousseeuw 1987), each counted once; −1 to 1."""
    groups = np.unique(labels)
    if len(groups) < 2 or len(groups) >= len(points):
        return -1.0
    distances = np.sqrt(((points[:, None] - points[None]) ** 2).sum(2))
    sums = np.column_stack([distances[:, labels == g].sum(1) for g in groups])
    sizes = np.array([(labels == g).sum() for g in groups])
    at = np.searchsorted(groups, labels)
    rows = np.arange(len(points))
    own_size = sizes[at]
    own = np.where(own_size > 1, sums[rows, at] / np.maximum(own_size - 1, 1), 0.0)
    means = sums / sizes
    means[rows, at] = np.inf
    other = means.min(1)
    longest = np.maximum(own, other)
    values = np.where(
        (own_size > 1) & (longest > 0), (other - own) / np.where(longest > 0, longest, 1), 0.0
    )
    return float(values.mean())
