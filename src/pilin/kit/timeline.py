"""A matter's history in words: who did what, when, and with what evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from pilin.engine.act import LOG
from pilin.engine.models import Matter
from pilin.engine.programme import registry
from pilin.ledger import log
from pilin.people.models import ROLES, Organisation

HOUSE = ("clock", "link", "house")
LINES = 100  # a page


@dataclass(frozen=True)
class Line:
    """One entry, ready to be read."""

    number: int
    at: datetime
    who: str
    step_title: str
    words: Sequence[tuple[Any, str]]
    files: Sequence[dict[str, Any]]
    receipt_url: str
    is_clock: bool
    state_title: str  # the state it led to, where it moved the matter
    due: date | None


def timeline(
    matter: Matter, viewer: str = "", before: int | None = None
) -> tuple[list[Line], int | None]:
    """A page of a matter's entries, oldest first, ending with the newest (or below `before`).

    Also gives what to ask for the page before it with; None where there is none. Two queries,
    however long the history.
    """
    found = log.of_matter(LOG, matter.pk, LINES + 1, before)
    earlier = found[-LINES].number if len(found) > LINES else None
    return lines(matter, found[-LINES:], viewer), earlier


def lines(matter: Matter, records: Sequence[log.Record], viewer: str = "") -> list[Line]:
    offices = [r.body["office"] for r in records if r.body["office"]]
    names = Organisation.objects.in_bulk({o["org"] for o in offices}) if offices else {}
    return [_line(matter, r, names, viewer) for r in records]


def _line(matter: Matter, record: log.Record, names: dict[int, Organisation], viewer: str) -> Line:
    body = record.body
    rules = matter.rules
    step = registry.step(rules, body["step"])
    assert step is not None  # what was entered is declared for ever
    moved = body["from"] != body["to"]
    return Line(
        number=record.number,
        at=datetime.fromisoformat(body["at"]),
        who=_who(matter, body, names, viewer),
        step_title=str(step.done),
        words=[w for w in step.asks.answers(body["data"]) if w[1]] if step.asks else [],
        files=[{**f, "url": file_url(f)} for f in body["files"]],
        receipt_url=reverse("ledger:receipt", args=[LOG, record.number]),
        is_clock=body["actor"] in HOUSE,
        state_title=str(rules.states[body["to"]].title) if moved else "",
        due=date.fromisoformat(body["due"]) if body["due"] else None,
    )


def file_url(file: dict[str, Any]) -> str:
    return reverse("web:file", args=[file["sha256"], file["name"]])


def _who(matter: Matter, body: dict[str, Any], names: dict[int, Organisation], viewer: str) -> str:
    """The role somebody acted in; a person's name is nowhere in the record."""
    match body["actor"]:
        case "clock":
            return _("The calendar")
        case "link":
            return _("The linked matter")
        case "house":
            by_row = matter.rules.entering is not None or "row" in body["data"]
            return _("The register") if by_row else _("The calendar")
    if body["office"]:
        role, org = body["office"]["role"], names.get(body["office"]["org"])
        who = f"{org.name if org else ''} · {ROLES.get(role, role)}"
    elif body["actor"] == matter.raiser:
        who = _("The person who raised it")
    else:
        who = _("A resident")
    return _("%(who)s (you)") % {"who": who} if viewer == body["actor"] else who
