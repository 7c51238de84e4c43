"""Matters as cards, and one matter with its names. The same words are drawn once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet
from django.http import Http404
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from pilin.engine.models import Matter
from pilin.engine.positions import named, registers
from pilin.people.models import Organisation, Place

from .asking import Question, ask, question
from .drawn import Drawn
from .paging import Slice, cut, following


class Row(NamedTuple):
    """What is read of a matter to show it among others."""

    place_id: int | None
    org_id: int | None
    holder_org_id: int | None
    id: int
    kind: str
    procedure: int
    state: str
    title: str
    is_open: bool
    sides: str
    holder_role: str
    holder_person: str
    due: date | None
    last: int


SHOWN = Row._fields[3:-1]  # the fields that stand on a card; the first three are named there
CARD, SPAN = "components/matter_card.html", "components/span.html"
_drawn = Drawn(8192)  # of about a kilobyte each


def card_rows(rows: QuerySet[Matter]) -> Question:
    """The question for these matters as cards show them."""
    return question(rows.values_list(*Row._fields))


def read(asked: Question) -> list[Row]:
    return [Row._make(row) for row in ask(asked)]


def card_slice(rows: QuerySet[Matter], order: Sequence[str], after: str, size: int) -> Slice:
    """A page of these matters as cards show them."""
    return cut(read(card_rows(following(rows, order, after, size))), order, size)


def cards(rows: Iterable[Row]) -> SafeString:
    """Items of a list: a card for each row. No query."""
    return mark_safe("".join([f"<li>{card}</li>" for card in _each(rows, CARD)]))


def spans(rows: Iterable[Row]) -> SafeString:
    """Items of the list of what crosses the border."""
    return mark_safe("".join([span.rstrip() for span in _each(rows, SPAN)]))


def card_of(matter: Matter) -> SafeString:
    """The card of a matter at hand."""
    shown = tuple(getattr(matter, name) for name in SHOWN)
    return _draw(CARD, shown, _names(matter.org, matter.place, matter.holder_org), _today())


def _each(rows: Iterable[Row], template: str) -> Iterator[SafeString]:
    known, today = registers(), _today()
    for row in rows:
        place, org, holder = row[:3]
        names = _names(known.organisation(org), known.place(place), known.organisation(holder))
        yield _draw(template, row[3:-1], names, today)


Names = tuple[str, str, str, str]


def _names(org: Organisation | None, place: Place | None, holder: Organisation | None) -> Names:
    return (
        org.name if org else "",
        place.name if place else "",
        place.side if place else "",
        holder.name if holder else "",
    )


def _today() -> date:
    return timezone.localdate()


def _draw(template: str, shown: tuple[Any, ...], names: Names, today: date) -> SafeString:
    """By what it shows and by the day, which the template reads for itself."""

    def draw() -> SafeString:
        org, place, side, holder = names
        matter = Matter(**dict(zip(SHOWN, shown, strict=True)))
        matter.org = Organisation(name=org) if org else None
        matter.place = Place(name=place, side=side) if place else None
        matter.holder_org = Organisation(name=holder) if holder else None
        return render_to_string(template, {"matter": matter})

    return _drawn.of((template, shown, names, today), draw)


_FIELDS = [f.attname for f in Matter._meta.concrete_fields if f.attname != "search"]
_ONE = f"SELECT {', '.join(_FIELDS)} FROM loop_matter WHERE id = %s"


def matter_or_404(key: int) -> Matter:
    """A matter to show, with its names; what it is found by is left where it is."""
    for row in ask(Question(_ONE, (key,))):
        return named([Matter.from_db(connection.alias, _FIELDS, row)])[0]
    raise Http404
