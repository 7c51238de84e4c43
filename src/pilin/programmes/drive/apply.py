"""Entries of drives → drives, their goods, and shipments."""

from datetime import date
from typing import Any

from django.db.models import F

from pilin.engine.entry import Handlers
from pilin.engine.models import Matter
from pilin.ledger.log import Record

from .models import Batch, Drive, Item

DRIVE = Handlers("drive")


@DRIVE.every
def apply(record: Record, matter: Matter) -> None:
    data = record.body["data"]
    match record.body["step"]:
        case "open":
            drive = Drive.objects.create(
                matter=matter, text=data.get("text", ""), recipient_id=data["recipient"]["id"]
            )
            goods = {g["name"]: g for g in data["goods"]}.values()
            Item.objects.bulk_create(
                Item(drive=drive, number=n, name=g["name"], unit=g["unit"], wanted=g["count"])
                for n, g in enumerate(goods, 1)
            )
        case "record" | "amend":
            _record(data["row"], matter)
        case "receive":
            rows = Item.objects.filter(drive_id=matter.pk, number=data["item"])
            rows.update(came=F("came") + data["count"])
        case "ship":
            numbers = dict(Item.objects.filter(drive_id=matter.pk).values_list("name", "number"))
            lines = [[numbers[g["name"]], g["count"]] for g in data["goods"]]
            for number, count in lines:
                rows = Item.objects.filter(drive_id=matter.pk, number=number)
                rows.update(given=F("given") + count)
            Batch.objects.create(
                drive_id=matter.pk, entry=record.number, to=data["to"], lines=lines
            )
        case "hand_over":
            rows = Batch.objects.filter(drive_id=matter.pk, entry=data["batch"])
            rows.update(handed_over=date.fromisoformat(record.body["day"]))


def _record(row: dict[str, Any], matter: Matter) -> None:
    """Goods as a register says they came and were handed over."""
    Drive.objects.update_or_create(matter=matter, defaults={"source_row": row["source_row"]})
    Item.objects.filter(drive_id=matter.pk).delete()
    Item.objects.bulk_create(
        Item(
            drive_id=matter.pk,
            number=n,
            name=i["name"],
            unit=i["unit"],
            came=i["count"],
            given=i["count"],
            at_least=i["at_least"],
            wording=i["wording"],
        )
        for n, i in enumerate(row["items"], 1)
    )
