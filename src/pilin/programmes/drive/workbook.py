"""The sheet 捐赠: what was collected and handed over, several rows a drive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from pilin.wording.values import parse_quantity
from pilin.workbook.sheets import (
    Book,
    Change,
    Column,
    Row,
    Sheet,
    carry_matter,
    cell,
    column,
    in_chinese,
    nothing,
    source_row,
)

from .models import Drive, Item

COLUMNS = (
    Column("批次", "batch", ("捐赠批次", "活动"), required=True, width=24),
    column(Item, "name"),
    column(Item, "came"),
    Column("单位", "unit", width=8),
    Column("备注", "note", width=24),
)


def load(book: Book) -> None:
    for d in _drives():
        book.learn("drive", d.matter.title, {"source_row": _as_rows(d)}, d.pk)


def _drives() -> Iterable[Drive]:
    return Drive.objects.select_related("matter").prefetch_related("items").order_by("pk")


def together(rows: Sequence[Row], book: Book) -> Iterator[tuple[Row, Change]]:
    drives: dict[str, list[Row]] = {}
    for row in rows:
        if not (row.text("batch") and row.text("goods")):
            row.doubt("batch", _("there is no name; the row was left out"))
            continue
        drives.setdefault(row.text("batch")[:200], []).append(row)
    for title, own in drives.items():
        items = [item for row in own if (item := _item(row))]
        source = [source_row(row, COLUMNS) for row in own]
        yield own[0], Change("drive", title, {"title": title, "items": items, "source_row": source})


def _item(row: Row) -> dict[str, Any] | None:
    found = row.read("count", parse_quantity)
    if not found or "value" not in found or not found["value"].isdigit():
        row.doubt("count", _("this is no whole number; the row was left out"))
        return None
    return {
        "name": row.text("goods")[:60],
        "unit": row.text("unit")[:12],
        "count": int(found["value"]),
        "at_least": found["at_least"],
        "wording": found["wording"] if found["at_least"] or found["about"] else "",
    }


def export() -> Iterator[Sequence[Any]]:
    for d in _drives():
        for row in _as_rows(d):
            yield tuple(cell(row[c.field]) for c in COLUMNS)


def _as_rows(d: Drive) -> list[dict[str, str]]:
    """The register's own words, or what Pilin writes into it."""
    return d.source_row or [
        {
            "batch": d.matter.title,
            "goods": i.name,
            "count": str(i.came),
            "unit": i.unit,
            "note": in_chinese(d.matter.state_title),
        }
        for i in sorted(d.items.all(), key=lambda i: i.number)
    ]


DRIVES = Sheet(
    name="捐赠",
    title="捐赠与募集",
    also=("捐赠物资", "捐赠清单", "物资清单"),
    columns=COLUMNS,
    load=load,
    understand=nothing,
    together=together,
    carry={"drive": carry_matter("drive", lambda f: "record")},
    export=export,
    order=60,
)
