"""The sheet 协议: the register of agreements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from pilin.kit.facts import wording
from pilin.wording.values import parse_moment, parse_quantity
from pilin.workbook.sheets import (
    Book,
    Change,
    Column,
    Row,
    Sheet,
    carry_matter,
    cell,
    column,
    known_parties,
    names,
    source_row,
)

from .models import Agreement

COLUMNS = (
    column(Agreement, "serial"),
    Column("协议名称", "title", ("名称",), required=True, width=44),
    *(column(Agreement, n) for n in ("left", "right", "signed_on", "field_count", "fields")),
)


def load(book: Book) -> None:
    for a in Agreement.objects.select_related("matter").order_by("pk"):
        book.learn("agreement", a.matter.title, {"source_row": a.source_row or _as_row(a)}, a.pk)


def understand(row: Row, book: Book) -> Iterable[Change]:
    title = row.text("title")
    if not title:
        row.doubt("title", _("there is no name; the row was left out"))
        return
    named = {side: names(row.text(side)) for side in ("left", "right")}
    yield from known_parties(row, book, named)
    fields = {
        "title": title[:200],
        "serial": row.text("serial")[:20],
        "left": row.text("left")[:300],
        "right": row.text("right")[:300],
        "parties": [*named["left"], *named["right"]],
        "fields": [f[:60] for f in names(row.text("fields"))],
        "field_count": row.read("field_count", parse_quantity),
        "signed_on": row.read("signed_on", parse_moment),
        "source_row": source_row(row, COLUMNS),
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
        "signed_on": wording(a.signed_on),
        "field_count": wording(a.field_count),
        "fields": ";".join(a.fields),
    }


AGREEMENTS = Sheet(
    name="协议",
    title="毗邻合作协议台账",
    also=("合作协议", "协议清单", "协议一览"),
    columns=COLUMNS,
    load=load,
    understand=understand,
    carry={"agreement": carry_matter("agreement", lambda f: "record")},
    export=export,
    order=35,
)
