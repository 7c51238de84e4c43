"""Declared sheets read from an .xlsx, through `reader`, which guards against bad files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from . import errors, reader
from .reader import address, closest, same
from .sheets import Row, Sheet


def open_file(path: Path) -> reader.WorkbookFile:
    """Open a workbook. Raises WorkbookError."""
    try:
        return reader.open_workbook(path, limit=settings.WORKBOOK_LIMIT)
    except OSError:
        raise errors.NoFile(name=path.name) from None


def read(book: reader.WorkbookFile, spec: Sheet) -> Iterator[Row]:
    """The body rows of a sheet. Raises WorkbookError for what a clerk has to mend first."""
    known = [label for c in spec.columns for label in (c.name, *c.also)]
    try:
        raw = book.sheet(spec.name, known)
    except errors.MissingSheet:
        if spec.required:
            raise
        return
    columns = _columns(raw, spec)
    for number, cells in raw.body:
        values: dict[str, Any] = {field: cells[at - 1] for field, at in columns.items()}
        if any(value not in ("", None) for value in values.values()):
            places = {field: address(at, number) for field, at in columns.items()}
            yield Row(raw.title, number, values, places)


def _columns(raw: reader.RawSheet, spec: Sheet) -> dict[str, int]:
    """Field → column number, from 1."""
    heads = [same(head) for head in raw.header]
    found: dict[str, int] = {}
    for column in spec.columns:
        labels = {same(label) for label in (column.name, *column.also)}
        hits = [at for at, head in enumerate(heads, 1) if head in labels]
        if len(hits) > 1:
            cell = address(hits[1], raw.header_row)
            raise errors.DuplicateColumn(raw.title, cell, column=column.name)
        if hits:
            found[column.field] = hits[0]
    for column in spec.columns:
        if column.required and column.field not in found:
            _missing(raw, column.name, column.also, heads, set(found.values()))
    return found


def _missing(
    raw: reader.RawSheet, name: str, also: tuple[str, ...], heads: list[str], taken: set[int]
) -> None:
    spare = [head for at, head in enumerate(heads, 1) if head and at not in taken]
    if close := closest(name, spare, also):
        at = heads.index(close) + 1
        cell = address(at, raw.header_row)
        raise errors.RenamedColumn(raw.title, cell, column=name, found=raw.header[at - 1])
    raise errors.MissingColumn(raw.title, column=name)
