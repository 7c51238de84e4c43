"""Entries of lots, shipments and recalls → their tables."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from pilin.engine.entry import Entry, Handlers
from pilin.engine.models import Matter
from pilin.engine.payload import Payload

from . import entries, tracing
from .models import Affected, Lot, Move, Paper, Recall, Shipment

NOTHING = Decimal(0)
LOT, SHIPMENT, RECALL = Handlers("lot"), Handlers("shipment"), Handlers("recall")
#: What is said of a lot and stands in its row under the same name.
SAID = (
    *("act", "good", "code", "amount", "day", "wet", "water", "bags", "gtin", "best"),
    *("variety", "words"),
)


@LOT.on("make")
def make(entry: Entry[entries.Make], matter: Matter) -> list[str]:
    said = entry.data
    place = said.place.id if said.place else None
    return _made(entry, matter, said, said.org.id, place, token=said.token or None)


@LOT.on("record")
def record(entry: Entry[entries.RecordLot], matter: Matter) -> list[str]:
    row = entry.data.row
    assert row.org is not None
    return _made(entry, matter, row, row.org, row.place, source_row=row.source_row)


@LOT.on("amend")
def amend(entry: Entry[entries.RecordLot], matter: Matter) -> None:
    """The register's words: how much there is of a lot is corrected by a step of its own."""
    row = entry.data.row
    Lot.objects.filter(pk=matter.pk).update(words=row.words, source_row=row.source_row)


def _made(
    entry: Entry[Any],
    matter: Matter,
    said: entries.Says,
    org: int,
    place: int | None,
    **more: Any,
) -> list[str]:
    """The lot, what went into it, and that it lies where it was made."""
    sources = [source.lot for source in said.sources]
    recalled = Lot.objects.filter(pk__in=sources, recall__isnull=False).first()
    lot = Lot.objects.create(
        matter=matter,
        org_id=org,
        place_id=place,
        taken=sum((source.amount for source in said.sources), NOTHING),
        beside=said.beside or NOTHING,
        recall=recalled.recall if recalled else None,
        **{name: getattr(said, name) for name in SAID},
        **more,
    )
    for source in said.sources:
        _move(entry, source.lot, org, Move.INTO, went=source.amount, into=lot.pk)
    _move(entry, lot.pk, org, Move.MADE, came=said.amount)
    return [f"matter:{lot}" for lot in sources]


def _move(
    entry: Entry[Any],
    lot: int,
    org: int | None,
    why: str,
    *,
    came: Decimal = NOTHING,
    went: Decimal = NOTHING,
    into: int | None = None,
) -> None:
    if came or went:
        said = {"lot_id": lot, "org_id": org, "into_id": into, "why": why}
        Move.objects.create(entry=entry.number, came=came, went=went, **said)


@LOT.on("sell")
def sell(entry: Entry[entries.Gone], matter: Matter) -> None:
    _move(entry, matter.pk, entry.org, Move.SOLD, went=entry.data.amount)


@LOT.on("lose")
def lose(entry: Entry[entries.Gone], matter: Matter) -> None:
    _move(entry, matter.pk, entry.org, Move.LOST, went=entry.data.amount)


@LOT.on("find")
def find(entry: Entry[entries.Found], matter: Matter) -> None:
    said = entry.data
    Paper.objects.create(
        lot_id=matter.pk,
        entry=entry.number,
        what=said.what,
        passed=said.passed == "yes",
        by=said.by,
        number=said.number,
        day=said.day,
        sha256=entry.record.body["files"][0]["sha256"],
    )


@LOT.on("adjust")
def adjust(entry: Entry[entries.Correct], matter: Matter) -> None:
    said, lot = entry.data, Lot.objects.get(pk=matter.pk)
    more = said.amount - lot.amount
    Lot.objects.filter(pk=lot.pk).update(amount=said.amount)
    came, went = max(more, NOTHING), max(-more, NOTHING)
    _move(entry, lot.pk, lot.org_id, Move.CORRECTED, came=came, went=went)


