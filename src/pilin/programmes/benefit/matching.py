"""Whom a clause fits among those who have said something of themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pilin.deciding.policies.columns import NO, YES, Columns

from .models import FACTS, Clause, Grant, Profile


def _verdicts(clause: Clause, on: date) -> list[tuple[str, int]]:
    profiles = list(Profile.objects.filter(audience=clause.audience).order_by("person"))
    columns = Columns([one.values() for one in profiles], FACTS.values())  # type: ignore[misc]
    found = columns.verdicts(clause.tree, on).tolist()
    return [(one.person, verdict) for one, verdict in zip(profiles, found, strict=True)]


def fitting(clause: Clause, on: date) -> Iterator[str]:
    """Those it fits, and those it may fit once they say more: never those it does not."""
    return (person for person, verdict in _verdicts(clause, on) if verdict != NO)


def reached(clause: Clause, on: date) -> dict[str, int]:
    """How many it fits for certain, may fit, and how many have applied."""
    verdicts = [verdict for _person, verdict in _verdicts(clause, on)]
    return {
        "fits": verdicts.count(YES),
        "may": len(verdicts) - verdicts.count(YES) - verdicts.count(NO),
        "applied": Grant.objects.filter(clause=clause).count(),
    }
