"""The sheet 顾问人才 (advisers and specialists): what is sought or offered, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilin.forms.validators import names_a_child
from pilin.wording.values import Unclear, parse_day, parse_quantity, plain
from pilin.workbook.sheets import (
    Book,
    Change,
    Column,
    Row,
    known_parties,
    matter_sheet,
    source_row,
)

from .models import Placement

WORDS = {"需求": "sought", "寻求": "sought", "供给": "offered", "可派": "offered"}
COLUMNS = (
    Column("供需", "direction", ("方向", "类型"), required=True, width=8),
    Column("事项", "title", ("名称",), required=True, width=36),
    Column("单位", "org", ("提出单位",), required=True, width=20),
    Column("领域", "field", ("专业",), required=True, width=16),
    Column("人员说明", "role", ("人员",), width=24),
    Column("约定天数", "days", ("天数",), required=True, width=10),
    Column("开始", "start", ("开始日期",), required=True, width=12),
    Column("截止", "until", ("截止日期",), required=True, width=12),
    Column("对方单位", "other", ("对接单位",), width=20),
    Column("已服务天数", "worked", (), width=10),
)


def understand(row: Row, book: Book) -> Iterable[Change]:
    if row.lacks(COLUMNS):
        return
    direction = WORDS.get(row.text("direction"))
    if direction is None:
        row.doubt("direction", _("write 需求 or 供给; the row was left out"))
        return
    if named := next((n for n in ("title", "role") if names_a_child(row.text(n))), None):
        row.values[named] = ""
        row.doubt(named, _("this may name a child; the row was left out"))
        return
    at = "start"
    try:
        start = parse_day(row.values.get("start"))
        at = "until"
        until = parse_day(row.values.get("until"))
        at = "days"
        days = parse_quantity(row.values.get("days"), "天")
        at = "worked"
        worked = parse_quantity(row.values.get("worked"), "天")
    except Unclear as unclear:
        row.doubt(at, unclear.why)
        return
    if until < start:
        row.doubt("until", _("the last day is before the first; the row was left out"))
        return
    if days is None or not 0 < days.value < 1000 or (worked and worked.value > days.value):
        row.doubt("days", _("the days do not fit one another; the row was left out"))
        return
    org = book.organisation_called(row.text("org")) or row.text("org")
    other = row.text("other")
    other = (book.organisation_called(other) or other) if other not in ("", "—") else ""
    yield from known_parties(row, book, {"org": [org], "other": [other] if other else []})
    title = row.text("title")[:80]
    yield Change(
        "placement",
        title,
        {
            "title": title,
            "direction": direction,
            "field": row.text("field")[:60],
            "role": row.text("role")[:80],
            "days": plain(days.value),
            "worked": plain(worked.value) if worked else None,
            "start": start,
            "until": until,
            "due_day": until,
            "parties": [org, *([other] if other else [])],
            "source_row": source_row(row, COLUMNS),
        },
    )


def opening(fields: Mapping[str, Any]) -> str:
    """Past where its time is over; placed where the register names both sides."""
    if fields["until"] < timezone.localdate().isoformat():
        return "record_past"
    return "record_placed" if len(fields["parties"]) > 1 else "record"


def _as_row(p: Any) -> dict[str, str]:
    other = p.sender if p.direction == "sought" else p.receiver
    worked = (p.confirmed or Decimal(0)) + (p.register_days or 0)
    return {
        "direction": "需求" if p.direction == "sought" else "供给",
        "title": p.matter.title,
        "org": p.matter.org.name if p.matter.org else "",
        "field": p.field,
        "role": p.role,
        "days": plain(p.days),
        "start": p.start.isoformat(),
        "until": p.until.isoformat(),
        "other": other.name if other else "",
        "worked": plain(worked) if worked else "",
    }


def _days(words: str) -> str:
    found = parse_quantity(words, "天")
    return plain(found.value) if found else ""


#: How a cell is compared with what stands here: as itself, where nothing else is said.
_READ = {"direction": lambda words: WORDS[words], "start": parse_day, "until": parse_day}
_READ |= {"days": _days, "worked": _days}


def _row(p: Any) -> dict[str, str]:
    """As it stands now, in the register's own words where these say the same."""
    own, before = _as_row(p), p.source_row
    if before:
        own["org"] = before["org"]
        for name, read in _READ.items():
            if read(before[name]) == read(own[name]):
                own[name] = before[name]
    return own


def _with_days(rows: Any) -> Any:
    return rows.annotate(confirmed=Sum("work__days", filter=Q(work__stands="confirmed")))


ADVISERS = matter_sheet(
    Placement,
    "顾问人才",
    "顾问和专业人才交流台账",
    COLUMNS,
    understand=understand,
    key=lambda row: row["title"][:80],
    as_now=_row,
    step=opening,
    related=("matter", "matter__org", "sender", "receiver"),
    only=_with_days,
    order=47,
    also=("顾问", "人才交流", "顾问与专业人才"),
)
