"""Where the places and organisations of the registers lie, and which of them a point belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from .frame import Frame, between
from .geometry import Box, Line, Point, Shape, bounds_of, point_of, shape_of, shared_edge
from .geometry import smallest as smallest_of
from .models import LEFT, RIGHT, Organisation, Place

if TYPE_CHECKING:
    from .known import Known

#: Of a picture for a page of any width: units, about a pixel each on a phone.
WIDTH, TALLEST, FLATTEST, MARGIN = 400.0, 460.0, 220.0, 26.0


@dataclass(frozen=True, eq=False)
class Ground:
    """What the registers say of the ground; asked of `Known.ground`, once while they stand."""

    known: Known

    @cached_property
    def shapes(self) -> dict[int, Shape]:
        """Of places that have one of their own, by id."""
        found = ((p.pk, shape_of(p.shape)) for p in self.known.places.values())
        return {key: shape for key, shape in found if shape is not None}

    @cached_property
    def box(self) -> Box | None:
        """Around all places that have a shape; where none has, around the organisations of both sides."""
        corners = [
            corner
            for shape in self.shapes.values()
            for corner in (shape.bounds[:2], shape.bounds[2:])
        ]
        if not corners:
            own = (point_of(o.point) for o in self.known.organisations.values() if o.sides)
            corners = [p for p in own if p is not None]
        return bounds_of(corners) if corners else None

    @cached_property
    def frame(self) -> Frame | None:
        """The whole of it; None where nothing is known to lie anywhere."""
        return Frame.of(self.box, WIDTH, TALLEST, FLATTEST, MARGIN) if self.box else None

    def anchor(self, place: Place | None) -> int | None:
        """The place itself, or the nearest above it, that has a shape."""
        path = place.path if place else ()
        return next((key for key in reversed(path) if key in self.shapes), None)

    def above(self, place: Place) -> int | None:
        """The nearest place above it that has a shape."""
        return next((key for key in reversed(place.path[:-1]) if key in self.shapes), None)

    def at(self, org: Organisation) -> Point | None:
        """Where an organisation is: its own point, else where its place is."""
        own = point_of(org.point)
        if own is not None:
            return own
        key = self.anchor(self.known.places.get(org.place_id or 0))
        return self.shapes[key].centre if key is not None else None

    def place_at(self, point: Point) -> Place | None:
        """The smallest place whose polygon contains the point."""
        key = smallest_of(self.shapes, point)
        return self.known.places.get(key) if key is not None else None

    def responsible(self, point: Point, among: Iterable[Organisation]) -> Organisation | None:
        """Of some organisations the one that a point belongs to: that of the smallest place around it,
        else of the nearest place above that has one."""
        place = self.place_at(point)
        rows = list(among) if place else []
        for key in reversed(place.path if place else ()):
            if found := [org for org in rows if org.place_id == key]:
                return found[0]
        return None

    @cached_property
    def border(self) -> tuple[tuple[Line, ...], bool]:
        """The line between the two sides, and whether it is the one their outlines share.

        Where they share none, a straight line half way between what is known of both.
        """
        roots = {
            side: [p for p in self.known.places.values() if p.side == side and not p.parent_id]
            for side in (LEFT, RIGHT)
        }
        lines = [
            line
            for one in roots[LEFT]
            for other in roots[RIGHT]
            if one.pk in self.shapes and other.pk in self.shapes
            for line in shared_edge(self.shapes[one.pk], self.shapes[other.pk])
        ]
        if lines:
            return tuple(lines), True
        if self.frame is None:
            return (), False
        line = between(self._on(LEFT), self._on(RIGHT), self.frame)
        return ((line,) if line else ()), False

    def _on(self, side: str) -> list[Point]:
        places = self.known.places
        return [s.centre for key, s in self.shapes.items() if places[key].side == side]
