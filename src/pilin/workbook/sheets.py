"""Sheets of the workbook (台账), declared: what a programme reads from one and writes back.

A programme declares its sheet in its `workbook.py`; the workbook engine reads, plans, asks and
carries out. Rows refer to places and organisations by name until they are carried out, because
those may stand in another sheet of the same workbook.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pilin.engine.attributes import Attribute, attribute_of, attributes_of, kind_of
from pilin.engine.programme import registry
from pilin.wording.identity import identity
from pilin.wording.values import Unclear

Words = str | Promise


@dataclass(frozen=True)
class Column:
    """A column by its header; `also` are other headers it is known by."""

    name: str
    field: str
    also: tuple[str, ...] = ()
    required: bool = False
    width: int = 16


def column(model: type[Model], name: str) -> Column:
    """The column of an attribute that is declared with a header."""
    a = attribute_of(model, name)
    return Column(a.header, a.field, a.also, a.required, a.width)


@dataclass(frozen=True)
class Doubt:
    """A cell that was not understood, or understood with a reservation."""

    sheet: str
    cell: str
    why: Words
    wording: str = ""


@dataclass(frozen=True)
class Change:
    """What a row would bring: `what` names the type, `key` tells one from another."""

    what: str
    key: str
    fields: Mapping[str, Any]
    sheet: str = ""
    row: int = 0


@dataclass
class Row:
    """A body row: values by field, and where each stands."""

    sheet: str
    number: int
    values: dict[str, Any]
    cells: dict[str, str]
    doubts: list[Doubt] = field(default_factory=list)

    def text(self, name: str) -> str:
        value = self.values.get(name)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return " ".join(str(value).split()) if value not in (None, "") else ""

    def doubt(self, name: str, why: Words) -> None:
        self.doubts.append(Doubt(self.sheet, self.cells.get(name, ""), why, self.text(name)))

    def lacks(self, columns: Iterable[Column]) -> bool:
        """Whether a required cell is empty; the first that is, is doubted."""
        missing = next((c for c in columns if c.required and not self.text(c.field)), None)
        if missing is None:
            return False
        self.doubt(missing.field, _("this has to be filled in; the row was left out"))
        return True

    def read(self, name: str, reader: Callable[[Any], Any]) -> dict[str, Any] | None:
        """A quantity or moment as JSON; where it is unclear, its wording and a doubt."""
        try:
            found = reader(self.values.get(name))
        except Unclear as unclear:
            self.doubt(name, unclear.why)
            return {"wording": self.text(name)}
        return found.to_json() if found else None

    def attributes(self, attributes: Iterable[Attribute]) -> dict[str, Any]:
        """What the cells bring for a model's attributes; what is unclear is doubted and left out."""
        found: dict[str, Any] = {}
        for a in attributes:
            try:
                found[a.name] = a.read(self.values.get(a.field)) if a.read else self.text(a.field)
            except Unclear as unclear:
                self.doubt(a.field, unclear.why)
        return found


