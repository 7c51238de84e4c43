"""The sheet 社情民意: how many suggestions a studio has written."""

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
)

from .models import Suggestion

COLUMNS = (
    Column("编撰单位", "studio", ("单位",), required=True, width=28),
    Column("类型", "type_wording", required=True, width=24),
    Column("件数", "count", ("数量",), required=True),
    Column("截至", "as_of", ("截至时间",)),
)


def load(book: Book) -> None:
    for s in Suggestion.objects.select_related("matter").order_by("pk"):
        if s.source_row:
            book.learn("suggestion", s.matter.title, {"source_row": s.source_row}, s.pk)


def understand(row: Row, book: Book) -> Iterable[Change]:
    studio, words = row.text("studio"), row.text("type_wording")
    if not (studio and words):
        row.doubt("studio", _("there is no name; the row was left out"))
        return
    yield from known_parties(row, book, {"studio": [studio]})
    title = f"{studio}：{words}"[:200]
    yield Change(
        "suggestion",
        title,
        {
            "title": title,
            "type_wording": words[:60],
            "parties": [studio],
            "count": row.read("count", lambda v: parse_quantity(v, unit="件")),
            "as_of": row.read("as_of", parse_moment),
            "source_row": {c.field: row.text(c.field) for c in COLUMNS},
        },
    )


def export() -> Iterator[Sequence[Any]]:
    for s in Suggestion.objects.order_by("pk"):
        if s.source_row:
            yield tuple(cell(s.source_row[c.field]) for c in COLUMNS)


SUGGESTIONS = Sheet(
    name="社情民意",
    title="社情民意信息及提案",
    columns=COLUMNS,
    load=load,
    understand=understand,
    carry={"suggestion": carry_matter("suggestion", lambda f: "record_summary")},
    export=export,
    order=50,
    required=False,
)
