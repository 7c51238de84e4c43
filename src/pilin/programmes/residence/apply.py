"""Entries of checked homes → who lives where."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from pilin.engine.entry import Entry, Handlers
from pilin.engine.models import Matter
from pilin.people.models import Residence

from . import entries

RESIDENCE = Handlers("residence")


def _checked(entry: Entry[Any], people: Iterable[str], way: str) -> None:
    Residence.objects.bulk_create(
        [
            Residence(
                person=person,
                place=entry.data.place.id,
                since=entry.day,
                until=entry.data.until,
                way=way,
                entry=entry.number,
            )
            for person in people
        ]
    )


@RESIDENCE.on("vouch")
def vouch(entry: Entry[entries.Checked], matter: Matter) -> None:
    _checked(entry, [entry.data.person], "vouched")


@RESIDENCE.on("enter_code")
def enter_code(entry: Entry[entries.ByCode], matter: Matter) -> None:
    _checked(entry, [entry.data.person], "code")


@RESIDENCE.on("match")
def match(entry: Entry[entries.Checked], matter: Matter) -> None:
    _checked(entry, [entry.data.person], "register")


@RESIDENCE.on("enrol")
def enrol(entry: Entry[entries.Enrolled], matter: Matter) -> None:
    _checked(entry, entry.data.people, "demo")


@RESIDENCE.on("end")
def end(entry: Entry[entries.Ended], matter: Matter) -> None:
    """It no longer holds on the day of the step."""
    rows = Residence.objects.filter(entry=entry.data.entry)
    rows.update(until=entry.day - timedelta(days=1))
