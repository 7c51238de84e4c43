"""Entries of the catalogue → projects that partners are sought for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pilin.engine.attributes import given
from pilin.engine.entry import Entry, Handlers
from pilin.engine.models import Matter
from pilin.engine.payload import Payload
from pilin.wording.values import in_yuan

from . import entries
from .models import Opportunity

OPPORTUNITY = Handlers("opportunity")


@OPPORTUNITY.on("put_forward")
def put_forward(entry: Entry[entries.PutForward], matter: Matter) -> None:
    said = entry.data
    Opportunity.objects.create(
        matter=matter,
        field=said.field,
        stage=said.stage,
        text=said.text,
        wanted=said.wanted,
        **_money(said.amount),
    )


@OPPORTUNITY.on("publish")
def publish(entry: Entry[Payload], matter: Matter) -> None:
    Opportunity.objects.filter(pk=matter.pk).update(reviewed=entry.day)


@OPPORTUNITY.on("update")
def update(entry: Entry[entries.Update], matter: Matter) -> None:
    said = entry.data
    Opportunity.objects.filter(pk=matter.pk).update(
        stage=said.stage,
        text=said.text,
        wanted=said.wanted,
        reviewed=entry.day,
        **_money(said.amount),
    )


@OPPORTUNITY.on("record", "amend")
def record(entry: Entry[entries.Record], matter: Matter) -> None:
    row = entry.data.row
    value = (row.planned or {}).get("value")
    fields = {
        **given(Opportunity, row),
        "amount": Decimal(value) if value else None,
        "reviewed": entry.day,
        "source_row": row.source_row,
    }
    entry.put(Opportunity, matter, fields)


def _money(amount: Decimal | None) -> dict[str, Any]:
    """An amount as a register would say it, and to filter by."""
    if amount is None:
        return {"planned": None, "amount": None}
    planned = {"value": format(amount, "f"), "unit": "元", "wording": in_yuan(amount)}
    return {"planned": planned, "amount": amount}
