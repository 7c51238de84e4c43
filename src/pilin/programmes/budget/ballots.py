"""The page of the vote, and ballots given on paper."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from pilin.engine.models import Matter
from pilin.intake import batches, polls
from pilin.intake import slips as slipped
from pilin.intake.models import Poll
from pilin.intake.shapes import APPROVAL, picks
from pilin.kit.votes import OpenVote
from pilin.people.actor import account_of, actor_of, viewer_of

from . import lists
from .models import Budget, Idea


def _asked(key: int) -> tuple[Matter, Budget, Poll]:
    rows = Matter.objects.select_related("org", "place", "holder_org")
    matter = get_object_or_404(rows, pk=key, kind="budget")
    poll = polls.latest(key)
    if poll is None:
        raise Http404
    return matter, Budget.objects.get(pk=key), poll


def votes() -> Iterator[OpenVote]:
    """The budgets that take ballots now."""
    for poll, matter in polls.open_now(APPROVAL):
        url = reverse("budget:vote", args=[matter.pk])
        yield OpenVote(matter.pk, matter.title, _("Decide what is paid for"), poll.until, url)


@csrf_exempt  # nothing is written here: marks come back as they were, with what they cost
@never_cache
@login_required
def vote(request: HttpRequest, key: int) -> HttpResponse:
    """One ballot: a card an idea, as many marks as it may name, and a basket that adds them up.

    Marks are posted here to be added up without JavaScript, and when a ballot was not counted.
    """
    matter, budget, poll = _asked(key)
    if not poll.takes_ballots:
        return redirect("budget:result", key=key)
    actor = actor_of(account_of(request))
    person = actor.person
    said = polls.said_by(poll, person).get(0)
    before = picks(said) if said is not None else []
    rows = list(lists.ideas(key, "admitted"))
    shown = lists.pictures(key, rows)
    basket = Basket(budget, rows, _marked(request) if request.method == "POST" else before)
    counted = request.GET.get("counted", "")
    context = {
        "matter": matter,
        "budget": budget,
        "poll": poll,
        "rows": [(idea, idea in basket.named, shown.get(idea.number)) for idea in rows],
        "basket": basket,
        "added_up": request.method == "POST",
        "before": said is not None,
        "named": [idea for idea in rows if idea.number in before],
        "token": polls.word_for(poll, actor),
        "lives": actor.lives(timezone.localdate()),
        "turnout": polls.turnout(poll),
        "counted": int(counted) if counted.isascii() and counted.isdigit() else None,
        "counts": polls.counts(poll.pk),
        "back": reverse("budget:vote", args=[key]) + "?counted=NUMBER",
    }
    return render(request, "budget/vote.html", context, status=422 if basket.too_many else 200)


def _marked(request: HttpRequest) -> list[int]:
    said = request.POST.getlist("choice")
    return [int(w) for w in said if w.isascii() and w.isdigit() and len(w) < 7]


class Basket:
    """What is marked, how much of it, and what it costs together."""

    def __init__(self, budget: Budget, rows: Iterable[Idea], marks: Collection[int]) -> None:
        self.named = [idea for idea in rows if idea.number in marks]
        self.marks = len(self.named)
        self.cost = sum((idea.cost or Decimal(0) for idea in self.named), Decimal(0))
        self.too_many = self.marks > budget.most
        self.beyond = self.cost > budget.amount


@never_cache
@login_required
def slips(request: HttpRequest, key: int) -> HttpResponse:
    """Two people read each ballot given on paper: its number, and what it names."""
    matter, budget, poll = _asked(key)
    actor = viewer_of(request)
    if not batches.reads(actor, matter):
        raise Http404
    if not poll.takes_ballots:
        return redirect("budget:result", key=key)
    number = request.POST.get("slip", "")
    marked = request.POST.getlist("choice")
    found: slipped.Read | None = None
    if request.method == "POST":
        found = slipped.typed(poll, number, {0: marked}, actor.person)
    kept = bool(found and found.became == slipped.REFUSED)  # what was typed is there again
    context = {
        **batches.context(poll, actor, found, number),
        "matter": matter,
        "budget": budget,
        "poll": poll,
        "rows": [(i, kept and str(i.number) in marked) for i in lists.ideas(key, "admitted")],
    }
    return render(request, "budget/slips.html", context, status=422 if kept else 200)
