"""Entries of meetings, and of what they require → their tables."""

from __future__ import annotations

from typing import Any

from pilin.engine.entry import Entry, Handlers
from pilin.engine.models import Matter

from . import entries
from .models import Resolution, Sitting, Task

SESSION, TASK = Handlers("session"), Handlers("task")


@SESSION.on("call")
def call(entry: Entry[entries.Call], matter: Matter) -> None:
    said = entry.data
    Sitting.objects.create(matter=matter, day=said.day, where=said.where, topics=list(said.topics))


@SESSION.on("enter")
def enter(entry: Entry[entries.Enter], matter: Matter) -> None:
    Sitting.objects.create(matter=matter, day=entry.data.day, text=entry.data.text)


@SESSION.on("minutes")
def minutes(entry: Entry[entries.Minutes], matter: Matter) -> None:
    Sitting.objects.filter(pk=matter.pk).update(text=entry.data.text)


@SESSION.on("resolve")
def resolve(entry: Entry[entries.Resolve], matter: Matter) -> None:
    said = entry.data
    Resolution.objects.create(
        id=entry.number, session_id=matter.pk, sentence=said.sentence, what=said.what
    )


@TASK.on("demand")
def demand(entry: Entry[entries.Task], matter: Matter) -> list[str]:
    said = entry.data
    meeting = Sitting.objects.get(pk=said.meeting)
    Task.objects.create(
        matter=matter,
        lead_id=said.lead.id,
        helpers=[org.id for org in said.helpers],
        sentence=said.sentence,
        day=meeting.day,
        said_day=said.due,
    )
    return [f"matter:{said.meeting}"]


@TASK.on("extend")
def extend(entry: Entry[entries.Extend], matter: Matter) -> None:
    found = Task.objects.get(pk=matter.pk)
    Task.objects.filter(pk=matter.pk).update(extended=found.extended + 1)


@TASK.on("record", "amend")
def record(entry: Entry[Any], matter: Matter) -> None:
    row = entry.data.row
    said = {
        "lead_id": row.org,
        "helpers_words": row.helpers,
        "sentence": row.sentence,
        "meeting_words": row.meeting,
        "day": row.day,
        "said_day": row.due,
        "source_row": row.source_row,
    }
    entry.put(Task, matter, said)
