"""What is handed out, and who may vote: invitations, rolls of votes, registers of residents."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pilin.engine.models import Matter
from pilin.engine.positions import named, registers
from pilin.engine.refused import Refused
from pilin.engine.situation import Situation
from pilin.intake import polls
from pilin.intake.models import Poll
from pilin.kit.paper import Paper, code_slips, printed
from pilin.people.codes import Made
from pilin.programmes.manage import inviting
from pilin.programmes.manage.handing import InviteForm
from pilin.programmes.residence import brought
from pilin.wording.reading import day

from .gate import Charge, appointing, operating

ROWS = 20


@operating
def invitations(request: HttpRequest, own: Charge) -> HttpResponse:
    """Invitations are made once and printed once; those still good, each with how many were used."""
    here = Situation(own.actor, None, timezone.now(), own.day)
    form = InviteForm(request.POST or None, situation=here)
    if request.method == "POST" and form.is_valid():
        until = form.cleaned_data["until"]
        try:
            made = inviting.make(own.actor, form.cleaned_data["number"], until)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return printed(_slips(made, day(until)), f"invitations-{made.entry}")
    context = {
        "form": form,
        "batches": inviting.batches(),
        "by_invitation": settings.SIGNUP == "invitation",
    }
    status = 422 if form.errors else 200
    return render(request, "site/manage/invitations.html", context, status=status)


def _slips(made: Made, until: str) -> Paper:
    how = _("Open this address, choose “Sign up” and enter this code by %(day)s. It is good once.")
    return code_slips(_("Your invitation"), reverse("account_signup"), how % {"day": until}, made)


@appointing
def rolls(request: HttpRequest, own: Charge) -> HttpResponse:
    """Who may vote in what is in one's charge, newest vote first; and registers that were brought in."""
    matters = {m.pk: m for m in named(Matter.objects.filter(org__in=own.at, pk__in=_voted()))}
    rows = Poll.objects.filter(matter__in=matters).order_by("-pk")
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    votes = [(matters[poll.matter], polls.turnout(poll)) for poll in page.object_list]
    context = {"votes": votes, "page": page, "q": "", "registers": _registers(own)}
    return render(request, "site/manage/rolls.html", context)


def _voted() -> Any:
    return Poll.objects.values("matter")


def _registers(own: Charge) -> list[tuple[Any, brought.Register]]:
    """Registers of residents of places in one's charge: numbers alone."""
    found = [(registers().place(row.place), row) for row in brought.registers()]
    return [(place, row) for place, row in found if place and own.runs(place)]
