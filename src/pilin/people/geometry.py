"""Points and polygons on the ground: read, checked, and asked. Pure functions.

A point is (longitude, latitude) in degrees of WGS 84, the order of GeoJSON (RFC 7946); people write and
read it the other way round, "30.68000, 121.02000". Five decimals are kept, about a metre. What crosses
the 180th meridian is not thought of.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Point = tuple[float, float]
Ring = tuple[Point, ...]  # closed: the last is the first again
Line = tuple[Point, ...]
Box = tuple[float, float, float, float]  # west, south, east, north
K = TypeVar("K")

#: The longest text a shape may be; a cell of a workbook holds 32,767 characters.
LONGEST = 30_000
DECIMALS = 5
#: Kilometres in a degree of latitude.
DEGREE = 111.2
_NUMBER = r"([-+]?\d{1,3}(?:\.\d+)?)"
_PAIR = re.compile(rf"{_NUMBER}\s*[,，;；\s]\s*{_NUMBER}")


class Misshapen(ValueError):
    """What was written is no point or polygon; `why` says so to people."""

    def __init__(self, why: str | Promise, **values: Any) -> None:
        self.why, self.values = why, values
        super().__init__(why)

    def __str__(self) -> str:
        return str(self.why) % self.values if self.values else str(self.why)


@dataclass(frozen=True)
class Shape:
    """A point, or polygons each with its outer ring first and its holes after it."""

    polygons: tuple[tuple[Ring, ...], ...] = ()
    spot: Point | None = None

    @cached_property
    def bounds(self) -> Box:
        return bounds_of(
            [self.spot] if self.spot else [p for part in self.polygons for p in part[0]]
        )

    @cached_property
    def area(self) -> float:
        """Square kilometres, near enough to tell which of two is smaller."""
        parts = (
            abs(_twice(r)) * (1 if n == 0 else -1) for p in self.polygons for n, r in enumerate(p)
        )
        return sum(parts) / 2 * DEGREE**2 * math.cos(math.radians(self.bounds[1]))

    @cached_property
    def centre(self) -> Point:
        """A point that stands for it, always inside."""
        if self.spot is not None:
            return self.spot
        largest = max(self.polygons, key=lambda part: abs(_twice(part[0])))
        found = _centroid(largest[0])
        return found if _within(largest, found) else _inside(largest)

    def contains(self, point: Point) -> bool:
        """Whether the point lies in one of its polygons, and not in a hole of that."""
        west, south, east, north = self.bounds
        if not (west <= point[0] <= east and south <= point[1] <= north):
            return False
        return any(_within(part, point) for part in self.polygons)

    @property
    def text(self) -> str:
        """As GeoJSON, without spaces; `shape_of` reads it again."""
        kind, where = "Point", self.spot or ()
        if self.polygons:
            kind = "Polygon" if len(self.polygons) == 1 else "MultiPolygon"
            where = self.polygons[0] if kind == "Polygon" else self.polygons  # type: ignore[assignment]
        return json.dumps({"type": kind, "coordinates": where}, separators=(",", ":"))


# Reading ------------------------------------------------------------------------------------------


def read_point(text: str) -> Point:
    """Latitude and longitude as people write them. Raises Misshapen.

    The other order, as Chinese map pages give it, is told by a first number beyond 90.
    """
    found = _PAIR.fullmatch(text.strip())
    if found is None:
        raise Misshapen(_("A point is written as latitude, longitude: 30.68, 121.02."))
    lat, lon = float(found[1]), float(found[2])
    if abs(lat) > 90:
        lat, lon = lon, lat
    return _checked((lon, lat))


def point_text(point: Point) -> str:
    """Latitude and longitude, as `read_point` reads them."""
    return f"{point[1]:.{DECIMALS}f}, {point[0]:.{DECIMALS}f}"


@lru_cache(4096)
def point_of(text: str) -> Point | None:
    """A recorded point; None where there is none."""
    return read_point(text) if text else None


def read_shape(text: str) -> Shape:
    """A GeoJSON geometry (Point, Polygon, MultiPolygon), a feature of one, or a point as people write
    it. Raises Misshapen."""
    text = text.strip()
    if len(text) > LONGEST:
        raise Misshapen(
            _("This shape has %(n)d characters; %(most)d at most. Please simplify the outline."),
            n=len(text),
            most=LONGEST,
        )
    if not text.startswith("{"):
        return Shape(spot=read_point(text))
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise Misshapen(_("This is no GeoJSON: it was perhaps cut off.")) from None
    return _geometry(said)


@lru_cache(4096)
def shape_of(text: str) -> Shape | None:
    """A recorded shape; None where there is none."""
    return read_shape(text) if text else None


def _geometry(said: Any) -> Shape:
    kind = said.get("type") if isinstance(said, dict) else None
    match kind:
        case "Feature":
            return _geometry(said.get("geometry"))
        case "FeatureCollection":
            features = said.get("features")
            if not isinstance(features, list) or len(features) != 1:
                raise Misshapen(
                    _("A place has one shape; there are several features here, or none.")
                )
            return _geometry(features[0])
        case "Point":
            return Shape(spot=_position(said.get("coordinates")))
        case "Polygon":
            return Shape((_polygon(said.get("coordinates")),))
        case "MultiPolygon":
            parts = said.get("coordinates")
            if not isinstance(parts, list) or not parts:
                raise Misshapen(_("There are no coordinates in this shape."))
            return Shape(tuple(map(_polygon, parts)))
    raise Misshapen(_("A shape is a Point, a Polygon or a MultiPolygon."))


def _polygon(rings: Any) -> tuple[Ring, ...]:
    if not isinstance(rings, list) or not rings:
        raise Misshapen(_("There are no coordinates in this shape."))
    return tuple(map(_ring, rings))


def _ring(positions: Any) -> Ring:
    if not isinstance(positions, list) or not positions:
        raise Misshapen(_("There are no coordinates in this shape."))
    ring = tuple(map(_position, positions))
    if ring[0] != ring[-1]:
        raise Misshapen(_("An outline is not closed: its last point must be its first again."))
    if len(ring) < 4 or not _twice(ring):
        raise Misshapen(_("An outline needs three corners at least."))
    return ring


def _position(said: Any) -> Point:
    numbers: list[Any] = said if isinstance(said, list) else []
    fine = all(isinstance(n, int | float) and not isinstance(n, bool) for n in numbers)
    if not fine or len(numbers) not in (2, 3) or not all(abs(n) < 1e6 for n in numbers):
        raise Misshapen(_("A position in GeoJSON is [longitude, latitude]."))
    return _checked((float(numbers[0]), float(numbers[1])))


def _checked(point: Point) -> Point:
    lon, lat = point
    if abs(lon) > 180 or abs(lat) > 90:
        raise Misshapen(
            _(
                "%(lon)s, %(lat)s is nowhere on earth: first comes the longitude, then the latitude."
            ),
            lon=lon,
            lat=lat,
        )
    return round(lon, DECIMALS) + 0.0, round(lat, DECIMALS) + 0.0  # no minus nought


# Asking -------------------------------------------------------------------------------------------


def smallest(shapes: Mapping[K, Shape], point: Point) -> K | None:
    """The key of the smallest shape that contains the point; None where none does."""
    found = [key for key, shape in shapes.items() if shape.contains(point)]
    return min(found, key=lambda key: shapes[key].area, default=None)


def bounds_of(points: Iterable[Point]) -> Box:
    lons, lats = zip(*points, strict=True)
    return min(lons), min(lats), max(lons), max(lats)


def _edges(ring: Ring) -> Iterator[tuple[Point, Point]]:
    return pairwise(ring)


def _twice(ring: Ring) -> float:
    """Twice the area, in square degrees, with the sign of its direction."""
    x0, y0 = ring[0]
    return sum((a[0] - x0) * (b[1] - y0) - (b[0] - x0) * (a[1] - y0) for a, b in _edges(ring))


def _centroid(ring: Ring) -> Point:
    (x0, y0), twice, x, y = ring[0], 0.0, 0.0, 0.0
    for a, b in _edges(ring):
        cross = (a[0] - x0) * (b[1] - y0) - (b[0] - x0) * (a[1] - y0)
        twice += cross
        x += cross * (a[0] + b[0] - 2 * x0)
        y += cross * (a[1] + b[1] - 2 * y0)
    return x0 + x / (3 * twice), y0 + y / (3 * twice)


def _crossings(ring: Ring, lat: float) -> Iterator[float]:
    """Where the outline crosses this latitude. An edge has its lower end and not its upper one."""
    for (x1, y1), (x2, y2) in _edges(ring):
        if (y1 > lat) != (y2 > lat):
            # Always from the lower end: an edge that two neighbours share gives both the same number.
            (xa, ya), (xb, yb) = ((x1, y1), (x2, y2)) if y1 < y2 else ((x2, y2), (x1, y1))
            yield xa + (lat - ya) / (yb - ya) * (xb - xa)


def _within(polygon: Sequence[Ring], point: Point) -> bool:
    """Ray casting, even-odd: outside the rings lies what an even number of edges is west of.

    Of two polygons with a common edge, a point on it is in just one.
    """
    lon, lat = point
    return sum(x <= lon for ring in polygon for x in _crossings(ring, lat)) % 2 == 1


def _inside(polygon: Sequence[Ring]) -> Point:
    """A point inside: the middle of the widest stretch half way up."""
    lats = sorted({lat for _lon, lat in polygon[0]})
    best: tuple[float, Point] = (-1.0, polygon[0][0])
    for low, high in pairwise(lats):  # between two corners, and never at one
        lat = (low + high) / 2
        xs = sorted(x for ring in polygon for x in _crossings(ring, lat))
        for a, b in zip(xs[::2], xs[1::2], strict=False):
            best = max(best, (b - a, ((a + b) / 2, lat)))
    return best[1]


# The border ---------------------------------------------------------------------------------------


@lru_cache(16)
def shared_edge(one: Shape, other: Shape, near: float = 0.002) -> tuple[Line, ...]:
    """The lines along which two shapes lie side by side, along the outlines of `one`.

    Edges that both have; where there is none, since the outlines come from different hands, edges of
    which both ends lie within `near` degrees (some 200 m) of the other.
    """
    rings = [part[0] for part in one.polygons]
    theirs = [edge for part in other.polygons for edge in _edges(part[0])]
    both = {frozenset(edge) for edge in theirs}
    found = [line for ring in rings for line in _runs(ring, lambda e: frozenset(e) in both)]
    if not found and theirs:
        west, south, east, north = other.bounds

        @lru_cache(None)
        def close(p: Point) -> bool:
            if not (west - near < p[0] < east + near and south - near < p[1] < north + near):
                return False
            return any(_away(p, edge) < near for edge in theirs)

        found = [line for r in rings for line in _runs(r, lambda e: close(e[0]) and close(e[1]))]
    return tuple(found)


def _runs(ring: Ring, fits: Any) -> list[Line]:
    """The longest lines of edges that fit, going round."""
    edges = list(_edges(ring))
    flags = [bool(fits(edge)) for edge in edges]
    if all(flags):
        return [ring]
    start = flags.index(False)
    lines: list[list[Point]] = []
    open_ = False
    for n in range(start, start + len(edges)):
        edge, fit = edges[n % len(edges)], flags[n % len(edges)]
        if fit and open_:
            lines[-1].append(edge[1])
        elif fit:
            lines.append(list(edge))
        open_ = fit
    return [tuple(line) for line in lines]


def metres(one: Point, other: Point) -> float:
    """How far two points are from each other, on ground as flat as that of a county."""
    scale = math.cos(math.radians((one[1] + other[1]) / 2))
    return math.hypot((one[0] - other[0]) * scale, one[1] - other[1]) * DEGREE * 1000


def _away(p: Point, edge: tuple[Point, Point]) -> float:
    """How far a point is from an edge, in degrees of latitude."""
    scale = math.cos(math.radians(p[1]))
    (ax, ay), (bx, by) = (((x - p[0]) * scale, y - p[1]) for x, y in edge)
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    t = max(0.0, min(1.0, -(ax * dx + ay * dy) / length)) if length else 0.0
    return math.hypot(ax + t * dx, ay + t * dy)
