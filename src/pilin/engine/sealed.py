"""Who may read the sealed part of an entry: whoever wrote it, and the office in charge now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pilin.ledger import log, sealed_parts

from .draft_models import SealedRead
from .programme import registry
from .situation import Situation

Part = tuple[log.Record, Mapping[str, Any]]


def parts(s: Situation) -> Iterator[tuple[Part, bool]]:
    """Each sealed part of the matter, oldest first, and whether the actor may read it.

    One query.
    """
    matter = s.matter
    if matter is None:
        return
    everything = _reads_all(s)
    for record, part in sealed_parts.sealed_of_matter(log.MAIN, matter.pk):
        yield (record, part), everything or record.body["actor"] == s.actor.person


def some(s: Situation) -> bool:
    """Whether the matter has a sealed part that the actor may read. One query."""
    return sealed_parts.has_sealed(
        log.MAIN, s.the_matter.pk, None if _reads_all(s) else s.actor.person
    )


def words(s: Situation) -> tuple[frozenset[str], frozenset[str]]:
    """The texts kept sealed in the matter: those the actor may read, and those of others.

    Without what is no secret: sealed until a later step publishes it, or said to the office. No query
    where the procedure itself seals nothing.
    """
    if s.matter is None or not s.matter.rules.seals:
        return frozenset(), frozenset()
    known: set[str] = set()
    unknown: set[str] = set()
    for (record, part), readable in parts(s):
        step = registry.step(s.the_matter.rules, record.body["step"])
        no_secret = (*step.asks.withheld, *step.asks.confided) if step and step.asks else ()
        values = [v for name, v in part.items() if name not in no_secret]
        flat = [w for v in values for w in (v if isinstance(v, list) else [v])]
        (known if readable else unknown).update(w for w in flat if isinstance(w, str) and w[1:])
    return frozenset(known), frozenset(unknown)


def _reads_all(s: Situation) -> bool:
    """The steward of the organisation in charge, the post that has the matter now, whom its
    procedure names; and the house, which acts for nobody else."""
    matter, actor = s.the_matter, s.actor
    if actor.kind in ("house", "link", "clock"):
        return True
    org = matter.org
    if org and actor.office(org.steward, organisation=org.pk):
        return True
    readers = matter.rules.readers
    return matter.held_by(actor) or bool(readers and readers.allows(s))


def note_read(s: Situation, records: Iterable[log.Record]) -> None:
    """Keep that the actor reads the sealed parts of these; of their own, nothing is kept."""
    office = next(iter(s.actor.offices), None)
    held = {"role": office.role, "org": office.organisation_id} if office else None
    rows = [
        SealedRead(
            reader=s.actor.person,
            office=held,
            entry=record.number,
            matter=record.body["matter"],
            owner=record.body["actor"],
            day=s.today,
        )
        for record in records
        if s.actor.kind == "person" and record.body["actor"] != s.actor.person
    ]
    if rows:
        SealedRead.objects.bulk_create(rows, ignore_conflicts=True)
