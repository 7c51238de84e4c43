"""Promises kept, over time and by organisation: asked of the tables that follow the record.

`pilin.deciding.promises` computes the same from the entries alone, and says what each word means; a
test holds the two together.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from pilin.deciding.promises import ALL, FEW
from pilin.kit.asking import Question, ask_all
from pilin.kit.figures import COUNTED, listed_kinds
from pilin.kit.figures import figures as counts


class Period(NamedTuple):
    """`since` is the first day; "" of everything."""

    key: str
    since: str

    @property
    def by_year(self) -> bool:
        """Whether its trend is told by year: in months it would be too long to read."""
        return not self.since


def period(key: str, today: date) -> Period:
    """This year, the last twelve months with this one (where nothing is said), or everything."""
    match key:
        case "year":
            return Period(key, today.replace(month=1, day=1).isoformat())
        case "all":
            return Period(key, "")
    month, year = today.month % 12 + 1, today.year - (today.month < 12)
    return Period("months", date(year, month, 1).isoformat())


def figures(today: date, since: date | None = None, side: str = "") -> dict[str, Any]:
    """As `pilin.deciding.promises.figures`. Five questions, in one trip where that can be."""
    scope = f"side:{side}" if side else "all"
    standing = counts([scope], today)[scope]
    kinds, first = listed_kinds(), since or date.min
    trend, holding, answered, confirmed, ended = ask_all(
        Question(_TREND, (kinds, side, first)),
        Question(_HOLDING, (today, today, first, kinds, side)),
        Question(_ANSWERED, (FEW, kinds, side, first)),
        Question(_CONFIRMED, (FEW, kinds, side, first)),
        Question(_ENDED, (kinds, side, first)),
    )
    return {
        "now": {key: getattr(standing, key) for key in COUNTED},
        "trend": _trend(trend),
        "offices": _offices(holding, answered, confirmed, ended),
    }


def _trend(rows: list[tuple[Any, ...]]) -> dict[str, dict[str, int]]:
    months: dict[str, dict[str, int]] = {}
    for month, what, n in rows:
        empty = dict.fromkeys(("raised", "done", "confirmed", "silence"), 0)
        months.setdefault(month, empty)[what] = n
    return months


def _offices(
    holding: list[tuple[Any, ...]],
    answered: list[tuple[Any, ...]],
    confirmed: list[tuple[Any, ...]],
    ended: list[tuple[Any, ...]],
) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}

    def of(org: int | None) -> dict[str, Any]:
        empty: dict[str, Any] = dict.fromkeys(("held", "late", "waiting", "kept", "broken"), 0)
        none: dict[str, Any] = {"n": 0, "half": None, "most": None, "each": []}
        return found.setdefault(org or ALL, {**empty, "answered": none, "confirmed": none})

    for org, held, late, waiting, broken in holding:
        of(org).update(held=held, late=late, waiting=waiting, broken=broken)
    for key, rows in (("answered", answered), ("confirmed", confirmed)):
        for org, n, half, most, each in rows:
            few = each is not None
            told = {"half": None, "most": None} if few else {"half": half, "most": most}
            of(org)[key] = {"n": n, **told, "each": each or []}
    for org, kept, broken in ended:
        row = of(org)
        row["kept"] = kept
        row["broken"] += broken
    some = {org: row for org, row in sorted(found.items()) if org == ALL or _is_some(row)}
    return some if len(some) > 1 else {}


def _is_some(row: dict[str, Any]) -> bool:
    numbers = (row["held"], row["kept"], row["broken"], row["answered"]["n"], row["confirmed"]["n"])
    return any(numbers)


_TREND = """
    SELECT to_char(day, 'YYYY-MM'), what, count(*) FROM loop_course, LATERAL (VALUES
      ('raised', raised), ('done', done),
      (how, CASE WHEN how IN ('confirmed', 'silence') THEN closed END)) happened (what, day)
    WHERE kind = ANY(%s) AND strpos(sides, %s) > 0 AND day >= %s GROUP BY 1, 2 ORDER BY 1
"""
_HOLDING = """
    SELECT m.holder_org_id, count(*), count(*) FILTER (WHERE m.due < %s),
      count(*) FILTER (WHERE c.asked AND c.answered IS NULL),
      count(*) FILTER (WHERE m.due < %s AND m.due >= %s)
    FROM loop_matter m JOIN loop_course c ON c.matter = m.id
    WHERE m.is_open AND m.holder_org_id IS NOT NULL AND m.kind = ANY(%s)
      AND strpos(m.sides, %s) > 0 GROUP BY GROUPING SETS ((1), ())
"""
#: Organisation, how many, half within, nine in ten within, and the days of each where they are few.
_DAYS = """
    SELECT org, count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY days),
      percentile_disc(0.9) WITHIN GROUP (ORDER BY days),
      CASE WHEN count(*) < %s THEN array_agg(days ORDER BY days) END
    FROM ({}) took GROUP BY GROUPING SETS ((1), ())
"""
_ANSWERED = _DAYS.format(
    "SELECT answered_by AS org, answered - raised AS days FROM loop_course WHERE asked"
    " AND kind = ANY(%s) AND strpos(sides, %s) > 0 AND answered >= %s"
)
_CONFIRMED = _DAYS.format(
    "SELECT org, closed - raised AS days FROM loop_course WHERE how = 'confirmed'"
    " AND raised IS NOT NULL AND org IS NOT NULL"
    " AND kind = ANY(%s) AND strpos(sides, %s) > 0 AND closed >= %s"
)
_ENDED = """
    SELECT d.org, count(*) FILTER (WHERE d.ended <= d.due), count(*) FILTER (WHERE d.ended > d.due)
    FROM loop_dueday d JOIN loop_course c USING (matter)
    WHERE c.kind = ANY(%s) AND strpos(c.sides, %s) > 0 AND d.due >= %s GROUP BY GROUPING SETS ((1), ())
"""
_BOTH = """
    SELECT *, count(*) OVER () FROM (SELECT d.matter, d.entry, d.org, d.due, d.ended, c.kind FROM loop_dueday d
    JOIN loop_course c USING (matter) WHERE c.kind = ANY(%s) AND strpos(c.sides, %s) > 0
      AND d.due >= %s AND (%s = 0 OR d.org = %s) AND (d.ended <= d.due) = %s
    UNION ALL
    SELECT m.id, NULL, m.holder_org_id, m.due, NULL, m.kind FROM loop_matter m
    WHERE m.is_open AND m.holder_org_id IS NOT NULL AND m.kind = ANY(%s) AND strpos(m.sides, %s) > 0
      AND m.due >= %s AND (%s = 0 OR m.holder_org_id = %s) AND m.due < %s AND NOT %s) due_days
    ORDER BY 4 DESC, 1 DESC LIMIT %s OFFSET %s
"""


class DueDay(NamedTuple):
    """`entry` and `ended` are None where the matter is still there."""

    matter: int
    entry: int | None
    org: int
    due: date
    ended: date | None
    kind: str
    n: int  # of all of them


def due_days(
    kept: bool, today: date, since: date | None, side: str, org: int, start: int, size: int
) -> list[DueDay]:
    """Due days kept, or not, newest first: of an organisation, or of all (0)."""
    kinds, first = listed_kinds(), since or date.min
    asked = (kinds, side, first, org, org, kept)
    still = (kinds, side, first, org, org, today, kept)
    (rows,) = ask_all(Question(_BOTH, (*asked, *still, size, start)))
    return [DueDay(*row) for row in rows]
