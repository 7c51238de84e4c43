"""Entries about neighbours, and of what crosses the border → who they are, and what waits where."""

from __future__ import annotations

from pilin.engine.entry import Entry, Handlers
from pilin.engine.models import Matter
from pilin.engine.payload import Payload
from pilin.people.known import NEIGHBOURS
from pilin.people.neighbour_models import Neighbour

from . import entries
from .models import Asked, Handover, Refusal

NEIGHBOUR = Handlers("neighbour")
HANDOVER = Handlers("handover")
TAKEOVER = Handlers("takeover")


@NEIGHBOUR.on("invite", "join")
def begins(entry: Entry[entries.Said], matter: Matter) -> tuple[str, ...]:
    Neighbour.objects.create(id=matter.pk, state=matter.state, **entry.data.dump())
    return (NEIGHBOURS,)


@NEIGHBOUR.on("joined", "pause", "resume", "leave", "left")
def moves(entry: Entry[Payload], matter: Matter) -> tuple[str, ...]:
    Neighbour.objects.filter(pk=matter.pk).update(state=matter.state)
    return (NEIGHBOURS,)


@NEIGHBOUR.on("ask")
def asks(entry: Entry[entries.Asked], matter: Matter) -> None:
    said = entry.data
    Asked.objects.create(
        id=entry.number,
        neighbour=matter.pk,
        theirs=said.matter,
        kind=said.kind,
        step=said.step,
        person=entry.actor,
        at=entry.at,
    )


@NEIGHBOUR.on("refuse")
def refuses(entry: Entry[entries.Refused], matter: Matter) -> None:
    said = entry.data
    Refusal.objects.create(
        id=entry.number,
        neighbour=matter.pk,
        number=said.number,
        code=said.code,
        words=dict(said.reason_words),
    )


@HANDOVER.on("offer")
def offer(entry: Entry[entries.Given], matter: Matter) -> None:
    said = entry.data
    Handover.objects.create(
        matter=matter,
        gives=True,
        neighbour=said.lead.neighbour,
        source=matter.source_id or 0,
        lead=said.lead.name,
        asked_by=said.asked_by.name,
    )


@HANDOVER.on("taken")
def taken(entry: Entry[entries.Taken], matter: Matter) -> None:
    Handover.objects.filter(pk=matter.pk).update(theirs=entry.data.matter)


@HANDOVER.on("declined")
def declined(entry: Entry[entries.Declined], matter: Matter) -> None:
    Handover.objects.filter(pk=matter.pk).update(reason=entry.data.reason)


@TAKEOVER.on("take")
def take(entry: Entry[entries.TakenOver], matter: Matter) -> None:
    said = entry.data
    Handover.objects.create(
        matter=matter,
        gives=False,
        neighbour=said.neighbour,
        theirs=said.theirs,
        source=said.source,
        lead=said.lead.name,
        asked_by=said.asked_by,
    )
