"""Counts of matters, read from the tally: as quick with a million matters as with ten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import connection

from pilin.deciding.promises import SOON
from pilin.engine.programme import registry

from .definitions import BOTH, EVERYTHING, Asked

#: Those that are kept counted for every scope.
COUNTED = ("open", "late", "soon", "confirmed", "silence")


@dataclass(frozen=True)
class Figures:
    """Matters of one scope. Closed by confirmation and closed in silence are never added up.

    What each of them is, `definitions.py` says; `asked` leads to its matters.
    """

    open: int = 0
    late: int = 0
    soon: int = 0
    confirmed: int = 0
    silence: int = 0
    other: int = 0  # withdrawn, merged, recorded as a summary, stopped
    asked: Asked = EVERYTHING

    @property
    def query(self) -> str:
        """What leads to its matters, to follow another parameter."""
        return f"&{self.asked.query}" if self.asked.query else ""

    @property
    def total(self) -> int:
        return self.open + self.confirmed + self.silence + self.other


def listed_kinds() -> list[str]:
    """Kinds of matters that appear in lists and figures."""
    return [kind for kind in registry.kinds() if (p := registry.latest(kind)) and p.listed]


def figures(scopes: Iterable[str], today: date, kind: str = "") -> dict[str, Figures]:
    """Figures by scope, in one query; a scope without matters has all zeros."""
    wanted = list(scopes)
    kinds = [kind] if kind else listed_kinds()
    found = _sums("scope", "scope = ANY(%s) AND kind = ANY(%s)", [wanted, kinds], today)
    return {s: replace(found.get(s, Figures()), asked=_asked(s, kind)) for s in wanted}


def _asked(scope: str, kind: str) -> Asked:
    if scope == "crossing":
        return Asked(side=BOTH, kind=kind)
    name, _colon, value = scope.partition(":")
    match name:
        case "side":
            return Asked(side=value, kind=kind)
        case "place":
            return Asked(place=int(value), kind=kind)
        case "org":
            return Asked(org=int(value), kind=kind)
    return Asked(kind=kind)


def by_kind(scope: str, today: date) -> dict[str, Figures]:
    """Figures of one scope by kind of matter, in one query."""
    found = _sums("kind", "scope = %s", [scope], today)
    return {k: replace(found.get(k, Figures()), asked=_asked(scope, k)) for k in listed_kinds()}


#: In the order of the fields of `Figures`. Written out, since every list and board asks it.
_SUMS = ", ".join(
    f"coalesce(sum(n) FILTER (WHERE {condition}), 0)"
    for condition in (
        "due IS NOT NULL",
        "due < %s",
        "due BETWEEN %s AND %s",
        "how = 'confirmed'",
        "how = 'silence'",
        "due IS NULL AND how NOT IN ('confirmed', 'silence')",
    )
)


def _sums(by: str, where: str, values: list[str | list[str]], today: date) -> dict[str, Figures]:
    days = [today, today, today + timedelta(days=SOON)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {by}, {_SUMS} FROM loop_tally WHERE {where} GROUP BY {by}", [*days, *values]
        )
        return {row[0]: Figures(*row[1:]) for row in cursor.fetchall()}
