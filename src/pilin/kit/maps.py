"""Maps as SVG, made here: outlines, the border, names, and what lies where. Nothing is fetched.

One template draws them, inside a page (`components/map.html`) or as a picture of its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from pilin.engine.models import Matter
from pilin.engine.positions import registers
from pilin.people.frame import Frame
from pilin.people.geometry import Line, Point, Shape, point_of
from pilin.people.ground import Ground
from pilin.people.models import Place

from . import tiles
from .tiles import Tile

#: Height of a name in units, and how wide a Chinese and another letter of it is.
TALL, WIDE, SLIM = 14.0, 14.0, 7.3
#: What is closer together than this is drawn as one.
CLOSE = 13.0


@dataclass(frozen=True)
class Area:
    path: str
    side: str
    inner: bool  # a place within one of the two


@dataclass(frozen=True)
class Circle:
    """How many matters there are at a place, or at several that lie close together."""

    x: float
    y: float
    n: int
    late: int
    label: str
    url: str

    @property
    def r(self) -> float:
        """From 13 up; the area grows with the number, to a limit."""
        return round(min(22.0, 11.0 + 2.0 * math.sqrt(self.n)), 1)


@dataclass(frozen=True)
class Mark:
    """A small mark: a matter at its own point, a station, hall or school."""

    x: float
    y: float
    kind: str  # matter, late, station, hall, school
    label: str
    url: str
    n: int = 1


@dataclass(frozen=True)
class Name:
    x: float
    y: float
    text: str
    anchor: str
    side: str = ""  # of one of the two neighbours themselves


@dataclass(frozen=True)
class Picture:
    """All that is drawn; x and y are units from the upper left corner."""

    width: float
    height: float
    tiles: tuple[Tile, ...] = ()
    areas: tuple[Area, ...] = ()
    border: tuple[str, ...] = ()
    shared: bool = True  # the border is the line both outlines share, not one half way between
    circles: tuple[Circle, ...] = ()
    marks: tuple[Mark, ...] = ()
    names: tuple[Name, ...] = ()
    dots: tuple[tuple[float, float], ...] = ()  # places that are a point and have no circle
    here: tuple[float, float] | None = None
    notes: tuple[str, ...] = ()
    credit: str = ""  # whom what lies beneath is from


@dataclass
class Names:
    """Puts names beside what they name, each where none stands yet; one without room falls out."""

    width: float
    height: float
    taken: list[tuple[float, float, float, float]] = field(default_factory=list)
    placed: list[Name] = field(default_factory=list)

    def keep(self, x: float, y: float, r: float) -> None:
        """Leave this round spot free."""
        self.taken.append((x - r, y - r, x + r, y + r))

    def put(self, x: float, y: float, r: float, text: str, side: str = "") -> None:
        """Below, above, right or left of a round spot; on it, where that has no size."""
        wide = sum(SLIM if char.isascii() or ord(char) < 0x500 else WIDE for char in text)
        below, above = (0.0, r + TALL + 1, "middle"), (0.0, -r - 5, "middle")
        right, left_of = (r + 4, TALL / 3, "start"), (-r - 4, TALL / 3, "end")
        on = [(0.0, TALL / 3, "middle")] if not r else []
        for dx, dy, anchor in (*on, below, above, right, left_of):
            left = x + dx - {"middle": wide / 2, "start": 0.0, "end": wide}[anchor]
            box = (left, y + dy - TALL, left + wide, y + dy + 2)
            inside = box[0] >= 0 and box[1] >= 0 and box[2] <= self.width and box[3] <= self.height
            if inside and not any(_overlap(box, other) for other in self.taken):
                self.taken.append(box)
                self.placed.append(Name(round(x + dx, 1), round(y + dy, 1), text, anchor, side))
                return


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def ground_picture(ground: Ground, frame: Frame, inside: bool = False) -> Picture:
    """The ground alone: outlines of places, the border, and what an operator put beneath.

    `inside`: it is a picture of its own, and holds those it is made of.
    """
    places = ground.known.places
    rows = sorted(ground.shapes.items(), key=lambda row: len(places[row[0]].path))
    areas = [
        Area(_path(shape, frame), places[key].side, bool(places[key].parent_id))
        for key, shape in rows
        if shape.polygons
    ]
    lines, shared = ground.border
    notes = dict.fromkeys(places[key].shape_note for key, _shape in rows)
    below = tiles.beneath(frame, inside)
    archive = tiles.archive() if below else None
    return Picture(
        frame.width,
        frame.height,
        below,
        tuple(areas),
        tuple(_points(line, frame) for line in lines),
        shared,
        notes=tuple(filter(None, notes)),
        credit=archive.credit if archive else "",
    )


def _points(line: Line, frame: Frame) -> str:
    return " ".join("{},{}".format(*frame.xy(point)) for point in line)


def _path(shape: Shape, frame: Frame) -> str:
    rings = (ring for part in shape.polygons for ring in part)
    return "".join(
        "M" + "L".join("{} {}".format(*frame.xy(p)) for p in ring[:-1]) + "z" for ring in rings
    )


def with_places(
    picture: Picture, ground: Ground, frame: Frame, first: Iterable[int] = ()
) -> Picture:
    """The same with the places named that have room for it, those named `first` before others."""
    names = Names(frame.width, frame.height)
    if picture.here:
        names.keep(*picture.here, 12)
    for mark in picture.marks:
        names.keep(mark.x, mark.y, 7)
    places, wanted, dots = ground.known.places, list(first), []
    order = sorted(ground.shapes, key=lambda k: (k not in wanted, len(places[k].path), k))
    shown = [key for key in order if frame.shows(ground.shapes[key].centre)]
    for key in shown:
        if spot := ground.shapes[key].spot:
            dots.append(frame.xy(spot))
            names.keep(*frame.xy(spot), 3)
    for key in shown:
        shape = ground.shapes[key]
        put_name(names, places[key], *frame.xy(shape.centre), 3.0 if shape.spot else 0.0)
    return replace(picture, names=tuple(names.placed), dots=tuple(dots))


def put_name(names: Names, place: Place, x: float, y: float, r: float, title: str = "") -> None:
    """The name of a place, in its side's colour where it is one of the two neighbours."""
    names.put(x, y, r, title or place.called, "" if place.parent_id else place.side)


