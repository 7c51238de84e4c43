"""The list of participatory budgets, the ideas of one, its vote, and its result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext_lazy as _

from pilin.engine.models import Matter
from pilin.intake import polls
from pilin.intake.models import Poll
from pilin.intake.shapes import picks
from pilin.kit.conditional import conditional
from pilin.kit.listing import Listing, columns_of
from pilin.kit.maps import Picture, map_of_points
from pilin.kit.programme import shown_with
from pilin.people.actor import Actor, viewer_of
from pilin.people.geometry import point_of

from . import ballots, explained, lists, printing
from .models import STATUS, Budget, Idea

LISTING = Listing(
    "budget",
    "budgets/",
    _("Participatory budgets"),
    _("Residents say what public money is spent on: with ideas, and with their vote."),
    columns=columns_of(Budget),
    related=("budget",),
    openings=("announce",),
)


def own(matter: Matter, actor: Actor) -> tuple[bool]:
    return (matter.held_by(actor),)


def facts(matter: Matter, hosts: bool) -> Mapping[str, Any]:
    """What there is to spend and how, where to go from here, and what became of what was chosen."""
    budget = Budget.objects.filter(pk=matter.pk).first()
    if budget is None:
        return {}
    poll = polls.latest(matter.pk)
    waiting = lists.ideas(matter.pk, "waiting").count() if hosts else 0
    projects = {m.outcome: m for m in matter.results.order_by("pk")}
    won, takes = explained.winners(budget), poll is not None and poll.takes_ballots
    return {
        "budget": budget,
        "poll": poll,
        "open": takes,
        "turnout": polls.turnout(poll) if poll else None,
        "more_below": takes,
        "waiting": waiting,
        "hosts": hosts,
        "winners": [(row, projects.get(row["idea"])) for row in won],
        "equal": budget.rule == "equal-shares",
        "ideas_map": _map(
            matter.pk, lists.ideas(matter.pk, "waiting", "admitted").exclude(point="")
        ),
    }


def _map(key: int, rows: Iterable[Idea]) -> Picture | None:
    """Where the ideas are that say so."""
    page = reverse("budget:ideas", args=[key])
    at = ((point_of(i.point), f"{i.number}. {i.title}", f"{page}#idea-{i.number}") for i in rows)
    return map_of_points((point, words, url) for point, words, url in at if point)


def budget_of(key: int) -> tuple[Matter, Budget]:
    rows = Matter.objects.select_related("org", "place", "holder_org")
    matter = get_object_or_404(rows, pk=key, kind="budget")
    return matter, Budget.objects.get(pk=key)


@conditional(lambda request, key: shown_with(key))
def ideas(request: HttpRequest, key: int) -> HttpResponse:
    """Every idea with what was said of it; whoever has the matter vets them here."""
    matter, budget = budget_of(key)
    rows = list(lists.ideas(key))
    title, shown = {row.number: row for row in rows}, lists.pictures(key, rows)
    groups = [
        (
            name,
            words,
            [(r, title.get(r.into or 0), shown.get(r.number)) for r in rows if r.status == name],
        )
        for name, words in STATUS.items()
    ]
    vetting = matter.held_by(viewer_of(request)) and matter.state in ("ideas", "vetting")
    context = {
        "map": _map(key, rows),
        "matter": matter,
        "budget": budget,
        "groups": [group for group in groups if group[2]],
        "vets": vetting,
        "adds": matter.state == "ideas",
    }
    return render(request, "budget/ideas.html", context)


@conditional(lambda request, key: shown_with(key))
def result(request: HttpRequest, key: int) -> HttpResponse:
    """Who won and why, and where the viewer's own share went."""
    matter, budget = budget_of(key)
    poll = polls.latest(key)
    if budget.result is None or poll is None:
        return redirect(matter.url)
    viewer = viewer_of(request)
    said = polls.said_by(poll, viewer.person).get(0) if viewer.kind == "person" else None
    context = {
        "matter": matter,
        "budget": budget,
        "poll": poll,
        "result": budget.result,
        "turnout": polls.turnout(poll),
        "signed_in": viewer.kind == "person",
        "mine": explained.mine(budget, picks(said)) if said is not None else None,
        "command": explained.command(budget),
        **explained.result(budget),
    }
    return render(request, "budget/result.html", context)


def election(request: HttpRequest, key: int) -> HttpResponse:
    """The election in the Pabulib format: the file whose hash stands in the entry."""
    _matter, budget = budget_of(key)
    poll: Poll | None = polls.latest(key)
    recorded = (budget.result or {}).get("file")
    if poll is None or recorded is None:
        raise Http404
    tag = f'"{recorded["sha256"]}"'
    answer = get_conditional_response(request, tag)  # before the file is made
    if answer is None:
        file = lists.file(budget, poll)
        answer = HttpResponse(file, content_type="text/plain; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="budget-{key}.pb"'
    if answer.status_code in (200, 304):
        answer["ETag"], answer["Cache-Control"] = tag, "public, max-age=31536000, immutable"
    return answer


URLS = (
    path("budgets/<int:key>/ideas/", ideas, name="ideas"),
    path("budgets/<int:key>/vote/", ballots.vote, name="vote"),
    path("budgets/<int:key>/slips/", ballots.slips, name="slips"),
    path("budgets/<int:key>/slips.pdf", printing.blank_ballots, name="slips-pdf"),
    path("budgets/<int:key>/result/", result, name="result"),
    path("budgets/<int:key>/election.pb", election, name="election"),
)
