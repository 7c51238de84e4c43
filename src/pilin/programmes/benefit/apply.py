"""Entries of clauses and applications → their tables."""

from django.db.models import F

from pilin.engine.entry import Entry, Handlers
from pilin.engine.models import Matter

from . import entries
from .models import Clause, Grant

CLAUSE = Handlers("clause")
GRANT = Handlers("grant")


@CLAUSE.on("write")
def write(entry: Entry[entries.Write], matter: Matter) -> None:
    said = entry.data
    Clause.objects.create(
        matter=matter,
        text=said.text,
        source=said.source,
        audience=said.audience,
        needs=said.needs,
        way=said.way,
        fixed=said.fixed,
        rate=said.rate,
        of=said.of,
        cap=said.cap,
        budget=said.budget,
        first=said.first,
        ends=said.ends,
        days=said.days,
        phone=said.phone,
    )


@CLAUSE.on("change")
def change(entry: Entry[entries.Change], matter: Matter) -> None:
    said = entry.data
    Clause.objects.filter(pk=matter.pk).update(text=said.text, budget=said.budget, ends=said.ends)


@GRANT.on("apply")
def applied(entry: Entry[entries.Apply], matter: Matter) -> list[str]:
    Grant.objects.create(matter=matter, clause_id=entry.data.clause, verdict=entry.data.verdict)
    return [f"matter:{entry.data.clause}"]


@GRANT.on("approve")
def approved(entry: Entry[entries.Approve], matter: Matter) -> list[str]:
    said = entry.data
    Grant.objects.filter(pk=matter.pk).update(amount=said.amount)
    Clause.objects.filter(pk=said.clause).update(granted=F("granted") + said.amount)
    return [f"matter:{said.clause}"]
