"""A matter's history in words: who did what, when, and with what evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pilin.engine.act import LOG
from pilin.engine.models import Matter
from pilin.engine.positions import registers
from pilin.engine.programme import registry
from pilin.ledger import log
from pilin.people.models import ROLES

from .drawn import Pieces

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


@dataclass(frozen=True)
class Page:
    """Some of a matter's entries, oldest first; `earlier` is what to ask for those before with."""

    records: Sequence[log.Record]
    earlier: int | None
    whole: bool  # whether these are all

    @property
    def may_seal(self) -> bool:
        """Whether some entry of the matter may have a sealed part, as far as these tell."""
        return not self.whole or any(r.body["seal"] for r in self.records)


def timeline(matter: Matter, before: int | None = None) -> Page:
    """The newest entries of a matter (or those below `before`). One query, however many."""
    found = log.of_matter(LOG, matter.pk, LINES + 1, before)
    earlier = found[-LINES].number if len(found) > LINES else None
    return Page(found[-LINES:], earlier, earlier is None and before is None)


_drawn = Pieces(4096)  # of about a kilobyte each


def drawn(matter: Matter, records: Sequence[log.Record], viewer: str = "") -> SafeString:
    """The entries as items of the timeline.

    An entry never changes and its leaf is its hash, so a line is drawn once for each way its actor
    is called.
    """

    language = get_language()

    def item(record: log.Record) -> str:
        who = _who(matter, record.body, viewer)

        def draw() -> SafeString:
            return render_to_string("components/line.html", {"line": _line(matter, record, who)})

        return _drawn.of((record.leaf, who, language), draw).rstrip()

    return mark_safe("".join([item(record) for record in records]))


def lines(matter: Matter, records: Sequence[log.Record], viewer: str = "") -> list[Line]:
    return [_line(matter, r, _who(matter, r.body, viewer)) for r in records]


def _line(matter: Matter, record: log.Record, who: str) -> Line:
    body = record.body
    rules = matter.rules
    step = registry.step(rules, body["step"])
    assert step is not None  # what was entered is declared for ever
    moved = body["from"] != body["to"]
    return Line(
        number=record.number,
        at=datetime.fromisoformat(body["at"]),
        who=who,
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


def _who(matter: Matter, body: dict[str, Any], viewer: str) -> str:
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
        role, org = body["office"]["role"], registers().organisation(body["office"]["org"])
        who = f"{org.name if org else ''} · {ROLES.get(role, role)}"
    elif body["actor"] == matter.raiser:
        who = _("The person who raised it")
    else:
        who = _("A resident")
    return _("%(who)s (you)") % {"who": who} if viewer == body["actor"] else who
