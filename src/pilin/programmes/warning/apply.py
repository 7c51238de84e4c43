"""Entries of warnings → their tables."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from pilin.deciding.alerts.alert import CANCEL
from pilin.engine.entry import Entry, Handlers
from pilin.engine.models import Matter
from pilin.engine.moment_models import changes_at
from pilin.people.models import Place

from . import entries
from .models import Answer, Duty, Issuer, Message, Warning

WARNING = Handlers("warning")


@WARNING.on("receive", "enter", "update", "replace")
def receive(entry: Entry[entries.Message], matter: Matter) -> list[str]:
    """The newest message stands in the place of those before it."""
    said = entry.data
    rows = list(Place.objects.filter(pk__in=[place.id for place in said.places]))
    before = Warning.objects.filter(pk=matter.pk).first()
    found, _new = Warning.objects.update_or_create(
        matter=matter,
        defaults={
            "identifier": said.identifier,
            "sender": said.sender,
            "sender_name": said.sender_name,
            "sent": datetime.fromisoformat(said.sent),
            "exercise": said.exercise,
            "event": said.event,
            "colour": said.colour,
            "colour_said": said.colour_said,
            "starts": datetime.fromisoformat(said.starts),
            "ends": datetime.fromisoformat(said.ends),
            "end_said": said.end_said,
            "cancelled": False,
            "texts": [text.dump() for text in said.texts],
            "areas": list(said.areas),
            "places": [place.id for place in said.places],
            "sides": "".join(sorted({row.side for row in rows if row.side})),
            "signature": said.signature,
            "way": said.way,
            "entry": entry.number,
        },
    )
    _message(entry, matter)
    Duty.objects.bulk_create(
        Duty(
            warning_id=matter.pk,
            message=entry.number,
            org_id=station.id,
            by=datetime.fromisoformat(station.by),
        )
        for station in said.asked
    )
    return _shown(found, {*found.places, *(before.places if before else ())})


def _message(entry: Entry[Any], matter: Matter) -> None:
    said: entries.Message = entry.data
    Message.objects.create(
        entry=entry.number,
        warning_id=matter.pk,
        sender=said.sender,
        identifier=said.identifier,
        kind=said.kind,
        sent=datetime.fromisoformat(said.sent),
    )


def _shown(found: Warning, places: set[int]) -> list[str]:
    """The scopes of pages that show it; they change by themselves when it begins, ends, or an hour passes."""
    around = Place.objects.filter(path__overlap=list(places)).values_list("path", flat=True)
    keys = sorted({key for path in around for key in path})
    scopes = ["all", f"matter:{found.pk}", "kind:warning", *(f"place:{key}" for key in keys)]
    duties = Duty.objects.filter(warning=found, message=found.entry, done=None)
    hours = {found.starts, found.ends, *duties.values_list("by", flat=True)}
    changes_at(found.pk, scopes, sorted(hours))
    return scopes


@WARNING.on("cancel", "lift")
def cancel(entry: Entry[entries.Message], matter: Matter) -> list[str]:
    """It stands no longer from when the cancel was sent, or taken in, where that was before."""
    found = Warning.objects.get(pk=matter.pk)
    found.ends = min(datetime.fromisoformat(entry.data.sent), entry.at)
    # What was sent at the same second is over all the same.
    found.ends = max(found.ends, found.starts + timedelta(seconds=1))
    Warning.objects.filter(pk=matter.pk).update(ends=found.ends, cancelled=True)
    _message(entry, matter)
    assert entry.data.kind == CANCEL
    return _shown(found, set(found.places))


@WARNING.on("mistaken")
def mistaken(entry: Entry[Any], matter: Matter) -> list[str]:
    found = Warning.objects.get(pk=matter.pk)
    found.ends = max(found.starts, min(found.ends, entry.at))
    Warning.objects.filter(pk=matter.pk).update(ends=found.ends, cancelled=True)
    return _shown(found, set(found.places))


@WARNING.on("pass_on")
def pass_on(entry: Entry[entries.PassOn], matter: Matter) -> None:
    newest = Warning.objects.get(pk=matter.pk).entry
    Duty.objects.filter(warning=matter.pk, message=newest, org=entry.org, done=None).update(
        done=entry.at,
        entry=entry.number,
        ways=list(entry.data.ways),
        reached=entry.data.reached,
    )


@WARNING.on("missed")
def missed(entry: Entry[entries.Missed], matter: Matter) -> None:
    orgs = [station.id for station in entry.data.stations]
    rows = Duty.objects.filter(warning=matter.pk, org__in=orgs, done=None, missed=None)
    rows.update(missed=entry.number)


@WARNING.on("heard")
def heard(entry: Entry[entries.Heard], matter: Matter) -> None:
    Answer.objects.create(warning_id=matter.pk, person=entry.actor, yes=entry.data.reached == "yes")


@WARNING.on("record", "amend")
def record(entry: Entry[entries.Record], matter: Matter) -> None:
    row = entry.data.row
    sent, ends = datetime.fromisoformat(row.sent), datetime.fromisoformat(row.ends)
    said = {
        "identifier": row.identifier,
        "sender": row.sender,
        "sender_name": row.sender,
        "sent": sent,
        "starts": sent,
        "ends": max(ends, sent),
        "event": row.event,
        "colour": row.colour,
        "texts": [
            {"language": "zh-CN", "event": "", "headline": row.title, "description": row.text}
        ],
        "places": [row.place] if row.place else [],
        "way": "register",
        "entry": entry.number,
        "source_row": row.source_row,
    }
    entry.put(Warning, matter, said)


def issuer(number: int, row: entries.IssuerRow) -> None:
    fields = row.model_dump(exclude={"id", "org"})
    Issuer.objects.update_or_create(id=row.id or number, defaults={**fields, "org_id": row.org})
