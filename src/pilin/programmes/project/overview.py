"""Projects in sums and in a picture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from pilin.people.models import Side
from pilin.wording.reading import yuan

from .models import Project

#: Days without a report after which a running project counts as stalled.
PATIENCE = 60
GROUPS = {
    "year": "coalesce(left(p.start ->> 'start', 4), to_char(m.opened, 'YYYY'))",
    "category": "p.category",
    "sides": "m.sides",
}

ORDER = {"year": "1", "category": "2 DESC, 1", "sides": "1"}


def sums(by: str) -> list[tuple[Any, ...]]:
    """(group, number of projects, investment planned) by year, category or sides; one query.

    Summary rows of registers are left out: they stand among the figures. Where one of the amounts
    is "at least", so is the sum.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {GROUPS[by]} AS g, count(*),"
            " sum((p.planned ->> 'value')::numeric),"
            " bool_or((p.planned ->> 'at_least')::boolean)"
            " FROM project_project p JOIN loop_matter m ON m.id = p.matter_id"
            f" WHERE NOT p.is_summary GROUP BY 1 ORDER BY {ORDER[by]} LIMIT 40"
        )
        rows = cursor.fetchall()
    names = {side.code: side.called for side in Side.objects.all()} if by == "sides" else {}
    return [(_group(by, g, names), n, _amount(value, more)) for g, n, value, more in rows]


def _group(by: str, group: str | None, names: dict[str, str]) -> str:
    if by != "sides":
        return group or _("not said")
    return " ⟷ ".join(names[c] for c in group or "" if c in names) or _("not said")


def _amount(value: Decimal | None, more: bool | None) -> str:
    if value is None:
        return ""
    return ("≥ " if more else "") + yuan(value)


def troubled(today: date, most: int = 10) -> list[Project]:
    """Open projects that are overdue, longest first; then running ones that nobody reports on."""
    rows = Project.objects.select_related("matter", "lead").filter(matter__is_open=True)
    late = list(rows.filter(matter__due__lt=today).order_by("matter__due", "pk")[:most])
    if len(late) == most:
        return late
    quiet = rows.filter(
        matter__state="under_way",
        matter__due__gte=today,
        reported__lt=today - timedelta(days=PATIENCE),
    )
    return [*late, *quiet.order_by("reported", "pk")[: most - len(late)]]


@dataclass(frozen=True)
class Bar:
    """A project in the picture: where its bar begins and how long it is, in per cent of the width."""

    project: Project
    left: float
    width: float
    late: bool
    y: int


@dataclass(frozen=True)
class Bars:
    bars: list[Bar]
    years: list[tuple[int, float]]  # a year and where it begins
    today: float
    height: int


def bars(today: date, most: int = 14) -> Bars | None:
    """The open projects with a planned end, as bars over time; None without any.

    Where a register says no beginning, the bar is a mark at the end.
    """
    rows = Project.objects.select_related("matter", "lead").filter(matter__is_open=True)
    spans = []
    for p in rows.filter(finish__isnull=False).order_by("finish", "pk")[:most]:
        end = p.finish or today
        start = date.fromisoformat(p.start["start"]) if p.start else end
        spans.append((p, min(start, end), end))
    if not spans:
        return None
    first = min([today, *(start for _p, start, _e in spans)]).replace(month=1, day=1)
    last = max([today, *(end for _p, _s, end in spans)])
    days = (date(last.year, 12, 31) - first).days

    def at(day: date) -> float:
        return round(30 + 70 * (day - first).days / days, 2)

    return Bars(
        [
            Bar(
                p,
                at(start),
                max(0.6, round(at(end) - at(start), 2)),
                p.matter.late_on(today),
                n * 34 + 34,
            )
            for n, (p, start, end) in enumerate(spans)
        ],
        [(year, at(date(year, 1, 1))) for year in range(first.year, last.year + 1)],
        at(today),
        len(spans) * 34 + 44,
    )
