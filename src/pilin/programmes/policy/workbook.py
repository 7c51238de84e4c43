"""The sheet 政策与制度: documents, with what they require."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from pilin.engine.attributes import attributes_of, given
from pilin.wording.values import Unclear, parse_moment
from pilin.workbook.sheets import Book, Change, Row, Sheet, column, nothing

from .models import Document

COLUMNS = tuple(column(Document, a.name) for a in attributes_of(Document))


def load(book: Book) -> None:
    for d in Document.objects.order_by("id"):
        book.learn("document", d.title, given(Document, d), d.pk)


def together(rows: Sequence[Row], book: Book) -> Iterator[tuple[Row, Change]]:
    """A date without its year takes that of the sheet's other dates, where they agree, and says so."""
    years = {m.start.year for row in rows if (m := _moment(row)) is not None}
    year = years.pop() if len(years) == 1 else None
    for row in rows:
        title = row.text("title")
        if not title:
            row.doubt("title", _("there is no name; the row was left out"))
            continue
        meeting = row.read("meeting", lambda v: parse_moment(v, year=year))
        if meeting and meeting.get("inferred"):
            row.doubt("meeting", _("the year is not said; it was taken from the rows beside it"))
        wanted = [w.strip()[:200] for w in re.split("[;；]", row.text("requirements")) if w.strip()]
        fields = {
            "title": title[:200],
            "type": row.text("type")[:30],
            "meeting": meeting,
            "requirements": wanted,
        }
        yield row, Change("document", title[:200], fields)


def _moment(row: Row) -> Any:
    try:
        return parse_moment(row.values.get("meeting"))
    except Unclear:
        return None


def carry_document(change: Change, session: Any) -> None:
    session.record("document", change.key, dict(change.fields))


def export() -> Iterator[Sequence[Any]]:
    for d in Document.objects.order_by("id"):
        yield [a.cell(getattr(d, a.name)) for a in attributes_of(Document)]


DOCUMENTS = Sheet(
    name="政策与制度",
    title="政策与制度",
    also=("政策", "制度", "政策制度", "政策清单"),
    columns=COLUMNS,
    load=load,
    understand=nothing,
    together=together,
    carry={"document": carry_document},
    export=export,
    order=80,
)
