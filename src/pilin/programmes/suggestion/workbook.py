"""The sheet 社情民意: how many suggestions a studio has written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as _

from pilin.wording.values import parse_moment, parse_quantity
from pilin.workbook.sheets import (
    Book,
    Change,
    Row,
    column,
    known_parties,
    matter_sheet,
    source_row,
)

from .models import Suggestion

COLUMNS = tuple(column(Suggestion, n) for n in ("studio", "type_wording", "count", "as_of"))


def _title(row: Mapping[str, str]) -> str:
    return f"{row['studio']}：{row['type_wording']}"[:200]


def understand(row: Row, book: Book) -> Iterable[Change]:
    studio, words = row.text("studio"), row.text("type_wording")
    if not (studio and words):
        row.doubt("studio", _("there is no name; the row was left out"))
        return
    yield from known_parties(row, book, {"studio": [studio]})
    whole = source_row(row, COLUMNS)
    title = _title(whole)
    yield Change(
        "suggestion",
        title,
        {
            "title": title,
            "type_wording": words[:60],
            "parties": [studio],
            "count": row.read("count", lambda v: parse_quantity(v, unit="件")),
            "as_of": row.read("as_of", parse_moment),
            "source_row": whole,
        },
    )


SUGGESTIONS = matter_sheet(
    Suggestion,
    "社情民意",
    "社情民意信息及提案",
    COLUMNS,
    also=("提案", "社情民意信息", "提案清单"),
    understand=understand,
    key=_title,
    step=lambda fields: "record_summary",
    only=lambda rows: rows.exclude(source_row={}),
)
