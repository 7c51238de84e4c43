"""A piece of ground as a picture: where a point is drawn, and which point was tapped."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .geometry import DECIMALS, Box, Line, Point


@dataclass(frozen=True)
class Frame:
    """A piece of ground as a picture, equirectangular.

    A degree of longitude is drawn as many times shorter than one of latitude as it is in the middle of
    the picture (its cosine): for the size of two counties true to less than a part in a hundred.
    """

    box: Box
    width: float
    height: float

    @classmethod
    def of(cls, box: Box, width: float, tallest: float, flattest: float, margin: float) -> Frame:
        """The box whole, in a picture of this width and a height between two; north is up.

        `margin` is left free on each side, and what is left over is shared out.
        """
        west, south, east, north = box
        if east - west < 1e-4 and north - south < 1e-4:  # a single point: some kilometres around it
            west, south, east, north = west - 0.05, south - 0.05, east + 0.05, north + 0.05
        scale = math.cos(math.radians((south + north) / 2))
        wide, high = max((east - west) * scale, 1e-4), max(north - south, 1e-4)
        inner = width - 2 * margin
        height = min(tallest, max(flattest, high / wide * inner + 2 * margin))
        unit = max(wide / inner, high / (height - 2 * margin))  # degrees of latitude in a unit
        lon, lat = (west + east) / 2, (south + north) / 2
        dx, dy = unit * width / 2 / scale, unit * height / 2
        return cls((lon - dx, lat - dy, lon + dx, lat + dy), width, height)

    def closer(self, centre: Point, times: float) -> Frame:
        """As many times larger, around a point."""
        west, south, east, north = self.box
        dx, dy = (east - west) / 2 / times, (north - south) / 2 / times
        lon, lat = centre
        return Frame((lon - dx, lat - dy, lon + dx, lat + dy), self.width, self.height)

    def xy(self, point: Point) -> tuple[float, float]:
        """Right and down from the upper left corner."""
        west, south, east, north = self.box
        x = (point[0] - west) / (east - west) * self.width
        return round(x, 1), round((north - point[1]) / (north - south) * self.height, 1)

    def point(self, x: float, y: float) -> Point:
        """What lies there; as `xy`, the other way."""
        west, south, east, north = self.box
        lon = west + x / self.width * (east - west)
        return round(lon, DECIMALS), round(north - y / self.height * (north - south), DECIMALS)

    def shows(self, point: Point) -> bool:
        west, south, east, north = self.box
        return west <= point[0] <= east and south <= point[1] <= north


def between(ones: Sequence[Point], others: Sequence[Point], frame: Frame) -> Line:
    """A line half way between two groups of points, across the frame; () where they are in one place."""
    if not ones or not others:
        return ()
    (ax, ay), (bx, by) = (_mean([frame.xy(p) for p in group]) for group in (ones, others))
    dx, dy = ax - bx, ay - by
    if math.hypot(dx, dy) < 1:
        return ()
    mx, my = (ax + bx) / 2, (ay + by) / 2
    far = (frame.width + frame.height) / math.hypot(dx, dy)
    return frame.point(mx - dy * far, my + dx * far), frame.point(mx + dy * far, my - dx * far)


def _mean(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    n = len(points)
    return sum(x for x, _y in points) / n, sum(y for _x, y in points) / n
