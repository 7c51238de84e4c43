"""What an opinion map looks like: marks and outlines, few enough for a page."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy  # its parts are loaded when they are first used

from .kmeans import Floats, Ints
from .opinion import OpinionMap
from .opinion_groups import cells_of


@dataclass(frozen=True)
class Picture:
    """`marks` (n, 2) with the `group` and the number of `people` of each, (n,).

    `outlines`: for each group the corners of its convex hull, anticlockwise (corners, 2); two where
    all its people stand in a line, one where they stand in one place.
    """

    marks: Floats
    group: Ints
    people: Ints
    outlines: list[Floats]


def picture(found: OpinionMap, most: int = 2_000) -> Picture:
    """Whoever is in the map, drawn with at most `most` marks; `most` is at least the groups.

    Up to `most` people each have a mark. Beyond, those of one group in one cell of a grid share one,
    at their mean; the grid is as fine as `most` allows.
    """
    inside = found.group >= 0
    positions, group = found.positions[inside], found.group[inside]
    groups = range(len(found.centres))
    outlines = [_outline(positions[group == g]) for g in groups]
    if len(positions) <= most:
        return Picture(positions, group, np.ones(len(positions), dtype=np.int64), outlines)
    side = most
    while True:
        keys = cells_of(positions, side) * len(groups) + group
        cells, mark = np.unique(keys, return_inverse=True)
        if len(cells) <= most or side == 1:
            break
        side = max(1, min(side - 1, int(side * np.sqrt(most / len(cells)))))
    people = np.bincount(mark)
    sums = [np.bincount(mark, positions[:, axis]) for axis in (0, 1)]
    return Picture(np.column_stack(sums) / people[:, None], cells % len(groups), people, outlines)


def _outline(points: Floats) -> Floats:
    places = np.unique(points, axis=0)
    if len(places) < 3:
        return places
    try:
        corners = scipy.spatial.ConvexHull(places).vertices
    except scipy.spatial.QhullError:  # in a line: sorted along it
        corners = np.array([0, -1])
    return np.asarray(places[corners], dtype=np.float64)
