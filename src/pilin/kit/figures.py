"""Counts of matters, read from the tally: as quick with a million matters as with ten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, Sum

from pilin.engine.models import Tally
from pilin.engine.programme import registry

#: How many days ahead counts as "due soon".
SOON = 7


@dataclass(frozen=True)
class Figures:
    """Matters of one scope. Closed by confirmation and closed in silence are never added up."""

    open: int = 0
    late: int = 0
    soon: int = 0
    confirmed: int = 0
    silence: int = 0
    other: int = 0  # withdrawn, merged, recorded as a summary, stopped

    @property
    def total(self) -> int:
        return self.open + self.confirmed + self.silence + self.other


def listed_kinds() -> list[str]:
    """Kinds of matters that appear in lists and figures."""
    return [kind for kind in registry.kinds() if (p := registry.latest(kind)) and p.listed]


def figures(scopes: Iterable[str], today: date, kind: str = "") -> dict[str, Figures]:
    """Figures by scope, in one query; a scope without matters has all zeros."""
    wanted = list(scopes)
    rows = (
        Tally.objects.filter(scope__in=wanted, kind__in=[kind] if kind else listed_kinds())
        .values("scope")
        .annotate(**_counts(today))
    )
    found = {row.pop("scope"): Figures(**row) for row in rows}
    return {scope: found.get(scope, Figures()) for scope in wanted}


def by_kind(scope: str, today: date) -> dict[str, Figures]:
    """Figures of one scope by kind of matter, in one query."""
    rows = Tally.objects.filter(scope=scope).values("kind").annotate(**_counts(today))
    found = {row.pop("kind"): Figures(**row) for row in rows}
    return {kind: found.get(kind, Figures()) for kind in listed_kinds()}


def _counts(today: date) -> dict[str, Sum]:
    def n(**condition: object) -> Sum:
        return Sum("n", filter=Q(**condition), default=0)

    ends = Q(how__in=("confirmed", "silence"))
    return {
        "open": n(due__isnull=False),
        "late": n(due__lt=today),
        "soon": n(due__gte=today, due__lte=today + timedelta(days=SOON)),
        "confirmed": n(how="confirmed"),
        "silence": n(how="silence"),
        "other": Sum("n", filter=Q(due=None) & ~ends, default=0),
    }
