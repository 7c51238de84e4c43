"""The sheet 协商驿站: how far a town is covered with stations, and its hall."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from pilin.engine.attributes import given
from pilin.wording.values import Unclear, parse_quantity
from pilin.workbook.sheets import Book, Change, Column, Row, Sheet, column, organisation

from .models import Coverage


def load(book: Book) -> None:
    key_of = {pk: key for (what, key), pk in book.ids.items() if what == "place"}
    for c in Coverage.objects.select_related("place"):
        book.learn("coverage", key_of[c.place_id], given(Coverage, c), c.place_id)


def understand(row: Row, book: Book) -> Iterable[Change]:
    town = book.place(row.text("town"))
    if town is None:
        row.doubt("town", _("this place is not in the register; the row was left out"))
        return
    counts = {name: _count(row, name) for name in ("villages", "stations", "sessions")}
    if counts["villages"] is None or counts["stations"] is None:
        return
    platform = row.text("platform")
    if platform and not book.has_organisation(platform):
        yield organisation(
            platform, "hall", [town], book, category_wording="民生议事堂", where=row.text("town")
        )
    yield Change("coverage", town, {**counts, "platform": platform})


def _count(row: Row, name: str) -> int | None:
    try:
        found = parse_quantity(row.values.get(name))
        return int(found.value) if found else None
    except (Unclear, ValueError):
        row.doubt(name, _("this is no whole number; the row was left out"))
        return None


def carry_coverage(change: Change, session: Any) -> None:
    place = session.ids["place", change.key]
    session.record("coverage", change.key, {**change.fields, "place": place})


def export() -> Iterator[Sequence[Any]]:
    for c in Coverage.objects.select_related("place").order_by("place_id"):
        yield c.place.name, *given(Coverage, c).values()


STATIONS = Sheet(
    name="协商驿站",
    title="协商驿站建设情况",
    also=("驿站", "议事驿站", "驿站名录"),
    columns=(
        Column("镇", "town", ("乡镇", "镇街道"), required=True),
        *(column(Coverage, name) for name in ("villages", "stations", "platform", "sessions")),
    ),
    load=load,
    understand=understand,
    carry={"coverage": carry_coverage},
    export=export,
    order=30,
)
