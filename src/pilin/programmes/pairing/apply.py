"""Entries of pairings → pairings, pairs, letters."""

from datetime import date
from typing import Any

from pilin.engine.entry import Handlers
from pilin.engine.models import Matter
from pilin.ledger.log import Record

from .models import Letter, Pair, Pairing

PAIRING = Handlers("pairing")


@PAIRING.every
def apply(record: Record, matter: Matter) -> None:
    body = record.body
    data, own = body["data"], Pairing.objects.filter(pk=matter.pk)
    match body["step"]:
        case "propose" | "seek":
            partner = data.get("partner") or {}
            Pairing.objects.create(
                matter=matter,
                type=data["type"],
                left=data["org"]["name"],
                right=partner.get("name", ""),
                right_org_id=partner.get("id"),
                direction=data.get("direction", ""),
                field=data.get("field", ""),
                until=_day(data),
            )
        case "answer":
            partner = data["partner"]
            own.update(right=partner["name"], right_org_id=partner["id"], until=_day(data))
        case "turn_down":
            own.update(right="", right_org=None, until=None)
        case "record" | "record_past" | "amend":
            _record(data["row"], matter)
        case "renew":
            own.update(until=_day(data))
        case "pair":
            number = Pair.objects.filter(pairing_id=matter.pk).count() + 1
            codes = {k: data[k] for k in ("left_code", "right_code")}
            Pair.objects.create(pairing_id=matter.pk, number=number, **codes)
        case "write":
            Letter.objects.create(
                pairing_id=matter.pk,
                entry=record.number,
                pair=data["pair"],
                org_id=body["office"]["org"],
            )
        case "pass_on":
            rows = Letter.objects.filter(pairing_id=matter.pk, entry=data["letter"])
            rows.update(passed_on=date.fromisoformat(body["day"]))


def _day(data: dict[str, Any]) -> date | None:
    return date.fromisoformat(data["until"]) if data.get("until") else None


def _record(row: dict[str, Any], matter: Matter) -> None:
    names = ("type", "type_wording", "left", "right", "count", "period", "source_row")
    orgs = row.get("orgs") or []
    Pairing.objects.update_or_create(
        matter=matter,
        defaults={
            **{k: row.get(k) for k in names},
            "right_org_id": orgs[1] if len(orgs) > 1 else None,
        },
    )
