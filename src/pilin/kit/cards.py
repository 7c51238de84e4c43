"""Matters as cards. What a card shows is few words: the same words are drawn once.

A card is kept under everything that it shows, so there is nothing that could make it stale.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from pilin.engine.models import Matter
from pilin.engine.positions import registers
from pilin.people.models import Organisation, Place

from .paging import Slice, slice_of

#: What is read of a matter to show it among others; those before `last` stand on its card.
COLUMNS = (
    "place_id",
    "org_id",
    "holder_org_id",
    "id",
    "kind",
    "procedure",
    "state",
    "title",
    "is_open",
    "sides",
    "holder_role",
    "holder_person",
    "due",
    "last",
)
SHOWN = COLUMNS[3:-1]
CARD, SPAN = "components/matter_card.html", "components/span.html"
#: Cards kept in a process, of about a kilobyte each.
ROOM = 8192


def cards(rows: Iterable[Sequence[Any]]) -> SafeString:
    """Items of a list: a card for each row of `COLUMNS`. No query."""
    return mark_safe("".join([f"<li>{card}</li>" for card in _each(rows, CARD)]))


def spans(rows: Iterable[Sequence[Any]]) -> SafeString:
    """Items of the list of what crosses the border."""
    return mark_safe("".join([span.rstrip() for span in _each(rows, SPAN)]))


def _each(rows: Iterable[Sequence[Any]], template: str) -> Iterator[SafeString]:
    known, language, today = registers(), get_language(), timezone.localdate()
    for row in rows:
        place, org = known.place(row[0]), known.organisation(row[1])
        holder = known.organisation(row[2])
        yield _drawn(
            template,
            row[3:13],
            org.name if org else "",
            place.name if place else "",
            place.side if place else "",
            holder.name if holder else "",
            language,
            today,
        )


def card_of(matter: Matter) -> SafeString:
    """The card of a matter at hand."""
    place, org, holder = matter.place, matter.org, matter.holder_org
    return _drawn(
        CARD,
        tuple(getattr(matter, name) for name in SHOWN),
        org.name if org else "",
        place.name if place else "",
        place.side if place else "",
        holder.name if holder else "",
        get_language(),
        timezone.localdate(),
    )


@lru_cache(ROOM)
def _drawn(
    template: str,
    shown: tuple[Any, ...],
    org: str,
    place: str,
    side: str,
    holder: str,
    language: str | None,
    today: date,
) -> SafeString:
    """Depends on nothing but its arguments: the template reads the last two by itself."""
    matter = Matter(**dict(zip(SHOWN, shown, strict=True)))
    matter.org = Organisation(name=org) if org else None
    matter.place = Place(name=place, side=side) if place else None
    matter.holder_org = Organisation(name=holder) if holder else None
    return render_to_string(template, {"matter": matter})


def card_rows(rows: QuerySet[Matter]) -> QuerySet[Any]:
    """These matters as rows to make cards of."""
    return rows.values_list(*COLUMNS, named=True)


def card_slice(rows: QuerySet[Matter], order: Sequence[str], after: str, size: int = 50) -> Slice:
    """A page of these matters as rows to make cards of."""
    return slice_of(card_rows(rows), order, after, size)


def named(matters: Iterable[Matter]) -> list[Matter]:
    """These matters with organisation, place and holder as the registers have them: no joins."""
    known, found = registers(), list(matters)
    for matter in found:
        cache = matter._state.fields_cache
        cache["org"] = known.organisation(matter.org_id)
        cache["place"] = known.place(matter.place_id)
        cache["holder_org"] = known.organisation(matter.holder_org_id)
    return found
