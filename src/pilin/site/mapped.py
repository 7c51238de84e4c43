"""Both sides on a map, with the border as the line it is; and the same as a list beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pilin.engine.models import Matter
from pilin.engine.positions import registers
from pilin.engine.programme import registry
from pilin.forms.points import View, frame_of_view
from pilin.kit import tiles
from pilin.kit.asking import Question, ask, question
from pilin.kit.cards import Row, cards
from pilin.kit.conditional import conditional, is_known, knowing
from pilin.kit.definitions import standing
from pilin.kit.figures import Figures, figures, listed_kinds
from pilin.kit.maps import (
    Circle,
    Mark,
    Names,
    Picture,
    ground_picture,
    heaps,
    locator,
    put_name,
    together,
    with_places,
)
from pilin.kit.page import page
from pilin.people.frame import Frame
from pilin.people.geometry import Misshapen, Point, point_of, read_point
from pilin.people.ground import Ground
from pilin.people.models import Organisation, Place, Side

SHOW = {
    "": gettext_lazy("Open"),
    "late": gettext_lazy("Overdue"),
    "all": gettext_lazy("All"),
}
#: Organisations that are marked, each category with its mark.
MARKED = ("station", "hall", "school")
#: Places whose middles are closer together are counted as one; matters drawn at points of their own.
NEAR, MOST = 34.0, 300
#: Organisations of a place that the list names.
NAMED = 12


@dataclass
class Spot:
    """A place on the map: what lies in it, and in those below that are on no map themselves.

    `also` are places so near that they are counted with it.
    """

    place: Place
    x: float
    y: float
    also: list[Place] = field(default_factory=list)
    late: int = 0
    n: int = 0  # how many there are of those asked for
    orgs: list[Organisation] = field(default_factory=list)

    @property
    def title(self) -> str:
        if not self.also:
            return self.place.called
        return _("%(place)s and nearby") % {"place": self.place.called}

    @property
    def url(self) -> str:
        """Its page; where several places are one, its part of the list."""
        return f"#at-{self.place.pk}" if self.also else reverse("web:place", args=[self.place.pk])

    @property
    def label(self) -> str:
        return f"{self.title}: {self.counted}"

    @property
    def counted(self) -> str:
        """How many matters, in words."""
        said = ngettext("%(n)d matter", "%(n)d matters", self.n) % {"n": self.n}
        if self.late:
            said += ", " + ngettext("%(n)d overdue", "%(n)d overdue", self.late) % {"n": self.late}
        return said

    @property
    def empty(self) -> bool:
        return not self.n and not self.orgs

    def near(self, other: Spot) -> bool:
        """Whether both have something to show and would be drawn over each other."""
        close = (self.x - other.x) ** 2 + (self.y - other.y) ** 2 < NEAR**2
        return close and self.place.side == other.place.side and not (self.empty or other.empty)

    def take(self, other: Spot) -> None:
        """Another one, too near to be drawn apart."""
        self.also.append(other.place)
        self.n += other.n
        self.late += other.late
        self.orgs += other.orgs

    @property
    def named(self) -> list[tuple[str, list[Organisation]]]:
        """The first of its organisations, by category."""
        shown = self.orgs[:NAMED]
        found = {o.category: o.category_title for o in shown}
        return [(t, [o for o in shown if o.category == c]) for c, t in found.items()]

    @property
    def more(self) -> int:
        return len(self.orgs) - NAMED


@conditional(lambda request: ["all"])
def map_page(request: HttpRequest) -> HttpResponse:
    """Where what stands: by kind, and open, overdue or all."""
    kind, show = request.GET.get("kind", ""), request.GET.get("show", "")
    kind = kind if kind in listed_kinds() else ""
    found = tiles.archive()
    below = found.version if found else ""
    return page(request, "site/map.html", _map, kind, show if show in SHOW else "", below)


def _map(kind: str, show: str, below: str) -> dict[str, Any]:
    known, today = registers(), timezone.localdate()
    ground = known.ground
    context: dict[str, Any] = {
        "kind": kind,
        "show": show,
        "shows": [(key, title, _query(kind, key)) for key, title in SHOW.items()],
        "titles": [(k, registry.latest(k).title) for k in listed_kinds()],  # type: ignore[union-attr]
    }
    if ground.frame is None:
        return context
    scopes = ["all", *(f"place:{key}" for key in ground.shapes)]
    counts = figures(scopes, today, kind)
    spots = _spots(ground, ground.frame, counts, show)
    pointed = _pointed(kind, show, today)
    apart = _organisations(ground)
    total = _wanted(counts["all"], show)
    return context | {
        "map": _picture(ground, ground.frame, spots, pointed, apart),
        "sides": [_listed(side, spots) for side in known.sides],
        "apart": [org for org, _point in apart],
        "cards": cards([row for row, _point in pointed]),
        "pointed": len(pointed),
        "total": total,
        "elsewhere": max(0, total - sum(spot.n for spot in spots)),
        "said": _said(known.sides, total),
    }


def _listed(side: Side, spots: Iterable[Spot]) -> tuple[Side, list[Spot], list[Spot]]:
    """What there is on one side, and the places where there is nothing just now."""
    own = [s for s in spots if s.place.side == side.code]
    return side, [s for s in own if not s.empty], [s for s in own if s.empty]


def _query(kind: str, show: str) -> str:
    given = {k: v for k, v in (("kind", kind), ("show", show)) if v}
    return "?" + urlencode(given)


def _said(sides: Sequence[Side], total: int) -> str:
    names = [side.called for side in sides]
    where = " / ".join(names)
    said = ngettext(
        "%(where)s with their border. %(n)d matter; the list beside says the same.",
        "%(where)s with their border. %(n)d matters; the list beside says the same.",
        total,
    )
    return said % {"where": where, "n": total}


def _wanted(found: Figures, show: str) -> int:
    return {"": found.open, "late": found.late, "all": found.total}[show]


def _spots(ground: Ground, frame: Frame, counts: Mapping[str, Figures], show: str) -> list[Spot]:
    """Places that have a shape, from the widest down; each with what is in no other that has one."""
    places = ground.known.places
    order = sorted(ground.shapes, key=lambda key: (len(places[key].path), key))
    own = {key: Spot(places[key], *frame.xy(ground.shapes[key].centre)) for key in order}
    for key, spot in own.items():
        figure, above = counts[f"place:{key}"], ground.above(places[key])
        for where, sign in ((spot, 1), (own[above] if above else None, -1)):
            if where is not None:
                where.n += sign * _wanted(figure, show)
                where.late += sign * figure.late
    _gather_organisations(ground, own)
    found: list[Spot] = []
    for spot in own.values():
        kept = next((s for s in found if s.near(spot)), None)
        if kept is None:
            found.append(spot)
        else:
            kept.take(spot)
    return sorted(found, key=lambda s: s.place.path)


def _gather_organisations(ground: Ground, spots: Mapping[int, Spot]) -> None:
    """Stations, halls and schools without a point of their own are where their place is."""
    for org in _marked(ground):
        key = ground.anchor(ground.known.places.get(org.place_id or 0))
        if not org.point and key is not None:
            spots[key].orgs.append(org)


def _marked(ground: Ground) -> list[Organisation]:
    rows = [o for o in ground.known.organisations.values() if o.category in MARKED]
    return sorted(rows, key=lambda o: (MARKED.index(o.category), o.name))


def _pointed(kind: str, show: str, today: date) -> list[tuple[Row, Point]]:
    """The matters with a point of their own, newest first."""
    kinds = (kind,) if kind else tuple(listed_kinds())
    rows = ask(_asked(kinds, show, today))
    found = ((Row._make(row[:-1]), point_of(row[-1])) for row in rows)
    return [(row, point) for row, point in found if point is not None]


@lru_cache(64)
def _asked(kinds: tuple[str, ...], show: str, today: date) -> Question:
    rows = standing(
        Matter.objects.filter(kind__in=kinds).exclude(point=""),
        show or "open",
        timezone.localdate(),
    )
    return question(rows.order_by("-last").values_list(*Row._fields, "point")[:MOST])


def _organisations(ground: Ground) -> list[tuple[Organisation, Point]]:
    """Stations, halls and schools with a point of their own."""
    found = ((org, point_of(org.point)) for org in _marked(ground))
    return [(org, point) for org, point in found if point is not None]


# What is drawn --------------------------------------------------------------------------------------


def _picture(
    ground: Ground,
    frame: Frame,
    spots: Sequence[Spot],
    pointed: Sequence[tuple[Row, Point]],
    apart: Sequence[tuple[Organisation, Point]],
) -> Picture:
    today = timezone.localdate()
    circles = [Circle(s.x, s.y, s.n, s.late, s.label, s.url) for s in spots if s.n]
    radius = {(c.x, c.y): c.r for c in circles}
    names = Names(frame.width, frame.height)
    marks = [mark for spot in spots for mark in _beside(spot, radius.get((spot.x, spot.y), 0.0))]
    marks += [
        Mark(
            h.x,
            h.y,
            h.held[0].category,
            together([o.called for o in h.held]),
            _where(h.held),
            len(h.held),
        )
        for h in heaps((*frame.xy(p), org) for org, p in apart if frame.shows(p))
    ]
    for heap in heaps((*frame.xy(p), row) for row, p in pointed if frame.shows(p)):
        late = any(row.due is not None and row.due < today for row in heap.held)
        label, kind = together([row.title for row in heap.held]), "late" if late else "matter"
        url = reverse("web:matter", args=[heap.held[0].id]) if len(heap.held) == 1 else "#pointed"
        marks.append(Mark(heap.x, heap.y, kind, label, url, len(heap.held)))
    for circle in circles:
        names.keep(circle.x, circle.y, circle.r)
    for mark in marks:
        names.keep(mark.x, mark.y, 7)
    points = {s.place.pk for s in spots if ground.shapes[s.place.pk].spot}
    dots = [(s.x, s.y) for s in spots if s.empty and s.place.pk in points]
    for x, y in dots:
        names.keep(x, y, 3)
    for spot in sorted(spots, key=lambda s: (-s.n, s.place.path)):
        is_point = spot.place.pk in points
        r = radius.get((spot.x, spot.y), 3.0 if is_point else 0.0)
        put_name(names, spot.place, spot.x, spot.y, r, spot.title)
    return replace(
        ground_picture(ground, frame),
        dots=tuple(dots),
        circles=tuple(circles),
        marks=tuple(marks),
        names=tuple(names.placed),
    )


def _beside(spot: Spot, r: float) -> Iterable[Mark]:
    """The marks of organisations without a point of their own, around the upper half of their spot."""
    for category, dx, dy in (("station", 0.8, -0.8), ("hall", -0.8, -0.8), ("school", 1.0, 0.5)):
        here = [org for org in spot.orgs if org.category == category]
        if here:
            far = r + 5 if r else 0
            x, y = round(spot.x + dx * far, 1), round(spot.y + dy * far, 1)
            label = together([org.called for org in here])
            yield Mark(x, y, category, label, f"#at-{spot.place.pk}", len(here))


def _where(orgs: Sequence[Organisation]) -> str:
    return reverse("web:organisation", args=[orgs[0].pk]) if len(orgs) == 1 else "#apart"


# What forms ask -------------------------------------------------------------------------------------


@knowing
def picture(request: HttpRequest) -> HttpResponse:
    """The ground as a picture to tap on: all of it or around a view, with a point marked."""
    known = registers()
    frame = frame_of_view(known.ground, View.read(request.GET.get("view", "")))
    if frame is None:
        return HttpResponse(status=404)
    point = _given(request)
    drawn = locator(point, frame=frame, inside=True) if point else None
    if drawn is None:
        drawn = with_places(ground_picture(known.ground, frame, inside=True), known.ground, frame)
    response = render(request, "kit/picture.svg", {"map": drawn}, content_type="image/svg+xml")
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    if is_known(request.headers.get("If-None-Match", ""), etag):
        return HttpResponseNotModified(headers={"ETag": etag})
    response["ETag"], response["Cache-Control"] = etag, "private, no-cache"
    return response


def tile(request: HttpRequest, version: str, zoom: int, x: int, y: int) -> HttpResponse:
    """A square of the operator's ground; its address changes with the file."""
    found = tiles.archive()
    data = found.get(zoom, x, y) if found and zoom < 30 and version == found.version else None
    if found is None or data is None:
        raise Http404
    response = HttpResponse(data, content_type=found.type)
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@conditional(lambda request: [])
def at(request: HttpRequest) -> HttpResponse:
    """Which place a point lies in, in words, and the organisations there and above, nearest first."""
    point = _given(request)
    known = registers()
    place = known.ground.place_at(point) if point else None
    path = list(reversed(place.path)) if place else []
    rows = [o for o in known.organisations.values() if o.place_id in path]
    rows.sort(key=lambda o: (path.index(o.place_id or 0), o.sides, o.category, o.name))
    said = _("It lies in %(place)s.") % {"place": place.called} if place else ""
    return JsonResponse({"said": said, "organisations": [o.pk for o in rows]})


def _given(request: HttpRequest) -> Point | None:
    try:
        return read_point(request.GET.get("at", ""))
    except Misshapen:
        return None
