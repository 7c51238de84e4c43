"""Whom a clause fits among those who have said something of themselves, or of whom an office's list does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from pilin.deciding.policies.columns import NO, YES, Columns
from pilin.ledger import log, sealed_parts

from .models import FACTS, FIRMS, Clause, Firm, Grant, Profile

Verdicts = list[tuple[Any, int]]


def _decided(clause: Clause, on: date, rows: list[Any]) -> Verdicts:
    columns = Columns([one.values() for one in rows], FACTS.values())
    return list(zip(rows, columns.verdicts(clause.tree, on).tolist(), strict=True))


def _profiles(clause: Clause) -> list[Profile]:
    return list(Profile.objects.filter(audience=clause.audience).order_by("person"))


def _firms(clause: Clause) -> list[Firm]:
    """Those of the list that agreed, and have not said more of themselves."""
    if clause.audience != FIRMS:
        return []
    own = Profile.objects.filter(audience=FIRMS).exclude(code="").values("code")
    return list(Firm.objects.filter(agreed=True).exclude(code__in=own).order_by("code"))


def fitting(clause: Clause, on: date) -> Iterator[str]:
    """Those it fits, and those it may fit once they say more: never those it does not."""
    decided = _decided(clause, on, _profiles(clause))
    return (profile.person for profile, verdict in decided if verdict != NO)


def reached(clause: Clause, on: date) -> Mapping[str, int]:
    """How many it fits for certain, may fit, and how many have applied."""
    decided = _decided(clause, on, [*_profiles(clause), *_firms(clause)])
    verdicts = [verdict for _one, verdict in decided]
    return {
        "fits": verdicts.count(YES),
        "may": len(verdicts) - verdicts.count(YES) - verdicts.count(NO),
        "applied": Grant.objects.filter(clause=clause).count(),
    }


def not_reached(clause: Clause, on: date) -> Verdicts:
    """Firms of the list that it fits or may fit and that have not applied: for the office to ring up."""
    applied = set()
    for key in Grant.objects.filter(clause=clause).values_list("pk", flat=True):
        applied.add((sealed_parts.sealed(log.MAIN, key) or {}).get("code", ""))
    decided = _decided(clause, on, [one for one in _firms(clause) if one.code not in applied])
    order = {YES: 0, NO: 2}
    return sorted(
        ((firm, verdict) for firm, verdict in decided if verdict != NO),
        key=lambda pair: (order.get(pair[1], 1), pair[0].name),
    )
