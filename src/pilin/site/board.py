"""The border board: both sides, and what crosses between them."""

from dataclasses import replace
from datetime import date
from functools import lru_cache
from itertools import zip_longest
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from pilin.database import elsewhere
from pilin.engine.models import Matter
from pilin.engine.positions import COPIES, registers
from pilin.engine.programme import registry
from pilin.kit.as_of import as_of
from pilin.kit.asking import Question
from pilin.kit.cards import SPAN, Row, card_rows, cards, drawn, items, read
from pilin.kit.conditional import conditional, knowing
from pilin.kit.figures import COUNTED, Figures, by_kind, figures, listed_kinds
from pilin.kit.nav import nav_items
from pilin.kit.page import page
from pilin.kit.urgent import Urgent, side_by_side
from pilin.kit.votes import OpenVote
from pilin.neighbours import asking
from pilin.people.actor import viewer_of
from pilin.people.models import LEFT, RIGHT

from . import both
from .manage.gate import charge_of
from .urgent import urgent_now
from .votes import open_now

T = TypeVar("T")


@conditional(lambda request: ["all", COPIES])
def board(request: HttpRequest) -> HttpResponse:
    """Home: what one has to say, what is voted on, what waits for one's word; then both sides."""
    person = viewer_of(request).person
    mine = tuple(read(_waiting_for(person))) if person else ()
    return page(request, "site/board.html", _board, open_now(request), mine, urgent_now(request))


@lru_cache(256)
def _waiting_for(person: str) -> Question:
    """Matters that wait for what this person says of them: whether it is done, above all."""
    rows = Matter.objects.filter(is_open=True, holder_person=person)
    return card_rows(rows.order_by("due", "id")[:5])


def _board(
    votes: tuple[OpenVote, ...], mine: tuple[Row, ...], urgent: tuple[Urgent, ...]
) -> dict[str, Any]:
    today = timezone.localdate()
    names = {side.code: side.called for side in registers().sides}
    ours, others = _seen(today), [(n, seen) for n, seen in both.beyond(lambda: _seen(today))]
    all_ = [ours, *(seen for _n, seen in others)]
    counts = {scope: _added([seen.counts[scope] for seen in all_]) for scope in SCOPES}
    late = sorted((one for seen in all_ for one in seen.late), key=itemgetter(0))[:LATE]
    return {
        **as_of(),
        "opening": opening() if elsewhere.where() is None else "",
        "votes": votes,
        "dangers": side_by_side(urgent),
        "mine": cards(mine),
        "left": {"code": LEFT, "name": names.get(LEFT, ""), "figures": counts[f"side:{LEFT}"]},
        "right": {"code": RIGHT, "name": names.get(RIGHT, ""), "figures": counts[f"side:{RIGHT}"]},
        "crossing_figures": counts["crossing"],
        "together": counts["all"],
        "crossing": mark_safe("".join(_in_turn([seen.crossing for seen in all_])[:CROSSING])),
        "late": items(card for _due, card in late),
        "recent": items(_in_turn([seen.recent for seen in all_])[:RECENT]),
        "alarms": [*both.alarms()] if elsewhere.where() is None else [],
        "others": [(n, asking.copy_of(n.pk)) for n, _seen in others],
    }


SCOPES = (f"side:{LEFT}", f"side:{RIGHT}", "crossing", "all")
#: How many of each are shown.
CROSSING, LATE, RECENT = 6, 5, 6


class Seen(NamedTuple):
    """What one record has for the board; cards are drawn, and lead to that record's pages."""

    counts: dict[str, Figures]
    crossing: list[SafeString]
    late: list[tuple[tuple[date | None, int], SafeString]]
    recent: list[SafeString]


def _seen(today: date) -> Seen:
    crossing, late, recent = map(read, _listed(tuple(listed_kinds()), today))
    dues = [(row.due, row.id) for row in late]
    return Seen(
        figures(SCOPES, today),
        drawn(crossing, SPAN),
        list(zip(dues, drawn(late), strict=True)),
        drawn(recent),
    )


def _added(some: list[Figures]) -> Figures:
    """Each matter stands in one record alone: so they can be added up."""
    first = some[0]
    sums = {name: sum(getattr(one, name) for one in some) for name in (*COUNTED, "other")}
    return replace(first, **sums)


def _in_turn(some: list[list[T]]) -> list[T]:
    """The first of each, then the second: what moved last in two records cannot be told by number."""
    return [one for row in zip_longest(*some) for one in row if one is not None]


def opening() -> str:
    """Where anybody raises what they have to say; else where all that one may open stands."""
    for programme in registry:
        if step := getattr(programme, "opening", None):
            return reverse("web:new", args=[programme.procedures[0].kind, step])
    return reverse("web:choose")


@lru_cache(8)
def _listed(kinds: tuple[str, ...], today: date) -> list[Question]:
    """What crosses the border, what is overdue longest, and what moved last."""
    rows = Matter.objects.filter(kind__in=kinds)
    return [
        card_rows(rows.filter(sides="ab").order_by("-last")[:CROSSING]),
        card_rows(rows.filter(is_open=True, due__lt=today).order_by("due", "id")[:LATE]),
        card_rows(rows.filter(is_open=True, due__gte=today).order_by("-last")[:RECENT]),
    ]


@knowing
def more(request: HttpRequest) -> HttpResponse:
    """Every page there is, on one; on a phone this is the menu."""
    return page(request, "site/more.html", _more, charge_of(request).any)


def _more(manages: bool) -> dict[str, Any]:
    return {"programmes": nav_items(), "manages": manages}


@conditional(lambda request: ["all"])
def work(request: HttpRequest) -> HttpResponse:
    """Every programme, with how its matters stand."""
    counts = by_kind("all", timezone.localdate())
    items = nav_items()
    rows = [(item, counts.get(item.kind)) for item in items]
    alone = [
        (rules.title, found)
        for kind, found in counts.items()
        if (rules := registry.latest(kind)) and kind not in {item.kind for item in items}
    ]
    return render(request, "site/work.html", {"rows": rows, "alone": alone})
