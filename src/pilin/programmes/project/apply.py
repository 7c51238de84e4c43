"""Entries of joint projects → the register of projects and their milestones."""

from datetime import date
from decimal import Decimal
from typing import Any

from pilin.engine.entry import Handlers
from pilin.engine.models import Matter
from pilin.ledger.log import Record
from pilin.wording.values import in_yuan

from .models import Milestone, Project

PROJECT = Handlers("project")


@PROJECT.every
def apply(record: Record, matter: Matter) -> None:
    body = record.body
    step = STEPS.get(body["step"])
    if step:
        step(body["data"], matter, date.fromisoformat(body["day"]))


def _register(data: dict[str, Any], matter: Matter, day: date) -> None:
    budget = data.get("budget")
    finish = date.fromisoformat(data["finish"])
    project = Project.objects.create(
        matter=matter,
        lead_id=data["lead"]["id"],
        partners=[p["id"] for p in data.get("partners", [])],
        category=data["category"],
        planned={"value": budget, "unit": "元", "wording": in_yuan(Decimal(budget))}
        if budget
        else None,
        finish=finish,
    )
    Milestone.objects.bulk_create(
        [
            Milestone(
                project=project, number=n, title=m["title"], due=date.fromisoformat(m["date"])
            )
            for n, m in enumerate(data.get("milestones", []), 1)
        ]
    )


def _record(data: dict[str, Any], matter: Matter, day: date) -> None:
    row = data["row"]
    finish = data.get("due_day") or data.get("finish_day")
    Project.objects.update_or_create(
        matter=matter,
        defaults={
            "serial": row.get("serial") or "",
            "lead_id": row.get("org") or row["lead"],
            "partners": row["orgs"][1:] if "orgs" in row else row.get("partners", []),
            "category": row.get("category") or "",
            "planned": row.get("planned"),
            "start": row.get("start"),
            "finish": date.fromisoformat(finish) if finish else None,
            "finish_words": row.get("finish"),
            "progress": row.get("progress") or "",
            "is_summary": bool(row.get("is_summary")),
            "source_row": row.get("source_row") or {},
        },
    )


def _reassign(data: dict[str, Any], matter: Matter, day: date) -> None:
    Project.objects.filter(matter=matter).update(lead_id=data["lead"]["id"])


def _start(data: dict[str, Any], matter: Matter, day: date) -> None:
    start = data["start"]
    Project.objects.filter(matter=matter).update(
        reported=day,
        start={"start": start, "end": start, "precision": "day", "wording": start},
    )


def _report(data: dict[str, Any], matter: Matter, day: date) -> None:
    found = Project.objects.filter(matter=matter)
    found.update(
        percent=data["percent"],
        progress=data["words"],
        risks=data.get("risks", ""),
        reported=day,
    )
    if data.get("invested"):
        found.update(invested=data["invested"])
    Milestone.objects.filter(project_id=matter.pk, number__in=data.get("milestones", [])).update(
        done=day
    )


def _deliver(data: dict[str, Any], matter: Matter, day: date) -> None:
    Project.objects.filter(matter=matter).update(percent=100, progress=data["words"])


STEPS = {
    "register": _register,
    "commission": _register,
    "record": _record,
    "record_delivered": _record,
    "record_summary": _record,
    "amend": _record,
    "reassign": _reassign,
    "start": _start,
    "report": _report,
    "deliver": _deliver,
}
