"""What a matter keeps sealed, in words, for those who may read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from pilin.engine import sealed
from pilin.engine.models import Matter
from pilin.engine.procedure import Words
from pilin.engine.programme import registry
from pilin.engine.situation import Situation
from pilin.forms.answers import in_words
from pilin.people.actor import Actor


@dataclass(frozen=True)
class Part:
    """One entry's sealed answers, as (label, words)."""

    number: int
    done: Words
    words: list[tuple[Any, str]]


def has_sealed(viewer: Actor, matter: Matter) -> bool:
    """Whether there is something for `sealed_for` to give."""
    return viewer.kind == "person" and sealed.some(_here(viewer, matter))


def _here(viewer: Actor, matter: Matter) -> Situation:
    now = timezone.now()
    return Situation(viewer, matter, now, timezone.localtime(now).date())


def sealed_for(viewer: Actor, matter: Matter) -> list[Part]:
    """The sealed parts of a matter that `viewer` may read, oldest first; that they did is kept. No query
    for visitors."""
    if viewer.kind != "person":
        return []
    found, here, read = [], _here(viewer, matter), []
    for (record, data), readable in sealed.parts(here):
        step = registry.step(matter.rules, record.body["step"])
        if readable and step and step.asks:
            fields = step.asks.base_fields
            # What was taken out of a correction has the name of no field.
            asked = {n: fields.get(n) or fields.get(n.removeprefix("new_")) for n in data}
            words = [
                ((f.label if f else None) or n, in_words(data[n], f)) for n, f in asked.items()
            ]
            found.append(Part(record.number, step.done, words))
            read.append(record)
    sealed.note_read(here, read)
    return found
