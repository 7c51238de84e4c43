"""Matters as cards, and one matter with its names. The same words are drawn once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet
from django.http import Http404
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from pilin.engine.models import Matter
from pilin.engine.positions import named, registers, with_names

from .asking import Question, ask, ask_all, question
from .drawn import Pieces
from .paging import Slice, cut, following


class Row(NamedTuple):
    """What is read of a matter to show it among others."""

    id: int
    kind: str
    procedure: int
    state: str
    is_open: bool
    title: str
    place_id: int | None
    sides: str
    org_id: int | None
    holder_org_id: int | None
    holder_role: str
    holder_person: str
    due: date | None
    last: int


CARD, SPAN = "components/matter_card.html", "components/span.html"
_drawn = Pieces(8192)  # of about a kilobyte each


def card_rows(rows: QuerySet[Matter]) -> Question:
    """The question for these matters as cards show them."""
    return question(rows.values_list(*Row._fields))


def read(asked: Question) -> tuple[Row, ...]:
    return read_all(asked)[0]


def read_all(*asked: Question) -> list[tuple[Row, ...]]:
    """What each of these questions finds, asked in one trip."""
    return [tuple(map(Row._make, rows)) for rows in ask_all(*asked)]


def card_slice(rows: QuerySet[Matter], order: Sequence[str], after: str, size: int) -> Slice:
    """A page of these matters as cards show them."""
    return cut(read(card_rows(following(rows, order, after, size))), order, size)


def cards(rows: Iterable[Row]) -> SafeString:
    """Items of a list: a card for each row. No query."""
    return mark_safe("".join([f"<li>{card}</li>" for card in _each(rows, CARD)]))


def drawn(rows: Iterable[Row], template: str = CARD) -> list[SafeString]:
    """Each row as a card, or as another template has it. No query."""
    return list(_each(rows, template))


def items(shown: Iterable[SafeString]) -> SafeString:
    """Items of a list, of cards that were drawn one by one."""
    return mark_safe("".join([f"<li>{card}</li>" for card in shown]))


def spans(rows: Iterable[Row]) -> SafeString:
    """Items of the list of what crosses the border."""
    return mark_safe("".join([span.rstrip() for span in _each(rows, SPAN)]))


def card_of(matter: Matter) -> SafeString:
    """The card of a matter at hand."""
    return next(_each([row_of(matter)], CARD))


def row_of(matter: Matter) -> Row:
    return Row._make([getattr(matter, name) for name in Row._fields])


def _each(rows: Iterable[Row], template: str) -> Iterator[SafeString]:
    """By what is shown, the names of it, the language and the day: the card says what is late."""
    here = registers()
    also = (template, here.version, get_language(), timezone.localdate())

    def draw(row: Row) -> SafeString:
        matter = Matter.from_db(connection.alias, Row._fields, row)
        return render_to_string(template, {"matter": with_names(matter, here)})

    for row in rows:
        yield _drawn.of((row, also), partial(draw, row))


_FIELDS = [f.attname for f in Matter._meta.concrete_fields if f.attname != "search"]
_ONE = f"SELECT {', '.join(_FIELDS)} FROM loop_matter WHERE id = %s"


def matter_row(key: int) -> tuple[Any, ...]:
    """What is read of a matter to show it; what it is found by is left where it is."""
    for row in ask(Question(_ONE, (key,))):
        return row
    raise Http404


def matter_of(row: tuple[Any, ...]) -> Matter:
    """The matter, with its names."""
    return named([Matter.from_db(connection.alias, _FIELDS, row)])[0]


def matter_or_404(key: int) -> Matter:
    return matter_of(matter_row(key))