class Book:
    """What is known while planning: what the tables hold and what sheets read before bring."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], Mapping[str, Any]] = {}
        self.ids: dict[tuple[str, str], int] = {}
        self.sides: dict[str, str] = {}  # name of a side → its letter
        self._places: dict[str, list[str]] = {}  # name → keys of the places so called
        self._alike: dict[tuple[str, str], str] = {}  # by identity, the first spelling of a key

    def current(self, what: str, key: str) -> Mapping[str, Any] | None:
        return self.known.get((what, key))

    def learn(self, what: str, key: str, fields: Mapping[str, Any], pk: int | None = None) -> None:
        if what == "place" and (what, key) not in self.known:
            self._places.setdefault(identity(fields["name"]), []).append(key)
        self.known[what, key] = fields
        self._alike.setdefault((what, identity(key)), key)
        if pk is not None:
            self.ids[what, key] = pk

    def twin(self, what: str, key: str) -> str:
        """Another spelling of the same name that is known; "" for none."""
        found = self._alike.get((what, identity(key)), key)
        return "" if found == key else found

    def place(self, name: str) -> str | None:
        """The key of the one place called so; None where there is none or more than one."""
        found = self._places.get(identity(name), [])
        return found[0] if len(found) == 1 else None

    def organisation_called(self, name: str) -> str | None:
        """The organisation or place so called, in whatever spelling, or the one organisation whose full
        name ends so; as the register spells it."""
        if ("organisation", name) in self.known:
            return name
        if twin := self.twin("organisation", name):
            return twin
        if place := self.place(name):
            return str(self.known["place", place]["name"])
        close = [k for (what, k) in self.known if what == "organisation" and k.endswith(name)]
        return close[0] if len(close) == 1 and len(name) > 2 else None

    def sides_of(self, places: Iterable[str]) -> str:
        letters = {self.known["place", key]["side"] for key in places}
        return "".join(sorted(letters))

    def has_organisation(self, name: str) -> bool:
        known = ("organisation", name) in self.known or self.twin("organisation", name)
        return bool(known) or self.place(name) is not None


def organisation(
    name: str, category: str, places: Sequence[str], book: Book, **more: Any
) -> Change:
    """The change that registers an organisation; `places` are keys of places."""
    known = book.current("organisation", name) or {}
    fields = {
        "name": name,
        "category": category,
        "category_wording": "",
        "places": list(places),
        "where": "、".join(book.known["place", key]["name"] for key in places),
        "sides": book.sides_of(places),
        "note": "",
        "name_en": known.get("name_en", ""),
        "point": known.get("point", ""),
        "pay": known.get("pay", ""),
        **more,
    }
    return Change("organisation", name, fields)


#: Where a cell lists several names.
LISTED = re.compile("[;；、,，]")


def names(text: str) -> list[str]:
    """The names a cell lists."""
    return [name.strip() for name in LISTED.split(text) if name.strip()]


def cell(words: Any) -> Any:
    """A register's wording as a cell: a bare whole number as a number, nothing as nothing."""
    text = str(words or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else text or None


def in_chinese(words: Words) -> str:
    """Words as a sheet writes them: the workbook is Chinese whoever exports it."""
    with translation.override("zh-hans"):
        return str(words)


def nothing(row: Row, book: Book) -> Iterable[Change]:
    """For a sheet whose rows are understood together."""
    return ()


def known_parties(row: Row, book: Book, named: Mapping[str, Sequence[str]]) -> Iterator[Change]:
    """Registers the organisations a row names, by field, that are in no register yet."""
    spots = [key for listed in named.values() for n in listed if (key := book.place(n))]
    for name_of_field, listed in named.items():
        for name in listed:
            if not book.has_organisation(name):
                why = _("not in the register of organisations; registered from this row")
                row.doubt(name_of_field, why)
                alliance = "联盟" in name
                category, wording = ("alliance", "联盟") if alliance else ("other", "其他")
                places = spots if alliance else []
                yield organisation(name, category, places, book, category_wording=wording)


def carry_matter(kind: str, step: Callable[[Mapping[str, Any]], str]) -> CarryOut:
    """Carries a change out by opening a matter of `kind` with `step(fields)`, or amending it.

    `parties` in the fields are names of organisations; the first is the one in charge.
    """

    def carry(change: Change, session: Any) -> None:
        fields = dict(change.fields)
        orgs = [session.organisation(name) for name in fields.get("parties", ())]
        place = session.ids.get(("place", fields["place"])) if fields.get("place") else None
        row = {**fields, "org": orgs[0] if orgs else None, "orgs": orgs, "place": place}
        data = {"row": row, "due_day": fields.get("due_day") or ""}
        known = session.ids.get((kind, change.key))
        if known:
            session.act(known, "amend", data)
        else:
            session.ids[kind, change.key] = session.act(kind, step(fields), data)

    return carry


Understand = Callable[[Row, Book], Iterable[Change]]
Load = Callable[[Book], None]
Export = Callable[[], Iterator[Sequence[Any]]]
CarryOut = Callable[[Change, Any], None]


@dataclass(frozen=True)
class Sheet:
    """One sheet: how it is read and how it is written. `also` are other names it is known by.

    `load` tells the book what the tables hold already; `understand` turns a row into changes
    (`together` instead, where several rows make one); `carry` takes the steps for one change; `export` gives the rows to write.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    load: Load
    understand: Understand
    carry: Mapping[str, CarryOut]
    export: Export
    note: str = ""
    called: Mapping[str, Words] = field(default_factory=dict)  # types of change that are no matter
    order: int = 50
    also: tuple[str, ...] = ()
    rank: Callable[[Row], int] | None = None  # rows others refer to come first
    together: Callable[[Sequence[Row], Book], Iterable[tuple[Row, Change]]] | None = None


def sheets() -> list[Sheet]:
    """Every declared sheet, in the order in which one may refer to another."""
    return sorted(registry.each("sheets"), key=lambda s: s.order)


def matter_sheet(
    model: type[Model],
    name: str,
    title: str,
    columns: tuple[Column, ...],
    *,
    understand: Understand | None = None,
    key: Callable[[Mapping[str, str]], str] = lambda row: row["title"],
    as_row: Callable[[Any], Mapping[str, str]] | None = None,
    as_now: Callable[[Any], Mapping[str, str]] | None = None,
    step: Callable[[Mapping[str, Any]], str] = lambda fields: "record",
    related: Sequence[str] = ("matter",),
    only: Callable[[Any], Any] = lambda rows: rows,
    order: int = 50,
    also: tuple[str, ...] = (),
) -> Sheet:
    """A sheet whose rows are matters of one kind, kept with the register's own words.

    `model` has `matter`, and `source_row` (the row as it was read, by field). `as_row` gives what
    Pilin writes where a matter came from no register, `as_now` what it writes in any case; `key(row)`
    tells one from another; `step(fields)` is the step that opens it. Where `understand` is not given, a row brings its
    title and what the model's attributes read. `only(rows)` leaves out of the model's rows those
    that stand in no register.
    """
    kind = kind_of(model)
    own = [a for a in attributes_of(model) if a.field in {c.field for c in columns}]

    def words(found: Any) -> Mapping[str, str]:
        if as_now:
            return as_now(found)
        stored: Mapping[str, str] = found.source_row
        return stored or (as_row(found) if as_row else _plain_row(found, own))

    def rows() -> Any:
        return only(model._default_manager.select_related(*related).order_by("pk"))

    def load(book: Book) -> None:
        for found in rows():
            row = words(found)
            book.learn(kind, key(row), {"source_row": row}, found.pk)

    def read(row: Row, book: Book) -> Iterator[Change]:
        fields = {"title": row.text("title")[:200], **row.attributes(own)}
        if not row.lacks(columns) and not row.doubts:
            whole = source_row(row, columns)
            yield Change(kind, key(whole), {**fields, "source_row": whole})

    def export() -> Iterator[Sequence[Any]]:
        for found in rows():
            row = words(found)
            yield tuple(cell(row[c.field]) for c in columns)

    return Sheet(
        name=name,
        title=title,
        columns=columns,
        load=load,
        understand=understand or read,
        carry={kind: carry_matter(kind, step)},
        export=export,
        order=order,
        also=also,
    )


def _plain_row(found: Any, attributes: Iterable[Attribute]) -> dict[str, str]:
    """What Pilin writes of a matter: its title and the attributes of its row."""
    row = {"title": found.matter.title}
    for a in attributes:
        value = a.cell(getattr(found, a.name))
        row[a.field] = str("" if value is None else value)  # a day as 2026-11-26
    return row


def source_row(row: Row, columns: Sequence[Column]) -> dict[str, str]:
    """A row in the register's own words, by field."""
    return {c.field: row.text(c.field) for c in columns}
