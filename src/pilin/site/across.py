"""A step of somebody here, in whichever record it belongs: in ours it is taken, of a neighbour it is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from pilin.database import elsewhere
from pilin.engine.act import act
from pilin.engine.models import Matter
from pilin.engine.procedure import Step
from pilin.ledger.log import Record
from pilin.neighbours import asking
from pilin.people.actor import Actor, account_of


def taken(
    request: HttpRequest,
    actor: Actor,
    target: Matter | str,
    step: Step,
    data: Mapping[str, Any],
    files: Sequence[Any],
    seen: int | None,
    last: bool = False,
) -> Record:
    """As `act`; in a neighbour's record, the entry of ours that asks for it. Raises Refused."""
    there = elsewhere.where()
    if there is None:
        return act(actor, target, step.name, data, files=files, seen=seen, last=last)
    assert isinstance(target, Matter)  # nothing is opened in a record that is not ours
    return asking.ask(there, account_of(request), target, step, data, files, seen)


def done(request: HttpRequest, record: Record, then: str) -> HttpResponse:
    """Say what was recorded, or sent, and go on to its matter, or to the page named."""
    there, body = elsewhere.where(), record.body
    if there is None:
        said = _("Recorded as entry %(number)d. Your receipt is in the timeline.")
        messages.success(request, said % {"number": record.number})
        return redirect(then or reverse("web:matter", args=[body["matter"]]))
    said = _("Sent to %(name)s as entry %(number)d of our record. It says here once they answer.")
    messages.success(request, said % {"name": there.name, "number": record.number})
    return redirect(reverse("web:matter", args=[body["data"]["matter"]]))


def drafted(actor: Actor, kind: str) -> tuple[str, str]:
    """Whose draft it is, and of what: by the name they have here, and apart for each record."""
    there = elsewhere.where()
    if there is None:
        return actor.person, kind
    return actor.person.partition("@")[0], f"{kind}@{there.number}"[:30]
