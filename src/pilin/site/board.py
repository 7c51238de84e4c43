"""The border board: both sides, and what crosses between them."""

from datetime import date
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from pilin.engine.models import Matter
from pilin.engine.positions import registers
from pilin.kit.asking import Question
from pilin.kit.cards import card_rows, cards, read, spans
from pilin.kit.conditional import conditional
from pilin.kit.figures import by_kind, figures, listed_kinds
from pilin.kit.nav import nav_items
from pilin.kit.page import page
from pilin.people.models import LEFT, RIGHT
from pilin.publishing.figures import by_programme


@conditional(lambda request: ["all"])
def board(request: HttpRequest) -> HttpResponse:
    return page(request, "site/board.html", _board)


def _board() -> dict[str, Any]:
    today = timezone.localdate()
    counts = figures([f"side:{LEFT}", f"side:{RIGHT}", "crossing"], today)
    names = {side.code: side.name for side in registers().sides}
    crossing, late, recent = map(read, _listed(tuple(listed_kinds()), today))
    programmes = nav_items()
    return {
        "left": {"code": LEFT, "name": names.get(LEFT, ""), "figures": counts[f"side:{LEFT}"]},
        "right": {"code": RIGHT, "name": names.get(RIGHT, ""), "figures": counts[f"side:{RIGHT}"]},
        "programmes": programmes,
        "nav_all": tuple(item.url_name for item in programmes),
        "crossing_figures": counts["crossing"],
        "crossing": spans(crossing),
        "late": cards(late),
        "recent": cards(recent),
    }


@lru_cache(8)
def _listed(kinds: tuple[str, ...], today: date) -> list[Question]:
    """What crosses the border, what is overdue longest, and what moved last."""
    rows = Matter.objects.filter(kind__in=kinds)
    return [
        card_rows(rows.filter(sides="ab").order_by("-last")[:6]),
        card_rows(rows.filter(is_open=True, due__lt=today).order_by("due", "id")[:5]),
        card_rows(rows.filter(is_open=True, due__gte=today).order_by("-last")[:6]),
    ]


@conditional(lambda request: ["all"])
def work(request: HttpRequest) -> HttpResponse:
    """Every programme, with how its matters stand."""
    counts = by_kind("all", timezone.localdate())
    rows = [(item, counts.get(item.kind)) for item in nav_items()]
    return render(request, "site/work.html", {"rows": rows})


@conditional(lambda request: ["all"])
def printed_figures(request: HttpRequest) -> HttpResponse:
    """What the registers say in numbers, "more than" where they say so."""
    return render(request, "site/figures.html", {"groups": by_programme()})
