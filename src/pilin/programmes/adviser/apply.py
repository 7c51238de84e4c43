"""Entries of the exchange → listings, placements, days worked."""

from __future__ import annotations

from decimal import Decimal

from pilin.engine.entry import Entry, Handlers
from pilin.engine.models import Matter
from pilin.engine.payload import Payload

from . import entries
from .models import Placement, Work

PLACEMENT = Handlers("placement")


@PLACEMENT.on("seek")
def seek(entry: Entry[entries.Seek], matter: Matter) -> None:
    _list(entry.data, matter, "sought", receiver_id=entry.data.org.id)


@PLACEMENT.on("offer")
def offer(entry: Entry[entries.Offer], matter: Matter) -> None:
    _list(entry.data, matter, "offered", sender_id=entry.data.org.id, role=entry.data.role)


def _list(said: entries.Seek, matter: Matter, direction: str, **more: object) -> None:
    Placement.objects.create(
        matter=matter,
        direction=direction,
        field=said.field,
        days=said.days,
        start=said.start,
        until=said.until,
        **more,
    )


@PLACEMENT.on("propose")
def propose(entry: Entry[entries.Propose], matter: Matter) -> None:
    said, own = entry.data, Placement.objects.get(pk=matter.pk)
    was = {
        "days": format(own.days, "f"),
        "start": own.start.isoformat(),
        "until": own.until.isoformat(),
        "role": own.role,
    }
    other = "sender_id" if own.direction == "sought" else "receiver_id"
    Placement.objects.filter(pk=matter.pk).update(
        days=said.days,
        start=said.start,
        until=said.until,
        role=said.role or own.role,
        listing=said.listing,
        was=was,
        **{other: said.partner.id},
    )


@PLACEMENT.on("turn_down", "withdraw_proposal")
def turn_down(entry: Entry[Payload], matter: Matter) -> None:
    """The listing says again what it said itself."""
    own = Placement.objects.get(pk=matter.pk)
    other = "sender" if own.direction == "sought" else "receiver"
    Placement.objects.filter(pk=matter.pk).update(**own.was, was={}, listing=None, **{other: None})


@PLACEMENT.on("work")
def work(entry: Entry[entries.Work], matter: Matter) -> None:
    said = entry.data
    Work.objects.create(
        id=entry.number, placement_id=matter.pk, day=said.day, days=said.days, words=said.words
    )


@PLACEMENT.on("confirm_days")
def confirm_days(entry: Entry[entries.Confirm], matter: Matter) -> None:
    own = Work.objects.filter(placement=matter.pk, pk__in=entry.data.work)
    own.update(stands="confirmed")


@PLACEMENT.on("object_days")
def object_days(entry: Entry[entries.Object], matter: Matter) -> None:
    own = Work.objects.filter(placement=matter.pk, pk=entry.data.work)
    own.update(stands="objected", reply=entry.data.reason)


@PLACEMENT.on("record", "record_placed", "record_past", "amend")
def record(entry: Entry[entries.Record], matter: Matter) -> None:
    row = entry.data.row
    org, other = row.org, row.orgs[1] if len(row.orgs) > 1 else None
    here = Placement.objects.filter(pk=matter.pk).first()
    if here and other is None:  # a side that agreed here stays, though the register names none
        other = here.sender_id if row.direction == "sought" else here.receiver_id
    rows = Work.objects.filter(placement=matter.pk, stands="confirmed")
    entered = sum((one.days for one in rows), Decimal(0))
    before = max(row.worked - entered, Decimal(0)) if row.worked is not None else None
    sought = row.direction == "sought"
    fields = {
        "direction": row.direction,
        "field": row.field,
        "role": row.role,
        "days": row.days,
        "register_days": before,  # the register's sum has those that were entered here
        "start": row.start,
        "until": row.until,
        "receiver_id": org if sought else other,
        "sender_id": other if sought else org,
        "source_row": row.source_row,
    }
    entry.put(Placement, matter, fields)
