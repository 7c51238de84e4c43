"""Declared sheets read from an .xlsx, through `reader`, which guards against bad files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from . import errors, reader
from .naming import Naming, twice
from .reader import address
from .sheets import Row, Sheet


def open_file(path: Path) -> reader.WorkbookFile:
    """Open a workbook. Raises WorkbookError."""
    try:
        return reader.open_workbook(path, limit=settings.WORKBOOK_LIMIT)
    except OSError:
        raise errors.NoFile(name=path.name) from None


def read(book: reader.WorkbookFile, title: str, spec: Sheet, names: Naming) -> Iterator[Row]:
    """The body rows of the sheet called `title`; none, where it is asked first what columns mean.

    Raises WorkbookError for what a clerk has to mend first.
    """
    known = [label for c in spec.columns for label in (c.name, *c.also)]
    raw = book.sheet(title, known)
    if second := twice(spec, raw.header):
        column, at = second
        cell = address(at, raw.header_row)
        raise errors.DuplicateColumn(raw.title, cell, column=column.name)
    columns, missing = names.columns(spec, raw.header)
    if missing:
        if any(name.sheet == spec.name for name in names.found):
            return
        raise errors.MissingColumn(raw.title, column=missing[0])
    for number, cells in raw.body:
        values: dict[str, Any] = {field: cells[at - 1] for field, at in columns.items()}
        if any(value not in ("", None) for value in values.values()):
            places = {field: address(at, number) for field, at in columns.items()}
            yield Row(raw.title, number, values, places)
