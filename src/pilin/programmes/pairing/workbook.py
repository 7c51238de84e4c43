"""The sheet 结对: the register of pairings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilin.forms.validators import names_a_child
from pilin.wording.values import parse_moment, parse_quantity
from pilin.workbook.sheets import (
    Book,
    Change,
    Column,
    Row,
    column,
    in_chinese,
    matter_sheet,
    source_row,
)

from .models import TYPES, Pairing

WORDS = {
    "村社区党建联姻": "village",
    "村社区结对": "village",
    "产业联合党支部": "branch",
    "党支部结对": "branch",
    "学校结对": "school",
    "笔友": "penpals",
    "导师": "mentor",
    "结对帮扶": "support",
    "产业顾问": "adviser",
    "人才交流": "talent",
    "产销对接": "sales",
}
COLUMNS = (
    *(column(Pairing, name) for name in ("type_wording", "left", "right", "count")),
    Column("单位", "unit", width=10),
    column(Pairing, "period"),
)


def _title(row: Mapping[str, str]) -> str:
    return f"{row['type_wording']}：{row['left']}—{row['right']}"[:200]


def understand(row: Row, book: Book) -> Iterable[Change]:
    words, left, right = (row.text(n) for n in ("type_wording", "left", "right"))
    if not (words and left and right):
        row.doubt("type_wording", _("a pairing needs a type and two sides; the row was left out"))
        return
    for field, text in (("left", left), ("right", right)):
        if names_a_child(text):
            row.values[field] = ""
            row.doubt(field, _("this may name a child; the row was left out"))
            return
    kind = WORDS.get(words)
    if kind is None:
        row.doubt("type_wording", _("this type is not known; it is kept in words"))
    parties = []
    for field, name in (("left", left), ("right", right)):
        known = book.organisation_called(name)
        if known is None:
            row.doubt(field, _("in no register of places or organisations; it is kept in words"))
        sponsor = known or _inside(name, book)
        parties += [sponsor] if sponsor and sponsor not in parties else []
    count = row.read("count", lambda v: parse_quantity(v, unit=row.text("unit")))
    title = _title({"type_wording": words, "left": left, "right": right})
    yield Change(
        "pairing",
        title,
        {
            "title": title,
            "type": kind or "",
            "type_wording": words[:60],
            "left": left[:120],
            "right": right[:120],
            "parties": parties,
            "count": count,
            "period": row.read("period", parse_moment),
            "source_row": source_row(row, COLUMNS),
        },
    )


def _inside(words: str, book: Book) -> str | None:
    """The registered place that a wording names inside itself: 独山港镇辖区 means 独山港镇."""
    places = [fields["name"] for (what, _key), fields in book.known.items() if what == "place"]
    return next((name for name in places if name in words and book.place(name)), None)


def opening(fields: Mapping[str, Any]) -> str:
    """Past, where the register's stretch of time has ended or nobody registered is part of it."""
    period = fields["period"] or {}
    ended = period.get("precision") == "range" and date.fromisoformat(period["end"])
    past = bool(ended and ended < timezone.localdate())
    return "record_past" if past or not fields["parties"] else "record"


def _as_row(p: Pairing) -> dict[str, str]:
    """What Pilin writes into the register."""
    return {
        "type_wording": in_chinese(TYPES.get(p.type, p.type)),
        "left": p.left,
        "right": p.right,
        "count": str(len(p.pairs.all()) or 1),
        "unit": "对",
        "period": p.until.isoformat() if p.until else "",
    }


def _between_two(rows: Any) -> Any:
    """What is only sought or offered stands in no register."""
    return rows.exclude(right="").prefetch_related("pairs")


PAIRINGS = matter_sheet(
    Pairing,
    "结对",
    "结对共建一览",
    COLUMNS,
    also=("结对共建", "结对清单", "结对一览"),
    understand=understand,
    key=_title,
    as_row=_as_row,
    step=opening,
    only=_between_two,
    order=45,
)
