"""Entries of administration → offices, places and organisations. Accounts are no read model."""

from typing import Any

from pilin.engine.entry import Entry, Handlers
from pilin.engine.models import Matter
from pilin.engine.programme import registry
from pilin.intake import apply as polls
from pilin.people.known import TIMES
from pilin.people.models import DueTime, Office, Side, WorkingDay

from . import entries

MANAGE = Handlers("manage")
OFFICES = ("register:office",)


@MANAGE.on("appoint", "stand_in")
def begins(entry: Entry[entries.Appoint | entries.StandIn], matter: Matter) -> tuple[str, ...]:
    said = entry.data
    Office.objects.create(
        id=entry.number,
        role=said.role,
        organisation_id=said.organisation.id,
        person=said.person,
        since=said.since,
        until=said.until,
        stands_for=said.office if isinstance(said, entries.StandIn) else None,
        last=entry.number,
    )
    return OFFICES


@MANAGE.on("end", "extend")
def until(entry: Entry[entries.End | entries.Extend], matter: Matter) -> tuple[str, ...]:
    rows = Office.objects.filter(pk=entry.data.office)
    rows.update(until=entry.data.until, last=entry.number)
    return OFFICES


@MANAGE.on("place", "organisation")
def row(entry: Entry[entries.Row], matter: Matter) -> list[str]:
    """A row of a register. With the first place of a neighbour its side begins."""
    said: Any = entry.data.row
    scopes = []
    root = entry.data.type == "place" and said.parent is None
    if root and not Side.objects.filter(code=said.side).exists():
        side = {"code": said.side, "name": said.name, "name_en": said.name_en}
        scopes += _enter("side", entry.number, side)
    return [*scopes, *_enter(entry.data.type, entry.number, said)]


@MANAGE.on("day")
def day(entry: Entry[entries.Day], matter: Matter) -> tuple[str, ...]:
    said = entry.data
    changed = {"works": said.works, "why": said.why, "entry": entry.number}
    if not WorkingDay.objects.filter(day=said.day).update(**changed):
        WorkingDay.objects.create(day=said.day, **changed)
    return (TIMES,)


@MANAGE.on("due_time")
def due_time(entry: Entry[entries.DueTime], matter: Matter) -> tuple[str, ...]:
    said = entry.data
    changed = {"days": said.days, "entry": entry.number}
    if not DueTime.objects.filter(kind=said.kind, step=said.step).update(**changed):
        DueTime.objects.create(id=entry.number, kind=said.kind, step=said.step, **changed)
    return (TIMES,)


@MANAGE.on("ballots")
def ballots(entry: Entry[entries.Ballots], matter: Matter) -> None:
    for mark in entry.data.marks:
        polls.marked(entry.number, mark.log, mark.size, mark.root)


def _enter(name: str, number: int, row: Any) -> list[str]:
    register = registry.register(name)
    assert register is not None  # a type, once used, stays declared
    register.apply(number, register.row.load(row) if isinstance(row, dict) else row)
    return [f"register:{name}"]
