"""Weighted k-means in the plane from given starts, and the silhouette that judges what it finds.

Many runs go side by side, since each alone is too short to be worth calling numpy for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Runs:
    """`centres` (runs, k, 2); each point's centre in `labels` (runs, n); `inertia` (runs,).

    Inertia is the weighted sum of squared distances to the centres.
    """

    centres: Floats
    labels: NDArray[np.int64]
    inertia: Floats


def nearest(points: Floats, centres: Floats) -> NDArray[np.int64]:
    """For each of `points` (n, 2) the nearest of `centres` (runs, k, 2): (runs, n).

    Of two as near, the first. Rows of NaN are no centres.
    """
    return _nearest(points[:, 0], points[:, 1], centres)[0]


def _nearest(x: Floats, y: Floats, centres: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Also gives ½|c|² − p·c of the nearest: ½|p − c|² less ½|p|², which is all centres' alike."""
    missing = np.isnan(centres[:, :, 0])
    halves = np.where(missing, np.inf, (centres**2).sum(2) / 2)
    centres = np.where(missing[:, :, None], 0.0, centres)
    labels = np.zeros((len(centres), len(x)), dtype=np.int64)
    least = np.full(labels.shape, np.inf)
    for k in range(centres.shape[1]):
        away = halves[:, k, None] - centres[:, k, :1] * x - centres[:, k, 1:] * y
        np.copyto(labels, k, where=away < least)
        np.minimum(away, least, out=least)
    return labels, least


def lloyd(points: Floats, weights: Floats, starts: Floats, rounds: int = 300) -> Runs:
    """Lloyd's iterations (1982) from several `starts` (runs, k, 2), to their ends or `rounds`.

    `points` is (n, 2), `weights` (n,). A run with fewer groups has rows of NaN among its starts. A
    centre that loses every point stays where it is.
    """
    x, y = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
    moments = [np.tile(what, len(starts)) for what in (weights, weights * x, weights * y)]
    centres = starts.astype(np.float64)
    labels = np.full((len(starts), len(points)), -1, dtype=np.int64)
    least = np.zeros(labels.shape)
    moving = np.arange(len(starts))
    for _round in range(rounds):
        found, close = _nearest(x, y, centres[moving])
        least[moving] = close
        moved = (found != labels[moving]).any(1)
        moving, found = moving[moved], found[moved]
        if not len(moving):
            break
        labels[moving] = found
        centres[moving] = _gravity(moments, found, centres[moving])
    whole = float(weights @ (x * x + y * y))
    return Runs(centres, labels, whole + 2 * (least @ weights))


def _gravity(moments: list[Floats], labels: Ints, centres: Floats) -> Floats:
    """Centres of gravity of each run's groups, from weights and weighted coordinates."""
    runs, k = centres.shape[:2]
    cells = (labels + np.arange(runs)[:, None] * k).ravel()
    mass, across, up = (
        np.bincount(cells, what[: len(cells)], runs * k).reshape(runs, k) for what in moments
    )
    held = mass > 0
    centres[held] = np.column_stack([across[held], up[held]]) / mass[held, None]
    return centres


def distances(points: Floats) -> NDArray[np.float32]:
    """Between all of `points` (n, 2): (n, n)."""
    x, y = points.astype(np.float32).T
    across, up = np.subtract.outer(x, x), np.subtract.outer(y, y)
    np.multiply(across, across, out=across)
    np.multiply(up, up, out=up)
    across += up
    return np.sqrt(across, out=across)


def silhouettes(apart: NDArray[np.float32], weights: Floats, partitions: Ints, k: int) -> Floats:
    """Mean silhouette (Rousseeuw 1987) of each of `partitions` (runs, n) into k groups, −1 to 1.

    `apart` are the points' `distances`. A point of weight w counts as w people in one place. Alone
    in a group is 0; so is a partition with fewer than two groups.
    """
    runs, n = partitions.shape
    mine = partitions.T[:, :, None] == np.arange(k)  # (n, runs, k)
    shares = mine * weights.astype(np.float32)[:, None, None]
    sums = (apart @ shares.reshape(n, runs * k)).reshape(n, runs, k).astype(np.float64)
    sizes = shares.sum(0, dtype=np.float64)
    mates = np.where(mine, sizes - 1, 0).sum(2)
    own = np.where(mine, sums, 0).sum(2) / np.where(mates > 0, mates, 1)
    away = np.where(mine | (sizes == 0), np.inf, sums / np.where(sizes > 0, sizes, 1)).min(2)
    longest = np.where(np.isfinite(away), np.maximum(own, away), 0)
    good = (mates > 0) & (longest > 0)
    values = np.where(good, np.where(good, away, 0) - own, 0) / np.where(good, longest, 1)
    return np.asarray(weights @ values / weights.sum(), dtype=np.float64)
