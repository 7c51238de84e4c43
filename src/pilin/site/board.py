"""The border board: both sides, and what crosses between them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from pilin.engine.models import Matter
from pilin.engine.positions import registers
from pilin.kit.additions import nav_items
from pilin.kit.cards import card_rows, cards, spans
from pilin.kit.conditional import conditional
from pilin.kit.figures import by_kind, figures, listed_kinds
from pilin.people.models import LEFT, RIGHT
from pilin.publishing.figures import by_programme


@conditional(lambda request: ["all"])
def board(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    counts = figures(["all", f"side:{LEFT}", f"side:{RIGHT}", "crossing"], today)
    names = {side.code: side.name for side in registers().sides}
    rows = card_rows(Matter.objects.filter(kind__in=listed_kinds()))
    context: dict[str, Any] = {
        "left": {"code": LEFT, "name": names.get(LEFT, ""), "figures": counts[f"side:{LEFT}"]},
        "right": {"code": RIGHT, "name": names.get(RIGHT, ""), "figures": counts[f"side:{RIGHT}"]},
        "all": counts["all"],
        "programmes": nav_items(),
        "crossing_figures": counts["crossing"],
        "crossing": spans(rows.filter(sides="ab").order_by("-last")[:6]),
        "late": cards(rows.filter(is_open=True, due__lt=today).order_by("due", "id")[:5]),
        "recent": cards(rows.filter(is_open=True, due__gte=today).order_by("-last")[:6]),
    }
    return render(request, "site/board.html", context)


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
