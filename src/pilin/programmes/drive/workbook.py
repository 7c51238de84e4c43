"""The sheet 捐赠: what was collected and handed over, several rows a drive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from pilin.loop.sheets import Book, Change, Column, Row, Sheet, add, carry_matter, cell, nothing
from pilin.loop.values import parse_quantity

from .models import Drive

COLUMNS = (
    Column("批次", "batch", ("捐赠批次", "活动"), required=True, width=24),
    Column("物品", "goods", ("物资", "名称"), required=True, width=24),
    Column("数量", "count", required=True),
    Column("单位", "unit", width=8),
    Column("备注", "note", width=24),
)


def load(book: Book) -> None:
    for d in Drive.objects.select_related("matter").order_by("pk"):
        if d.source_row:
            book.learn("drive", d.matter.title, {"source_row": d.source_row}, d.pk)


def together(rows: Sequence[Row], book: Book) -> Iterator[tuple[Row, Change]]:
    drives: dict[str, list[Row]] = {}
    for row in rows:
        if not (row.text("batch") and row.text("goods")):
            row.doubt("batch", _("there is no name; the row was left out"))
            continue
        drives.setdefault(row.text("batch")[:200], []).append(row)
    for title, own in drives.items():
        items = [item for row in own if (item := _item(row))]
        source = [{c.field: row.text(c.field) for c in COLUMNS} for row in own]
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
    for d in Drive.objects.select_related("matter").order_by("pk"):
        for row in d.source_row or _as_rows(d):
            yield tuple(cell(row[c.field]) for c in COLUMNS)


def _as_rows(d: Drive) -> Iterable[dict[str, str]]:
    for i in d.items.order_by("number"):
        yield {
            "batch": d.matter.title,
            "goods": i.name,
            "count": str(i.came),
            "unit": i.unit,
            "note": str(d.matter.state_title),
        }


DRIVES = add(
    Sheet(
        name="捐赠",
        title="捐赠与募集",
        columns=COLUMNS,
        load=load,
        understand=nothing,
        together=together,
        carry={"drive": carry_matter("drive", lambda f: "record")},
        export=export,
        order=60,
        required=False,
    )
)
