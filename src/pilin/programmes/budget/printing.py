"""Blank ballots of a budget, numbered, for those who come in person."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pilin.engine.models import Matter
from pilin.intake import batches, polls
from pilin.kit.paper import printed, slips
from pilin.wording.reading import yuan

from . import lists
from .models import Budget


@login_required
def blank_ballots(request: HttpRequest, key: int) -> HttpResponse:
    """The projects that can be named now, each with its cost and a box."""
    matter = get_object_or_404(Matter, pk=key, kind="budget")
    poll = polls.latest(key)
    if poll is None:
        raise Http404
    numbered = batches.to_print(request, matter, poll)
    most = Budget.objects.get(pk=key).most
    rows = [(f"{i.number}. {i.title}", yuan(i.cost or 0)) for i in lists.ideas(key, "admitted")]
    how = ngettext("Please tick %(n)d project.", "Please tick up to %(n)d projects.", most or 0)
    nameless = _("Write no name on it.")
    words = how % {"n": most}
    return printed(slips(matter.title, f"{words} {nameless}", rows, numbered), f"ballots-{key}")
