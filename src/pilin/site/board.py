"""The border board: both sides, and what crosses between them."""

from datetime import date
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from pilin.engine.models import Matter
from pilin.engine.positions import registers
from pilin.engine.programme import registry
from pilin.kit.asking import Question
from pilin.kit.cards import Row, card_rows, cards, read, spans
from pilin.kit.conditional import conditional, knowing
from pilin.kit.figures import by_kind, figures, listed_kinds
from pilin.kit.nav import nav_items
from pilin.kit.page import page
from pilin.kit.votes import OpenVote
from pilin.people.actor import viewer_of
from pilin.people.models import LEFT, RIGHT

from .manage.gate import charge_of
from .votes import open_now


@conditional(lambda request: ["all"])
def board(request: HttpRequest) -> HttpResponse:
    """Home: what one has to say, what is voted on, what waits for one's word; then both sides."""
    person = viewer_of(request).person
    mine = tuple(read(_waiting_for(person))) if person else ()
    return page(request, "site/board.html", _board, open_now(request), mine)


@lru_cache(256)
def _waiting_for(person: str) -> Question:
    """Matters that wait for what this person says of them: whether it is done, above all."""
    rows = Matter.objects.filter(is_open=True, holder_person=person)
    return card_rows(rows.order_by("due", "id")[:5])


def _board(votes: tuple[OpenVote, ...], mine: tuple[Row, ...]) -> dict[str, Any]:
    today = timezone.localdate()
    counts = figures([f"side:{LEFT}", f"side:{RIGHT}", "crossing", "all"], today)
    names = {side.code: side.called for side in registers().sides}
    crossing, late, recent = map(read, _listed(tuple(listed_kinds()), today))
    return {
        "opening": opening(),
        "votes": votes,
        "mine": cards(mine),
        "left": {"code": LEFT, "name": names.get(LEFT, ""), "figures": counts[f"side:{LEFT}"]},
        "right": {"code": RIGHT, "name": names.get(RIGHT, ""), "figures": counts[f"side:{RIGHT}"]},
        "crossing_figures": counts["crossing"],
        "together": counts["all"],
        "crossing": spans(crossing),
        "late": cards(late),
        "recent": cards(recent),
    }


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
        card_rows(rows.filter(sides="ab").order_by("-last")[:6]),
        card_rows(rows.filter(is_open=True, due__lt=today).order_by("due", "id")[:5]),
        card_rows(rows.filter(is_open=True, due__gte=today).order_by("-last")[:6]),
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
