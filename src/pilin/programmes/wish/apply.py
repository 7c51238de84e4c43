"""Entries of wishes → wishes and pledges."""

from decimal import Decimal
from typing import Any

from django.db.models import F

from pilin.engine.entry import Handlers
from pilin.engine.models import Matter
from pilin.ledger.log import Record

from .models import Pledge, Wish

WISH = Handlers("wish")


@WISH.every
def apply(record: Record, matter: Matter) -> None:
    body = record.body
    data, own = body["data"], Wish.objects.filter(pk=matter.pk)
    match body["step"]:
        case "submit":
            Wish.objects.create(
                matter=matter,
                code=data["code"],
                school_id=data["school"]["id"],
                school_words=data["school"]["name"],
                price=data.get("price"),
            )
        case "record" | "amend":
            _record(data["row"], matter)
        case "claim":
            own.update(claimant=body["actor"])
        case "pledge":
            amount = Decimal(data["amount"])
            Pledge.objects.create(
                wish_id=matter.pk, entry=record.number, person=body["actor"], amount=amount
            )
            own.update(pledged=F("pledged") + amount)
        case "give_up" | "come_back":
            Pledge.objects.filter(wish_id=matter.pk).delete()
            own.update(claimant="", pledged=0)


def _record(row: dict[str, Any], matter: Matter) -> None:
    names = ("code", "school_words", "status", "source_row")
    Wish.objects.update_or_create(
        matter=matter, defaults={**{k: row.get(k) for k in names}, "school_id": row.get("org")}
    )
