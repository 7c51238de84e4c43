"""The sheet 协议: the register of agreements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from pilin.wording.values import parse_moment, parse_quantity
from pilin.workbook.sheets import (
    Book,
    Change,
    Column,
    Row,
    Sheet,
    carry_matter,
    cell,
    known_parties,
    names,
)

from .models import Agreement

COLUMNS = (
    Column("序号", "serial", ("编号",), width=8),
    Column("协议名称", "title", ("名称",), required=True, width=44),
    Column("甲方", "left", required=True, width=24),
    Column("乙方", "right", required=True, width=24),
    Column("签订时间", "signed_on", ("签署时间", "签订日期")),
    Column("重点领域(个)", "field_count", ("领域数", "重点领域")),
    Column("已列领域", "fields", ("领域",), width=36),
)


def load(book: Book) -> None:
    for a in Agreement.objects.select_related("matter").order_by("pk"):
        book.learn("agreement", a.matter.title, {"source_row": a.source_row or _as_row(a)}, a.pk)


def understand(row: Row, book: Book) -> Iterable[Change]:
    title = row.text("title")
    if not title:
        row.doubt("title", _("there is no name; the row was left out"))
        return
    parties = [*names(row.text("left")), *names(row.text("right"))]
    yield from known_parties(
        row, book, {"left": names(row.text("left")), "right": names(row.text("right"))}
    )
    fields = {
        "title": title[:200],
        "serial": row.text("serial")[:20],
        "left": row.text("left")[:300],
        "right": row.text("right")[:300],
        "parties": parties,
        "fields": [f[:60] for f in names(row.text("fields"))],
        "field_count": row.read("field_count", parse_quantity),
        "signed_on": row.read("signed_on", parse_moment),
        "source_row": {c.field: row.text(c.field) for c in COLUMNS},
    }
    yield Change("agreement", title[:200], fields)


def export() -> Iterator[Sequence[Any]]:
    for a in Agreement.objects.select_related("matter").order_by("pk"):
        row = {
            **_as_row(a),
            **{k: v for k, v in a.source_row.items() if k in ("signed_on", "field_count")},
        }
        yield tuple(map(cell, row.values()))


def _as_row(a: Agreement) -> dict[str, Any]:
    return {
        "serial": a.serial,
        "title": a.matter.title,
        "left": a.left,
        "right": a.right,
        "signed_on": (a.signed_on or {}).get("wording", ""),
        "field_count": (a.field_count or {}).get("wording", ""),
        "fields": ";".join(a.fields),
    }


AGREEMENTS = Sheet(
    name="协议",
    title="毗邻合作协议台账",
    columns=COLUMNS,
    load=load,
    understand=understand,
    carry={"agreement": carry_matter("agreement", lambda f: "record")},
    export=export,
    order=35,
    required=False,
)
