"""Entries of consultations → meetings, outcomes, stations' readiness and coverage."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from pilin.engine.entry import Handlers
from pilin.engine.models import Matter, Party
from pilin.ledger.log import Record

from .models import Coverage, Meeting, Outcome, Readiness
from .statements import apply as statements

CONSULTATION = Handlers("consultation")


@CONSULTATION.every
def apply(record: Record, matter: Matter) -> list[str] | None:
    name = record.body["step"]
    if name in statements.STEPS:
        statements.STEPS[name](record, matter)
        return None
    step = STEPS.get(name)
    return step(record.body["data"], matter) if step else None


def _convene(data: dict[str, Any], matter: Matter) -> None:
    time = datetime.fromisoformat(data["time"])
    assert matter.org is not None
    before = Meeting.objects.filter(matter=matter).first()
    Meeting.objects.update_or_create(
        matter=matter,
        defaults={
            "org": matter.org,
            "time": time if timezone.is_aware(time) else timezone.make_aware(time),
            "where": data["where"],
            "invitees": data["invitees"],
            "agenda": data.get("agenda", ""),
            "held": False,
            "attendance": None,
            "changes": before.changes + 1 if before else 0,
        },
    )


def _hold(data: dict[str, Any], matter: Matter) -> None:
    Meeting.objects.filter(matter=matter).update(held=True, attendance=data["attendance"])


def _decide(data: dict[str, Any], matter: Matter) -> None:
    Outcome.objects.bulk_create(
        [Outcome(matter=matter, number=n, text=text) for n, text in enumerate(data["outcomes"], 1)]
    )


def _settle(data: dict[str, Any], matter: Matter) -> None:
    Outcome.objects.filter(matter=matter, number=data["outcome"]).update(
        settled=True, answer=data["answer"]
    )


def _convert(data: dict[str, Any], matter: Matter) -> None:
    Outcome.objects.filter(matter=matter, number=data["outcome"]).update(settled=True)


def _merge(data: dict[str, Any], matter: Matter) -> list[str]:
    """Those who raised or support the merged matter become part of the one it goes into."""
    into = data["into"]
    for party in Party.objects.filter(matter=matter).order_by("id"):
        Party.objects.get_or_create(
            matter_id=into, person=party.person, defaults={"role": party.role}
        )
    return [f"matter:{into}"]


STEPS = {
    "convene": _convene,
    "reconvene": _convene,
    "hold": _hold,
    "decide": _decide,
    "settle": _settle,
    "convert": _convert,
    "suggest": _convert,
    "merge": _merge,
}


def coverage(number: int, row: dict[str, Any]) -> None:
    Coverage.objects.update_or_create(
        place_id=row["place"],
        defaults={k: row.get(k) for k in ("villages", "stations", "sessions")}
        | {"platform": row.get("platform") or ""},
    )


def readiness(number: int, row: dict[str, Any]) -> None:
    Readiness.objects.update_or_create(
        org_id=row["org"],
        item=row["item"],
        defaults={"has": row["has"], "title": row.get("title") or ""},
    )
