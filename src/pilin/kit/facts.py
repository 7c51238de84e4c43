"""What a programme shows on a matter's page, as data: one template draws it for all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _

from pilin.engine.attributes import attributes_of
from pilin.engine.procedure import Words
from pilin.people.models import Organisation
from pilin.wording import reading

TEMPLATE = "kit/facts.html"


@dataclass(frozen=True)
class Link:
    words: Words
    url: str


@dataclass(frozen=True)
class Table:
    """Rows of cells under `heads`; the columns in `numbers` (from 0) are set right-aligned.

    `ids` are the rows' own anchors, where something leads to one of them.
    """

    title: Words
    heads: Sequence[Words]
    rows: Sequence[Sequence[Any]]
    numbers: Sequence[int] = ()
    note: Words = ""
    ids: Sequence[str] = ()

    @property
    def cells(self) -> Iterator[tuple[str, list[tuple[Words, bool, Any]]]]:
        """Row by row its anchor or "", and the head each cell stands under, whether it is a number, and
        the cell."""
        for at, row in zip_longest(self.ids, self.rows, fillvalue=""):
            labelled = zip(self.heads, row, strict=True)
            yield at, [(head, n in self.numbers, cell) for n, (head, cell) in enumerate(labelled)]


@dataclass(frozen=True)
class Facts:
    """`rows` are (label, value): a value is words, a Link, or a list of these. Empty ones fall out."""

    title: Words
    rows: Sequence[tuple[Words, Any]] = ()
    tables: Sequence[Table] = ()
    links: Sequence[Link] = field(default=())

    def context(self) -> Mapping[str, Any]:
        shown = [(label, v if isinstance(v, list) else [v]) for label, v in self.rows if v]
        return {
            "facts_title": self.title,
            "facts_rows": shown,
            "facts_tables": [t for t in self.tables if t.rows],
            "facts_links": self.links,
        }


def rows_of(row: Model, **instead: Any) -> list[tuple[Words, Any]]:
    """What is shown of a row's attributes, as (label, value), in their order.

    `instead` gives by name what is shown in place of the attribute's own value.
    """
    return [
        (a.label, instead[a.name] if a.name in instead else a.words(getattr(row, a.name)))
        for a in attributes_of(type(row))
        if a.shown
    ]


def org_links(keys: Sequence[int]) -> list[Link]:
    """Links to organisations, in the order of sides and names. One query."""
    rows = Organisation.objects.filter(pk__in=list(keys)).order_by("sides", "name")
    return [Link(o.called, reverse("web:organisation", args=[o.pk])) for o in rows]


def wording(value: Mapping[str, Any] | None) -> str:
    """A quantity or a moment in the register's own words."""
    return str((value or {}).get("wording") or "")


def when(value: Mapping[str, Any] | None) -> str:
    """A moment for reading: a Chinese register's own words on a Chinese page; else by its precision,
    as far as it is a day, a month or a year."""
    words = wording(value)
    if not value or (reading.in_chinese() and not words.isascii()):
        return words
    start = date.fromisoformat(value["start"])
    known = {"day": reading.day(start), "month": reading.month(start), "year": str(start.year)}
    return known.get(str(value.get("precision")), words)


def money(value: Mapping[str, Any] | None) -> str:
    """A quantity of yuan for reading: the register's own words on a Chinese page, and the amount
    elsewhere, "over" it where that is what they say."""
    if not value or not value.get("value") or reading.in_chinese():
        return wording(value)
    amount = reading.yuan(value["value"])
    return _("over %(amount)s") % {"amount": amount} if value.get("at_least") else amount
