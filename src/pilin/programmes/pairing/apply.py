"""Entries of pairings → pairings, pairs, letters."""

from pilin.engine.attributes import given
from pilin.engine.entry import Entry, Handlers
from pilin.engine.models import Matter
from pilin.engine.payload import Payload

from . import entries
from .models import Letter, Pair, Pairing

PAIRING = Handlers("pairing")
PAIRING.sets("renew", Pairing, "until")


@PAIRING.on("propose")
def propose(entry: Entry[entries.Propose], matter: Matter) -> None:
    said = entry.data
    Pairing.objects.create(
        matter=matter,
        type=said.type,
        left=said.org.name,
        right=said.partner.name,
        right_org_id=said.partner.id,
        until=said.until,
    )


@PAIRING.on("seek")
def seek(entry: Entry[entries.Seek], matter: Matter) -> None:
    said = entry.data
    Pairing.objects.create(
        matter=matter,
        type=said.type,
        left=said.org.name,
        direction=said.direction,
        field=said.field,
    )


@PAIRING.on("answer")
def answer(entry: Entry[entries.Answer], matter: Matter) -> None:
    partner, until = entry.data.partner, entry.data.until
    own = Pairing.objects.filter(pk=matter.pk)
    own.update(right=partner.name, right_org_id=partner.id, until=until)


@PAIRING.on("turn_down")
def turn_down(entry: Entry[Payload], matter: Matter) -> None:
    Pairing.objects.filter(pk=matter.pk).update(right="", right_org=None, until=None)


@PAIRING.on("record", "record_past", "amend")
def record(entry: Entry[entries.Record], matter: Matter) -> None:
    row = entry.data.row
    fields = {
        **given(Pairing, row),
        "right_org_id": row.orgs[1] if len(row.orgs) > 1 else None,
        "source_row": row.source_row,
    }
    entry.put(Pairing, matter, fields)


@PAIRING.on("pair")
def pair(entry: Entry[entries.Pair], matter: Matter) -> None:
    number = Pair.objects.filter(pairing_id=matter.pk).count() + 1
    Pair.objects.create(pairing_id=matter.pk, number=number, **entry.data.dump())


@PAIRING.on("write")
def write(entry: Entry[entries.Write], matter: Matter) -> None:
    assert entry.org is not None  # handed in by a coordinator
    Letter.objects.create(
        pairing_id=matter.pk, entry=entry.number, pair=entry.data.pair, org_id=entry.org
    )


@PAIRING.on("pass_on")
def pass_on(entry: Entry[entries.PassOn], matter: Matter) -> None:
    rows = Letter.objects.filter(pairing_id=matter.pk, entry=entry.data.letter)
    rows.update(passed_on=entry.day)
