"""Entries of clauses and applications → their tables."""

from typing import Any

from django.db.models import F

from pilin.engine.entry import Entry, Handlers
from pilin.engine.models import Matter
from pilin.engine.payload import Payload

from . import entries
from .models import Clause, Grant

#: What a clause says, whether it was written here or came in with a workbook.
SAID = (
    *("text", "source", "audience", "needs", "way", "fixed", "rate", "of", "cap", "budget"),
    *("first", "ends", "days", "phone", "once", "order"),
)
CLAUSE = Handlers("clause")
GRANT = Handlers("grant")


@CLAUSE.on("write")
def write(entry: Entry[entries.Write], matter: Matter) -> None:
    Clause.objects.create(matter=matter, **_fields(entry.data))


@CLAUSE.on("record", "amend")
def record(entry: Entry[entries.Record], matter: Matter) -> None:
    row = entry.data.row
    entry.put(Clause, matter, {**_fields(row), "source_row": row.source_row})


def _fields(said: entries.Write | entries.ClauseRow) -> dict[str, Any]:
    return {name: getattr(said, name) for name in SAID}


@CLAUSE.on("change")
def change(entry: Entry[entries.Change], matter: Matter) -> None:
    said = entry.data
    changed: dict[str, Any] = {
        "text": said.text,
        "budget": said.budget,
        "ends": said.ends,
        "source_row": {},
    }
    Clause.objects.filter(pk=matter.pk).update(**changed)


@GRANT.on("apply")
def applied(entry: Entry[entries.Apply], matter: Matter) -> list[str]:
    said = entry.data
    Grant.objects.create(
        matter=matter, clause_id=said.clause, verdict=said.verdict, claim=said.claim or None
    )
    return [f"matter:{said.clause}"]


@GRANT.on("give")
def given(entry: Entry[entries.Give], matter: Matter) -> list[str]:
    said = entry.data
    Grant.objects.create(
        matter=matter,
        clause_id=said.clause,
        verdict=said.verdict,
        claim=said.claim or None,
        amount=said.amount,
    )
    Clause.objects.filter(pk=said.clause).update(granted=F("granted") + said.amount)
    return [f"matter:{said.clause}"]


@GRANT.on("withdraw", "accept", "uphold")
def let_go(entry: Entry[Payload], matter: Matter) -> None:
    """What came to nothing may be applied for again."""
    Grant.objects.filter(pk=matter.pk).update(claim=None)


@GRANT.on("approve", "pass")
def approved(entry: Entry[entries.Approve], matter: Matter) -> list[str]:
    said = entry.data
    Grant.objects.filter(pk=matter.pk).update(amount=said.amount)
    Clause.objects.filter(pk=said.clause).update(granted=F("granted") + said.amount)
    return [f"matter:{said.clause}"]
