"""The sheet 勇为好市民 (awards that were given)."""

from __future__ import annotations

from collections.abc import Iterable

from pilin.wording.values import Unclear, in_yuan, parse_day, parse_quantity, plain
from pilin.workbook.sheets import Book, Change, Column, Row, known_parties, matter_sheet, source_row

from .models import Nomination

COLUMNS = (
    Column("事迹", "title", ("事由",), required=True, width=40),
    Column("评定单位", "org", ("受理单位",), required=True, width=24),
    Column("行为日期", "day", ("日期",), required=True, width=14),
    Column("地点", "place", (), width=16),
    Column("奖金", "amount", (), width=12),
)


def understand(row: Row, book: Book) -> Iterable[Change]:
    if row.lacks(COLUMNS):
        return
    try:
        day, money = (
            parse_day(row.values.get("day")),
            parse_quantity(row.values.get("amount"), "元"),
        )
    except Unclear as unclear:
        row.doubt("day", unclear.why)
        return
    org = book.organisation_called(row.text("org")) or row.text("org")
    place = book.place(row.text("place")) if row.text("place") else None
    yield from known_parties(row, book, {"org": [org]})
    title = row.text("title")[:60]
    yield Change(
        "nomination",
        title,
        {
            "title": title,
            "day": day,
            "parties": [org],
            **({"amount": plain(money.value)} if money else {}),
            **({"place": place} if place else {}),
            "source_row": source_row(row, COLUMNS),
        },
    )


def _as_row(found: Nomination) -> dict[str, str]:
    matter = found.matter
    return {
        "title": matter.title,
        "org": matter.org.name if matter.org else "",
        "day": found.day.isoformat(),
        "place": matter.place.name if matter.place else "",
        "amount": in_yuan(found.amount) if found.amount is not None else "",
    }


AWARDS = matter_sheet(
    Nomination,
    "勇为好市民",
    "勇为好市民名册",
    COLUMNS,
    also=("见义勇为人员",),
    understand=understand,
    key=lambda row: row["title"][:60],
    as_row=_as_row,
    related=("matter__org", "matter__place"),
    only=lambda rows: rows.filter(conferred__isnull=False),
    order=88,
)
