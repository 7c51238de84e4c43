"""Weighted k-means in the plane from given starts, and the silhouette that judges what it finds.

Many runs go side by side, since each alone is too short to be worth calling numpy for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy  # its parts are loaded when they are first used
from numpy.typing import NDArray

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

    Of two as near, the first. Runs are in order of how many centres they have; rows of NaN fill up.
    """
    return _nearest(_lifted(points), centres)[0]


def _lifted(points: Floats) -> Floats:
    """(3, n): x, y and 1, with which one product gives the distances to many centres."""
    return np.vstack([points.T, np.ones(len(points))])


def _nearest(lifted: Floats, centres: Floats) -> tuple[Labels, Floats]:
    """Also gives ½|c|² − p·c of the nearest: ½|p − c|² less ½|p|², which is all centres' alike."""
    runs, most, _axes = centres.shape
    planes = np.empty((most, runs, 3))
    planes[:, :, :2] = -centres.transpose(1, 0, 2)
    planes[:, :, 2] = (centres**2).sum(2).T / 2
    without = np.isnan(planes[:, :, 2]).sum(1).tolist()  # the first so many runs have no such one
    least = planes[0] @ lifted
    labels = np.zeros(least.shape, dtype=Label)
    for k, first in enumerate(without[1:], 1):
        if first == runs:
            break
        away = planes[k, first:] @ lifted
        closer = (away < least[first:]) * Label(k)  # no masks: what they choose is hard to foresee
        np.maximum(labels[first:], closer, out=labels[first:])
        np.minimum(away, least[first:], out=least[first:])
    return labels, least


def lloyd(points: Floats, weights: Floats, starts: Floats, rounds: int = 300) -> Runs:
    """Lloyd's iterations (1982) from several `starts` (runs, k, 2), to their ends or `rounds`.

    `points` is (n, 2), `weights` (n,) whole numbers. Runs are in order of how many groups they
    have; rows of NaN fill up. A centre that loses every point stays where it is.
    """
    lifted = _lifted(points)
    moments = lifted * weights
    centres, labels = starts.astype(np.float64), np.zeros((len(starts), len(points)), dtype=Label)
    sums = np.zeros(len(starts))
    moving = np.arange(len(starts))
    before, close = _nearest(lifted, centres)
    held = _all_moments(moments, before, centres.shape[1])
    for _round in range(rounds):
        mass = np.maximum(held[2], 1)
        places = np.where(held[2] > 0, held[:2] / mass, centres[moving].transpose(2, 0, 1))
        centres[moving] = places.transpose(1, 2, 0)
        found, close = _nearest(lifted, centres[moving])
        run, point = np.divmod(np.flatnonzero(found != before), len(points))
        moved = np.bincount(run, minlength=len(moving)) > 0
        # Few points change sides in most rounds: only they are taken from one sum to the other.
        held += _moved_moments(moments, found, before, run, point, held.shape)
        if not moved.all():
            done = moving[~moved]
            labels[done], sums[done] = found[~moved], close[~moved] @ weights
            moving, held, found, close = moving[moved], held[:, moved], found[moved], close[moved]
        before = found
        if not len(moving):
            break
    labels[moving], sums[moving] = before, close @ weights
    return Runs(centres, labels, float(weights @ (points**2).sum(1)) + 2 * sums)


def _all_moments(moments: Floats, labels: Labels, k: int) -> Floats:
    """Sums of weighted x, y and 1 by run and centre, (3, runs, k)."""
    cells = (labels + np.arange(len(labels))[:, None] * k).ravel()
    tiled = np.tile(moments, len(labels))
    sums = [np.bincount(cells, moment, len(labels) * k) for moment in tiled]
    return np.reshape(sums, (3, len(labels), k))


def _moved_moments(
    moments: Floats, now: Labels, before: Labels, run: Ints, point: Ints, shape: tuple[int, ...]
) -> Floats:
    """What those sums gain and lose by points of runs that changed sides."""
    _three, runs, k = shape
    cells = np.concatenate([now[run, point], before[run, point]]) + np.tile(run * k, 2)
    carried = moments[:, point]
    signed = np.concatenate([carried, -carried], axis=1)
    return np.reshape([np.bincount(cells, one, runs * k) for one in signed], shape)


def silhouettes(points: Floats, weights: Floats, partitions: Ints) -> Floats:
    """Mean silhouette (Rousseeuw 1987) of each of `partitions` (runs, n) of `points`, −1 to 1.

    A point of weight w counts as w people in one place. Alone in a group is 0; so is a partition
    with fewer than two groups.
    """
    every = np.arange(len(points))
    scores = []
    sums = _sums_of_distances(points, weights, partitions, int(partitions.max()) + 1)
    for labels, to_groups in zip(partitions, sums, strict=True):
        sizes = np.bincount(labels, weights)
        means = to_groups[: len(sizes)] / np.maximum(sizes, 1)[:, None]
        means[sizes == 0] = np.inf
        mates = sizes[labels] - 1
        own = to_groups[labels, every] / np.maximum(mates, 1)
        means[labels, every] = np.inf
        other = means.min(0)
        longest = np.maximum(own, other)
        good = (mates > 0) & (longest > 0) & (other < np.inf)
        values = np.divide(other - own, longest, out=np.zeros(len(own)), where=good)
        scores.append(float(weights @ values / weights.sum()))
    return np.array(scores)


def _sums_of_distances(points: Floats, weights: Floats, partitions: Ints, k: int) -> Floats:
    """Weighted distances of each point to those of each group, summed: (runs, k, n).

    By blocks of points that stay in the processor's cache. Who belongs where is a sparse matrix: as
    fast as a dense one, and without threads, which cost most where the machine is busy.
    """
    runs, n = partitions.shape
    x, y = np.ascontiguousarray((points - points.mean(0)).T, dtype=np.float32)
    groups = (partitions.T + np.arange(runs) * k).ravel()
    ones = np.repeat(weights.astype(np.float32), runs)
    belongs = scipy.sparse.csc_matrix(
        (ones, groups, np.arange(0, len(groups) + 1, runs)), (runs * k, n)
    )
    sums = np.empty((runs * k, n))
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
        sums[:, block] = belongs @ np.sqrt(across, out=across)
    return sums.reshape(runs, k, n)
