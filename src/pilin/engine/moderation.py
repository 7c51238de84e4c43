"""Reports, strikes and appeals as entries bring them about.

A report names places of words, as striking does. Who reported stays sealed in the entry. What was struck
is gone: an appeal is answered in public, and where it is right the writer may write it anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pilin.ledger import log, sealed_parts

from . import builtin
from .entry import Apply, Entry
from .models import Matter
from .moderation_models import Report, Strike
from .notices import answering
from .positions import registers
from .rules import superior


def keys_of(places: Iterable[tuple[int, str]]) -> list[str]:
    return [f"{number}:{path}" for number, path in places]


def offices(matter: Matter, day: date, above: bool) -> list[str]:
    """Who answers for the organisation in charge; `above`: for the one above it, where there is one."""
    higher = superior(matter) if above else None
    if higher is not None:
        return list(registers().holders(higher.pk, higher.steward, day))
    return list(answering([matter.org_id], day))


def reports_by(person: str) -> list[int]:
    """The entries by which somebody reported words: that it was they stands in the sealed part alone."""
    numbers = Report.objects.order_by("pk").values_list("pk", flat=True)
    parts = ((number, sealed_parts.sealed(log.MAIN, number) or {}) for number in numbers)
    return [number for number, part in parts if part.get("reporter") == person]


def reported(entry: Entry[builtin.Reported], matter: Matter) -> None:
    places = keys_of(entry.data.reported)
    before = Report.objects.filter(matter=matter.pk, settled__isnull=False, struck=False)
    Report.objects.create(
        id=entry.number,
        matter_id=matter.pk,
        places=places,
        why=entry.data.why,
        again=before.filter(places__overlap=places).exists(),
    )


def left(entry: Entry[builtin.Left], matter: Matter) -> None:
    Report.objects.filter(pk__in=entry.data.reports).update(settled=entry.number)


def struck(entry: Entry[builtin.Struck], matter: Matter) -> None:
    office = entry.record.body["office"] or {}
    open_ = Report.objects.filter(matter=matter.pk, settled__isnull=True)
    about = open_.filter(places__overlap=keys_of(entry.data.struck))
    was = about.update(settled=entry.number, struck=True)
    Strike.objects.create(
        id=entry.number,
        matter_id=matter.pk,
        day=entry.record.body["day"],
        n=len(set(entry.data.struck)),
        reason=entry.data.reason,
        org=office.get("org"),
        role=office.get("role", ""),
        by=entry.actor,
        writers=list(entry.data.writers),
        reported=bool(was),
    )


def appealed(entry: Entry[builtin.Appealed], matter: Matter) -> None:
    Strike.objects.filter(pk=entry.data.strike).update(appeal=entry.number, appellant=entry.actor)


def answered(entry: Entry[builtin.AppealAnswered], matter: Matter) -> None:
    said = entry.data
    Strike.objects.filter(pk=said.strike).update(
        answered=entry.number, right=said.right, answer=said.answer
    )


APPLY: dict[str, Apply] = {
    builtin.REPORT: reported,
    builtin.LEAVE: left,
    builtin.STRIKE: struck,
    builtin.APPEAL: appealed,
    builtin.APPEAL_ANSWER: answered,
}
