"""Declared sheets read from an .xlsx, through `reader`, which guards against bad files."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from pilin.engine.programme import registry
from pilin.wording.values import narrow, wording_of

from . import errors, reader
from .naming import Naming, twice, units
from .reader import address
from .sheets import Row, Sheet


def open_file(path: Path) -> reader.WorkbookFile:
    """Open a workbook, or another document that a programme reads as one. Raises WorkbookError."""
    try:
        if converted := _converted(path):
            return reader.open_workbook(converted, limit=settings.WORKBOOK_LIMIT)
        return reader.open_workbook(path, limit=settings.WORKBOOK_LIMIT)
    except OSError:
        raise errors.NoFile(name=path.name) from None


def _converted(path: Path) -> bytes | None:
    """What a programme makes of a file that is no workbook; None where none knows it."""
    with path.open("rb") as file:
        if file.read(2) == b"PK" or path.stat().st_size > settings.WORKBOOK_LIMIT:
            return None
        file.seek(0)
        data = file.read()
    found = (convert(data) for convert in registry.each("documents"))
    sheets = next((sheets for sheets in found if sheets is not None), None)
    if sheets is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "converted.xlsx"
        from . import writing  # noqa: PLC0415 (slow to load, seldom needed)

        writing.write(written, sheets)
        return written.read_bytes()


def _is_bare(cell: Any) -> bool:
    """Whether a cell is a number without a unit."""
    if isinstance(cell, str):
        return bool(re.fullmatch(r"-?[0-9][0-9.,\s]*", narrow(cell)))
    return isinstance(cell, int | float) and not isinstance(cell, bool)


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
    of = units(spec, raw.header, columns)
    for number, cells in raw.body:
        values: dict[str, Any] = {field: cells[at - 1] for field, at in columns.items()}
        for field, unit in of.items():
            if _is_bare(values[field]):
                values[field] = f"{wording_of(values[field])}{unit}"
        if any(value not in ("", None) for value in values.values()):
            places = {field: address(at, number) for field, at in columns.items()}
            yield Row(raw.title, number, values, places)
