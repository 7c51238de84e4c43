"""The sheet 督办事项: what meetings required, with what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pilin.engine.positions import registers
from pilin.wording.values import Unclear, parse_day
from pilin.workbook.sheets import Book, Change, Column, Row, known_parties, matter_sheet, source_row

from .models import Task

COLUMNS = (
    Column("事项", "title", ("任务", "督办事项", "议定事项"), required=True, width=40),
    Column("承办单位", "lead", ("责任单位", "牵头单位"), required=True, width=20),
    Column("配合单位", "helpers", ("协办单位",), width=24),
    Column("时限", "due", ("完成时限", "期限"), required=True, width=14),
    Column("会议", "meeting", ("会议名称", "来源"), required=True, width=28),
    Column("会议日期", "day", ("日期",), width=14),
    Column("原文", "sentence", ("依据",), width=48),
)


def understand(row: Row, book: Book) -> Iterable[Change]:
    if row.lacks(COLUMNS):
        return
    days: dict[str, Any] = {}
    for name in ("due", "day"):
        if row.text(name):
            try:
                days[name] = parse_day(row.values.get(name))
            except Unclear as unclear:
                row.doubt(name, unclear.why)
                return
    lead = book.organisation_called(row.text("lead")) or row.text("lead")
    yield from known_parties(row, book, {"lead": [lead]})
    title = row.text("title")[:80]
    yield Change(
        "task",
        title,
        {
            "title": title,
            "meeting": row.text("meeting")[:200],
            "sentence": row.text("sentence")[:600],
            "helpers": row.text("helpers")[:200],
            **days,
            "parties": [lead],
            "source_row": source_row(row, COLUMNS),
        },
    )


def _as_row(found: Task) -> dict[str, str]:
    helpers = [registers().organisation(key) for key in found.helpers]
    source = found.matter.source
    return {
        "title": found.matter.title,
        "lead": found.lead.name,
        "helpers": "、".join(o.name for o in helpers if o) or found.helpers_words,
        "due": found.said_day.isoformat(),
        "meeting": source.title if source else found.meeting_words,
        "day": found.day.isoformat() if found.day else "",
        "sentence": " ".join(found.sentence.split()),
    }


TASKS = matter_sheet(
    Task,
    "督办事项",
    "会议督办事项",
    COLUMNS,
    also=("督办", "会议督办", "任务清单"),
    understand=understand,
    key=lambda row: row["title"][:80],
    as_row=_as_row,
    related=("matter__source", "lead"),
    order=91,
)
