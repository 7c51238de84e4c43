"""Weighted k-means in the plane from given starts, and the silhouette that judges what it finds.

Many runs go side by side, since each alone is too short to be worth calling numpy for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]
Ints = NDArray[np.integer[Any]]
#: Groups are few: what is small stays in the processor's cache.
Label = np.int16
Labels = NDArray[np.int16]
#: Points whose distances to all others are worked out at a time.
BLOCK = 128


@dataclass(frozen=True)
class Runs:
    """`centres` (runs, k, 2); each point's centre in `labels` (runs, n); `inertia` (runs,).

    Inertia is the weighted sum of squared distances to the centres.
    """

    centres: Floats
    labels: Labels
    inertia: Floats


def nearest(points: Floats, centres: Floats) -> Labels:
    """For each of `points` (n, 2) the nearest of `centres` (runs, k, 2): (runs, n).

    Of two as near, the first. Rows of NaN are no centres.
    """
    return _nearest(_lifted(points), centres)[0]


def _lifted(points: Floats) -> Floats:
    """(3, n): x, y and 1, with which a product gives all distances at once."""
    return np.vstack([points.T, np.ones(len(points))])


def _nearest(lifted: Floats, centres: Floats) -> tuple[Labels, Floats]:
    """Also gives ½|c|² − p·c of the nearest: ½|p − c|² less ½|p|², which is all centres' alike."""
    runs, most, _axes = centres.shape
    planes = np.concatenate([-centres, (centres**2).sum(2, keepdims=True) / 2], axis=2)
    planes[np.isnan(centres[:, :, 0])] = (0, 0, np.inf)
    away = planes.transpose(1, 0, 2).reshape(most * runs, 3) @ lifted
    away = away.reshape(most, runs, lifted.shape[1])
    labels = np.zeros(away.shape[1:], dtype=Label)
    least = away[0]
    for k in range(1, most):
        np.copyto(labels, k, where=away[k] < least)
        np.minimum(away[k], least, out=least)
    return labels, least


def lloyd(points: Floats, weights: Floats, starts: Floats, rounds: int = 300) -> Runs:
    """Lloyd's iterations (1982) from several `starts` (runs, k, 2), to their ends or `rounds`.

    `points` is (n, 2), `weights` (n,). A run with fewer groups has rows of NaN among its starts. A
    centre that loses every point stays where it is.
    """
    lifted = _lifted(points)
    moments = np.tile(lifted * weights, len(starts))
    centres = starts.astype(np.float64)
    labels = np.full((len(starts), len(points)), -1, dtype=Label)
    sums = np.zeros(len(starts))
    moving, before = np.arange(len(starts)), labels
    for _round in range(rounds):
        found, close = _nearest(lifted, centres[moving])
        sums[moving] = close @ weights
        moved = (found != before).any(1)
        labels[moving[~moved]] = found[~moved]
        moving, before = moving[moved], found[moved]
        if not len(moving):
            break
        centres[moving] = _gravity(moments, before, centres[moving])
    labels[moving] = before
    return Runs(centres, labels, float(weights @ (points**2).sum(1)) + 2 * sums)


def _gravity(moments: Floats, labels: Labels, centres: Floats) -> Floats:
    """Centres of gravity of each run's groups, from weighted coordinates and weights."""
    runs, k = centres.shape[:2]
    cells = (labels + np.arange(runs)[:, None] * k).ravel()
    across, up, mass = (
        np.bincount(cells, what[: len(cells)], runs * k).reshape(runs, k) for what in moments
    )
    held = mass > 0
    centres[held] = np.column_stack([across[held], up[held]]) / mass[held, None]
    return centres


def silhouettes(points: Floats, weights: Floats, partitions: Ints) -> Floats:
    """Mean silhouette (Rousseeuw 1987) of each of `partitions` (runs, n) of `points`, −1 to 1.

    A point of weight w counts as w people in one place. Alone in a group is 0; so is a partition
    with fewer than two groups.
    """
    runs, n = partitions.shape
    k = int(partitions.max()) + 1
    mine = partitions.T[:, :, None] == np.arange(k)  # (n, runs, k)
    sums = _sums_of_distances(points, weights, partitions, k)
    sizes = (weights @ mine.reshape(n, runs * k)).reshape(runs, k)
    mates = np.where(mine, sizes - 1, 0).sum(2)
    own = np.where(mine, sums, 0).sum(2) / np.where(mates > 0, mates, 1)
    away = np.where(mine | (sizes == 0), np.inf, sums / np.where(sizes > 0, sizes, 1)).min(2)
    longest = np.where(np.isfinite(away), np.maximum(own, away), 0)
    good = (mates > 0) & (longest > 0)
    values = np.where(good, np.where(good, away, 0) - own, 0) / np.where(good, longest, 1)
    return np.asarray(weights @ values / weights.sum(), dtype=np.float64)


def _sums_of_distances(points: Floats, weights: Floats, partitions: Ints, k: int) -> Floats:
    """Weighted distances of each point to those of each group, summed: (n, runs, k).

    By blocks of points that stay in the processor's cache. Who belongs where is a sparse matrix: as
    fast as a dense one, and without threads, which cost most where the machine is busy.
    """
    runs, n = partitions.shape
    x, y = np.ascontiguousarray((points - points.mean(0)).T, dtype=np.float32)
    rows = (partitions + np.arange(runs)[:, None] * k).ravel()
    cells = (np.tile(weights.astype(np.float32), runs), (rows, np.tile(np.arange(n), runs)))
    belongs = sparse.csr_matrix(cells, shape=(runs * k, n))
    sums = np.empty((n, runs * k))
    across, up = np.empty((2, n, BLOCK), dtype=np.float32)
    for start in range(0, n, BLOCK):
        block = slice(start, min(start + BLOCK, n))
        width = block.stop - start
        if width < BLOCK:
            across, up = np.empty((2, n, width), dtype=np.float32)
        np.subtract.outer(x, x[block], out=across)
        np.subtract.outer(y, y[block], out=up)
        across *= across
        up *= up
        across += up
        sums[block] = (belongs @ np.sqrt(across, out=across)).T
    return sums.reshape(n, runs, k)
