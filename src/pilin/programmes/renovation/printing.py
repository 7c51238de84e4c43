"""The ballots of an owners' vote on paper: one an owner, with what is theirs and what is asked."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from pilin.deciding.owners import ABSTAIN, NO, YES
from pilin.kit.paper import MOST, Slip, beginning, printed, slips
from pilin.people.actor import viewer_of
from pilin.wording.reading import day

from .models import Paper, Vote
from .voting import ANSWERS


@never_cache
@login_required
def ballots(request: HttpRequest, key: int, number: int) -> HttpResponse:
    """For whoever has the renovation: they bear the owners' names. `from` is the first number."""
    vote = get_object_or_404(
        Vote.objects.select_related("renovation__matter"), renovation=key, number=number
    )
    if not vote.renovation.matter.held_by(viewer_of(request)) or vote.results or vote.called_off:
        raise Http404
    first = beginning(request)
    papers = Paper.objects.filter(vote=vote, number__gte=first).order_by("number")[:MOST]
    numbered = [Slip(p.number, f"{p.owner} · {'、'.join(p.units)}") for p in papers]
    rows = [f"{n}. {q['text']}" for n, q in enumerate(vote.questions, 1)]
    how = _(
        "To be handed in until %(day)s. Please tick one box in each row, and sign beside it."
    ) % {"day": day(vote.until)}
    answers = [ANSWERS[YES], ANSWERS[NO], ANSWERS[ABSTAIN]]
    title = _("%(title)s: ballot") % {"title": vote.renovation.matter.title}
    return printed(slips(title, how, rows, numbered, answers), f"ballots-{key}-{number}")
