"""Pages about neighbours, and what the pages of matters that cross the border say of the other side."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from pilin.database import elsewhere
from pilin.engine.models import Matter
from pilin.engine.positions import as_they_stand_there, registers
from pilin.kit.conditional import knowing
from pilin.kit.facts import Facts, Link
from pilin.ledger.refusing import Refuses
from pilin.people.actor import Actor
from pilin.people.neighbour_models import INVITED, JOINED, LEFT, PAUSED, Neighbour
from pilin.wording import reading

from . import keys, refilling, serving
from .models import Copy, Handover

STATES = {
    INVITED: _("Invited, not joined yet"),
    JOINED: _("Joined"),
    PAUSED: _("Paused"),
    LEFT: _("Neighbours no more"),
}


class Told(NamedTuple):
    """A neighbour as the page shows them."""

    neighbour: Neighbour
    state: Any
    copy: Copy | None
    phrase: str


@knowing
def neighbours(request: HttpRequest) -> HttpResponse:
    """Who our neighbours are, how far our copy of their record is, and how one becomes a neighbour."""
    why, ours = "", {"address": settings.SITE_URL}
    try:
        ours = keys.about()
    except Refuses as fault:
        why = str(fault)
    copies = {copy.pk: copy for copy in Copy.objects.all()}
    found = [
        Told(n, STATES[n.state], copies.get(n.pk), keys.phrase(ours, _said(n)) if not why else "")
        for n in Neighbour.objects.order_by("id")
    ]
    return render(request, "neighbours/neighbours.html", {"found": found, "ours": ours, "why": why})


def _said(one: Neighbour) -> dict[str, Any]:
    return {name: getattr(one, name) for name in keys.SAID}


def there(number: int) -> Neighbour | None:
    return Neighbour.objects.filter(pk=number).first()


def as_of(number: int) -> datetime | None:
    """When a neighbour's record was last seen."""
    return Copy.objects.filter(pk=number).values_list("seen", flat=True).first()


# What pages of matters say -----------------------------------------------------------------------


def neighbour_own(matter: Matter, actor: Actor) -> tuple[Hashable, ...]:
    copy = Copy.objects.filter(pk=matter.pk).first() if elsewhere.where() is None else None
    if copy is None:
        return ()
    return copy.size, copy.applied, copy.seen, copy.why


def neighbour_facts(matter: Matter, *own: Any) -> Facts:
    row = there(matter.pk)
    if row is None:
        return Facts(_("Neighbour"))
    said: list[tuple[Any, Any]] = [
        (_("State"), STATES[row.state]),
        (_("Its server"), row.address),
        (_("Its record is called"), row.main),
    ]
    if own:
        size, applied, seen, why = own
        said += [
            (_("Entries that we hold, verified"), reading.count(size)),
            (_("Of these, shown on pages here"), reading.count(applied)),
            (_("As of"), reading.moment(seen) if seen else ""),
            (_("What is wrong"), why),
        ]
    if row.state != INVITED and elsewhere.where() is None:
        said.append((_("Its pages"), Link(row.name, row.there.prefix)))
    return Facts(_("Neighbour"), said)


class Across(NamedTuple):
    """How what crossed stands on the other side."""

    title: str
    url: str
    state: str
    holder: str
    due: Any
    as_of: datetime | None


def crossing_own(matter: Matter, actor: Actor) -> tuple[Hashable, ...]:
    """What the other side's record says now, which no scope of ours covers."""
    row = Handover.objects.filter(pk=matter.pk).first()
    neighbour = there(row.neighbour) if row else None
    if row is None or neighbour is None or elsewhere.where() is not None:
        return ()
    seen = as_of(neighbour.pk)
    with elsewhere.reading(neighbour.there), as_they_stand_there():
        if row.gives:
            rows = Matter.objects.filter(source_id=row.theirs) if row.theirs else ()
        else:
            rows = Matter.objects.filter(pk=row.source)
        return tuple(_across(found, seen) for found in rows)


def _across(matter: Matter, seen: datetime | None) -> Across:
    org = registers().organisation(matter.holder_org_id)
    return Across(
        matter.title,
        matter.url,
        str(matter.rules.states[matter.state].title),
        org.called if org else "",
        matter.due,
        seen,
    )


def given_facts(matter: Matter, *found: Across) -> Facts:
    return _facts(matter, found, _("Handed to the neighbour"), _("What came of it there"))


def taken_facts(matter: Matter, *found: Across) -> Facts:
    return _facts(matter, found, _("Taken over from the neighbour"), _("What it comes from there"))


def _facts(matter: Matter, found: tuple[Across, ...], title: Any, linked: Any) -> Facts:
    row = Handover.objects.filter(pk=matter.pk).first()
    if row is None:
        return Facts(title)
    neighbour = there(row.neighbour)
    said: list[tuple[Any, Any]] = [
        (_("Neighbour"), neighbour.name if neighbour else ""),
        (_("Asks for it"), row.asked_by),
        (_("Leads it"), row.lead),
        (_("Why it was not taken over"), row.reason),
    ]
    for one in found:
        said += [
            (linked, Link(one.title, one.url)),
            (_("How it stands there"), one.state),
            (_("Has it now"), one.holder),
            (_("Due"), one.due and reading.day(one.due)),
            (_("As of"), reading.moment(one.as_of) if one.as_of else ""),
        ]
    return Facts(title, said)


URLS = (
    path("neighbours/", neighbours, name="neighbours"),
    path("neighbour/about.json", serving.about, name="about"),
    path("neighbour/words/", serving.words, name="words"),
    path("neighbour/held/", refilling.held, name="held"),
    path("neighbour/wake", serving.wake, name="wake"),
)