@LOT.on("void")
def void(entry: Entry[Payload], matter: Matter) -> list[str]:
    """It was never made: what was said to have gone into it is there again."""
    lot = Lot.objects.get(pk=matter.pk)
    Lot.objects.filter(pk=lot.pk).update(void=True)
    sources = tracing.went_into([lot.pk]).get(lot.pk, [])
    _move(entry, lot.pk, lot.org_id, Move.VOID, went=tracing.here_of(lot.pk, lot.org_id))
    for source, amount in sources:
        _move(entry, source, lot.org_id, Move.VOID, came=amount)
    return [f"matter:{source}" for source, _amount in sources]


@SHIPMENT.on("send")
def send(entry: Entry[entries.Send], matter: Matter) -> list[str]:
    said = entry.data
    Shipment.objects.create(
        matter=matter,
        lot_id=said.lot,
        sender_id=matter.org_id,
        to_id=said.to.id,
        bound_id=said.to.id,
        amount=said.amount,
        day=said.day,
    )
    _move(entry, said.lot, matter.org_id, Move.SENT, went=said.amount)
    return [f"matter:{said.lot}"]


@SHIPMENT.on("record", "record_sent")
def record_shipment(entry: Entry[entries.RecordShipment], matter: Matter) -> list[str]:
    row = entry.data.row
    sender, to = row.orgs
    Shipment.objects.create(
        matter=matter,
        lot_id=row.lot,
        sender_id=sender,
        to_id=to,
        amount=row.amount,
        received=row.received,
        bound_id=to if row.received is None else None,
        day=row.day,
        source_row=row.source_row,
    )
    _move(entry, row.lot, sender, Move.SENT, went=row.amount)
    if row.received is not None:
        _move(entry, row.lot, to, Move.RECEIVED, came=row.received)
    return [f"matter:{row.lot}"]


@SHIPMENT.on("amend")
def amend_shipment(entry: Entry[entries.RecordShipment], matter: Matter) -> None:
    own = Shipment.objects.filter(pk=matter.pk)
    own.update(source_row=entry.data.row.source_row)


@SHIPMENT.on("receive")
def receive(entry: Entry[entries.Receive], matter: Matter) -> list[str]:
    found = Shipment.objects.get(pk=matter.pk)
    Shipment.objects.filter(pk=found.pk).update(received=entry.data.amount, bound=None)
    _move(entry, found.lot_id, found.to_id, Move.RECEIVED, came=entry.data.amount)
    return [f"matter:{found.lot_id}"]


@SHIPMENT.on("refuse")
def refuse(entry: Entry[Payload], matter: Matter) -> list[str]:
    found = Shipment.objects.get(pk=matter.pk)
    Shipment.objects.filter(pk=found.pk).update(bound_id=found.sender_id)
    return [f"matter:{found.lot_id}"]


@SHIPMENT.on("back")
def back(entry: Entry[entries.Receive], matter: Matter) -> list[str]:
    found = Shipment.objects.get(pk=matter.pk)
    Shipment.objects.filter(pk=found.pk).update(bound=None)
    _move(entry, found.lot_id, found.sender_id, Move.RECEIVED, came=entry.data.amount)
    return [f"matter:{found.lot_id}"]


@RECALL.on("report")
def report(entry: Entry[entries.Report], matter: Matter) -> list[str]:
    Recall.objects.create(matter=matter, lot_id=entry.data.lot)
    return [f"matter:{entry.data.lot}"]


@RECALL.on("order")
def order(entry: Entry[entries.Order], matter: Matter) -> list[str]:
    """All that came of the lot is called back; who held what is written down as it stood then."""
    recall = Recall.objects.get(pk=matter.pk)
    lots = tracing.forth(recall.lot_id)
    Recall.objects.filter(pk=recall.pk).update(ordered=entry.number)
    _called_back(lots, recall.pk)
    rows = tracing.held(lots)
    Affected.objects.bulk_create(
        Affected(
            recall_id=recall.pk,
            lot_id=row.lot,
            org_id=row.org,
            amount=row.amount,
        )
        for row in rows
    )
    return ["kind:lot", *(f"matter:{lot}" for lot in lots[:1_000])]


def _called_back(lots: Iterable[int], recall: int) -> None:
    for lot in lots:
        Lot.objects.filter(pk=lot, recall=None).update(recall=recall)


@RECALL.on("answer")
def answer(entry: Entry[entries.Account], matter: Matter) -> None:
    for row in entry.data.held:
        own = Affected.objects.filter(recall=matter.pk, lot=row.lot, org=entry.org)
        own.update(held=row.amount)