def locator(
    point: Point, place: Place | None = None, frame: Frame | None = None, inside: bool = False
) -> Picture | None:
    """The whole ground with one point marked; None where it lies outside or nothing is known."""
    ground = registers().ground
    frame = frame or ground.frame
    if frame is None or not frame.shows(point):
        return None
    picture = replace(ground_picture(ground, frame, inside), here=frame.xy(point))
    return with_places(picture, ground, frame, [place.pk] if place else [])


def map_of_matter(matter: Matter) -> Picture | None:
    """Where a matter says that it is."""
    point = point_of(matter.point)
    return locator(point) if point else None


def map_of_points(points: Iterable[tuple[Point, str, str]]) -> Picture | None:
    """Points, each with its words and where more is said; None where none lies on what is shown."""
    ground = registers().ground
    frame = ground.frame
    rows = (
        [(*frame.xy(p), (words, url)) for p, words, url in points if frame.shows(p)]
        if frame
        else []
    )
    if frame is None or not rows:
        return None
    marks = [
        Mark(
            h.x,
            h.y,
            "matter",
            together([words for words, _url in h.held]),
            h.held[0][1],
            len(h.held),
        )
        for h in heaps(rows)
    ]
    picture = replace(ground_picture(ground, frame), marks=tuple(marks))
    return with_places(picture, ground, frame)


def together(names: Sequence[str]) -> str:
    """What lies in one spot, in words: the first three."""
    shown = "；".join(names[:3])
    return shown if len(names) < 4 else _("%(names)s and others") % {"names": shown}


def map_of_place(place: Place) -> Picture | None:
    """A place that has a shape of its own, in its surroundings."""
    shape = registers().ground.shapes.get(place.pk)
    return locator(shape.centre, place) if shape else None


@dataclass
class Heap:
    """What lies so close together that it is drawn as one."""

    x: float
    y: float
    held: list[Any]


def heaps(rows: Iterable[tuple[float, float, Any]], close: float = CLOSE) -> list[Heap]:
    """Gathers what lies closer than `close` to the first of a heap, in the order given."""
    cells: dict[tuple[int, int], list[Heap]] = {}
    found = []
    for x, y, row in rows:
        column, line = int(x // close), int(y // close)
        near = (
            heap
            for i in (column - 1, column, column + 1)
            for j in (line - 1, line, line + 1)
            for heap in cells.get((i, j), ())
            if (heap.x - x) ** 2 + (heap.y - y) ** 2 < close**2
        )
        heap = next(near, None)
        if heap is None:
            heap = Heap(x, y, [])
            cells.setdefault((column, line), []).append(heap)
            found.append(heap)
        heap.held.append(row)
    return found
