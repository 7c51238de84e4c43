"""Which places a message concerns, and which stations are to pass it on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, hypot, radians

from pilin.deciding.alerts.alert import Area
from pilin.deciding.alerts.codes import RULES
from pilin.engine.positions import registers
from pilin.people.geometry import DEGREE, Point, Shape
from pilin.people.models import Organisation, Place

#: Digits in which a code of GB/T 2260 and of GB/T 10114 names province, city, county, town and village.
LEVELS = (2, 4, 6, 9, 12)


def concerned(areas: Iterable[Area]) -> list[Place]:
    """The places that some areas name or cover, none within another; by codes and outlines, else by words."""
    found: dict[int, Place] = {}
    for area in areas:
        rows = [*_by_code(area), *_by_shape(area)] or list(_by_words(area.words))
        found.update((place.pk, place) for place in rows)
    return sorted(
        (p for p in found.values() if not any(key in found for key in p.path[:-1])),
        key=lambda p: p.pk,
    )


def _by_code(area: Area) -> Iterable[Place]:
    """Those whose code begins as it does; where none does, the smallest it lies in."""
    places = [p for p in registers().places.values() if p.code]
    for code in area.codes:
        start = prefix(code)
        inside = [p for p in places if prefix(p.code).startswith(start)]
        around = [p for p in places if start.startswith(prefix(p.code))]
        yield from inside or sorted(around, key=lambda p: len(prefix(p.code)))[-1:]


def prefix(code: str) -> str:
    """A code without the noughts that fill up its lower levels."""
    for length in LEVELS:
        if len(code) > length and not code[length:].strip("0"):
            return code[:length]
    return code


def _by_shape(area: Area) -> Iterable[Place]:
    now = registers()
    for key, shape in now.ground.shapes.items():
        place = now.places.get(key)
        if place is not None and (
            any(_touches(polygon, shape) for polygon in area.polygons)
            or any(_near(spot, km, shape) for spot, km in area.circles)
        ):
            yield place


def _touches(polygon: Sequence[tuple[float, float]], shape: Shape) -> bool:
    """Whether an outline (latitude first) and a place have a point in common, corners looked at."""
    ring = tuple((east, north) for north, east in polygon)
    outline = Shape(polygons=((ring,),))
    corners = [p for part in shape.polygons for p in part[0]] or [shape.centre]
    return any(map(outline.contains, [*corners, shape.centre])) or any(map(shape.contains, ring))


def _near(spot: tuple[float, float], km: float, shape: Shape) -> bool:
    point = (spot[1], spot[0])
    corners = [p for part in shape.polygons for p in part[0]]
    return shape.contains(point) or any(
        _distance(point, corner) <= km for corner in [*corners, shape.centre]
    )


def _distance(one: Point, other: Point) -> float:
    """Kilometres, near enough."""
    wide = cos(radians((one[1] + other[1]) / 2))
    return DEGREE * hypot((one[0] - other[0]) * wide, one[1] - other[1])


def _by_words(words: str) -> Iterable[Place]:
    """Those whose name stands in the words; of names within each other the longest."""
    rest = words
    rows = sorted(registers().places.values(), key=lambda p: -len(p.name))
    for place in rows:
        names = [place.name, place.name_en, place.name.rstrip("市区县镇村")]
        if hit := next((n for n in names if len(n) > 1 and n in rest), ""):
            rest = rest.replace(hit, " ")
            yield place


@dataclass(frozen=True)
class Turn:
    """A station that is to pass it on by then."""

    org: Organisation
    by: datetime


def stations(places: Sequence[Place], colour: str, now: datetime) -> list[Turn]:
    """The stations in these places; the worse the colour, the sooner."""
    hours = RULES["hours"].get(colour, max(RULES["hours"].values()))
    by = now + timedelta(hours=hours)
    return [Turn(org, by) for org in _stations() if any(within(org, p) for p in places)]


def _stations() -> list[Organisation]:
    rows = registers().organisations.values()
    return sorted((o for o in rows if o.category == "station"), key=lambda o: o.pk)


def within(org: Organisation, place: Place) -> bool:
    own = registers().place(org.place_id)
    return own is not None and place.pk in (*own.path, own.pk)


def sides(places: Iterable[Place]) -> str:
    return "".join(sorted({p.side for p in places if p.side}))
