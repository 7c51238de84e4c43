"""What a workbook would change, cell by cell: from what, to what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pilin.engine.programme import registry
from pilin.forms.answers import in_words

from . import sheets
from .sheets import Book, Change


@dataclass(frozen=True)
class Difference:
    """A row that would change: its name, where it stands, and (header, from, to) of each cell."""

    what: str
    name: str
    at: str
    rows: list[tuple[str, Any, Any]]

    @property
    def cells(self) -> str:
        return "；".join(f"{head} {was or '–'} → {now or '–'}" for head, was, now in self.rows)


def called(what: str) -> str:
    """What a type of change is called: the register's title, the procedure's, or the sheet's word."""
    declared = registry.register(what) or registry.latest(what)
    if declared is not None:
        return str(declared.title)
    return str(next((s.called[what] for s in sheets.sheets() if what in s.called), what))


def name_of(change: Change) -> str:
    fields = change.fields
    return str(fields.get("name") or fields.get("title") or change.key.split("/")[-1])


def differences(changes: Iterable[Change]) -> Iterator[Difference]:
    """Compared with what the tables hold now."""
    before = Book()
    declared = sheets.sheets()
    for spec in declared:
        spec.load(before)
    heads = {spec.name: {c.field: c.name for c in spec.columns} for spec in declared}
    for change in changes:
        was, now = before.current(change.what, change.key) or {}, change.fields
        if was.keys() == {"source_row"}:  # of a matter, what its row said
            was, now = was["source_row"], now["source_row"]
        named = heads.get(change.sheet, {})
        rows = [
            (named.get(name, name), in_words(was.get(name, "")), in_words(value))
            for name, value in now.items()
            if was.get(name) != value
        ]
        yield Difference(called(change.what), name_of(change), f"{change.sheet} {change.row}", rows)
