"""What a step leads to: who has the matter next, by when, and which of its fields are set."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from . import workdays
from .positions import registers
from .procedure import Due, Gather, Procedure, Step
from .refused import Refused
from .situation import Holder, Situation


def due_key(procedure: Procedure, step: Step, end: Step | Gather) -> tuple[str, str]:
    """By what an operator's due time is found; apart for where a step leads once all have taken it."""
    return procedure.kind, step.name if end is step else f"{step.name}+"


def holder_and_due(step: Step | Gather, key: tuple[str, str], s: Situation) -> tuple[Holder, Any]:
    """The next holder and due day; where a rule does not say, as before (a step that stays)."""
    holder = step.holder.give(s) if step.holder else None
    if holder is None and s.matter is not None:
        holder = Holder(s.matter.holder_org_id, s.matter.holder_role, s.matter.holder_person)
    due = _due(step.due, key, s) if step.due else s.matter.due if s.matter else None
    if holder is None or due is None or not (holder.org or holder.person):
        raise Refused("state", _("Nobody could take this on next: no holder was found."))
    return holder, due


def _due(due: Due, key: tuple[str, str], s: Situation) -> date | None:
    days = registers().due_times.get(key) if due.days else None
    return workdays.after(s.today, days) if days else due.give(s)


def fields_set(s: Situation) -> dict[str, Any]:
    """The matter's fields this step sets, with the sides of the border it then concerns."""
    fields = dict(s.fields)
    if "sides" not in fields and {"place", "orgs"} & fields.keys():
        place = fields.get("place") or (s.matter.place_id if s.matter else None)
        orgs = fields.get("orgs", s.matter.orgs if s.matter else [])
        fields["sides"] = sides_of(place, orgs)
    return fields


def sides_of(place: int | None, orgs: Iterable[int]) -> str:
    """The sides a place and some organisations lie on: "", "a", "b" or "ab"."""
    now = registers()
    found = [now.organisation(key) for key in orgs]
    letters = {letter for org in found if org for letter in org.sides}
    at = now.place(place)
    letters |= set(at.side) if at else set()
    return "".join(sorted(letters))
