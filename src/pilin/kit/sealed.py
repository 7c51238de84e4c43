"""Who may read the sealed part of an entry: whoever wrote it, and the office in charge now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from pilin.engine.act import LOG
from pilin.engine.models import Matter
from pilin.engine.procedure import Words
from pilin.engine.situation import Situation
from pilin.forms.answers import in_words
from pilin.ledger import log
from pilin.people.actor import Actor


@dataclass(frozen=True)
class Part:
    """One entry's sealed answers, as (label, words)."""

    number: int
    done: Words
    words: list[tuple[Any, str]]


def sealed_for(viewer: Actor, matter: Matter) -> list[Part]:
    """The sealed parts of a matter that `viewer` may read, oldest first. No query for visitors."""
    if viewer.kind != "person" or not matter.rules.seals:
        return []
    everything = _in_charge(viewer, matter) or _reads(viewer, matter)
    found = []
    for record, data in log.sealed_of_matter(LOG, matter.pk):
        step = matter.rules.step(record.body["step"])
        if step and step.asks and (everything or record.body["actor"] == viewer.person):
            fields = step.asks.base_fields
            words = [(fields[n].label or n, in_words(v, fields[n])) for n, v in data.items()]
            found.append(Part(record.number, step.done, words))
    return found


def _reads(viewer: Actor, matter: Matter) -> bool:
    readers = matter.rules.readers
    now = timezone.now()
    here = Situation(viewer, matter, now, timezone.localtime(now).date())
    return bool(readers and readers.allows(here))


def _in_charge(viewer: Actor, matter: Matter) -> bool:
    """The steward of the organisation in charge, or the post that has the matter now."""
    org = matter.org
    if org and viewer.office(org.steward, organisation=org.pk):
        return True
    return matter.held_by(viewer)
