"""Entries of agreements → agreements, signatures, lead projects."""

from datetime import date
from typing import Any

from pilin.engine.entry import Handlers
from pilin.engine.models import Matter
from pilin.ledger.log import Record

from .models import Agreement, LeadProject, Signature

AGREEMENT = Handlers("agreement")


@AGREEMENT.every
def apply(record: Record, matter: Matter) -> None:
    body = record.body
    data, rows = body["data"], Signature.objects.filter(agreement_id=matter.pk)
    match body["step"]:
        case "draft" | "redraft":
            fields = {
                "fields": data["fields_of_work"],
                "text": data["text"],
                "until": date.fromisoformat(data["until"]),
                "left": data["org"]["name"],
                "right": ";".join(p["name"] for p in data["parties"])[:300],
            }
            Agreement.objects.update_or_create(matter=matter, defaults=fields)
        case "record" | "amend":
            _record(data["row"], matter)
        case "sign":
            Signature.objects.create(
                agreement_id=matter.pk,
                org_id=body["office"]["org"],
                entry=record.number,
                day=date.fromisoformat(body["day"]),
            )
            if body["to"] == "in_force":
                moment = {"start": body["day"], "end": body["day"], "precision": "day"}
                Agreement.objects.filter(pk=matter.pk).update(
                    signed_on={**moment, "wording": body["day"]}, renewed_from=None
                )
        case "object":
            rows.delete()
        case "renew":
            rows.delete()
            own = Agreement.objects.filter(pk=matter.pk)
            before = own.get().until or date.fromisoformat(body["day"])
            own.update(until=date.fromisoformat(data["until"]), renewed_from=before)
        case "keep_old":
            rows.delete()
            own = Agreement.objects.filter(pk=matter.pk)
            own.update(until=own.get().renewed_from, renewed_from=None)
        case "lead_project":
            LeadProject.objects.create(
                agreement_id=matter.pk,
                entry=record.number,
                field=data["field"],
                title=data["title"],
                official=data["official"],
            )


def _record(row: dict[str, Any], matter: Matter) -> None:
    names = ("serial", "left", "right", "fields", "field_count", "signed_on", "source_row")
    Agreement.objects.update_or_create(matter=matter, defaults={k: row.get(k) for k in names})
