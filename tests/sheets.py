"""Workbooks of one sheet for tests: written, and read again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from pilin.workbook.sheets import Column


def written(
    path: Path, sheet: str, columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]
) -> Path:
    """Rows are cells by header."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    page.append([c.name for c in columns])
    for row in rows:
        page.append([row.get(c.name) for c in columns])
    book.save(path)
    return path


def said(path: Path, sheet: str, columns: Sequence[Column]) -> list[dict[str, Any]]:
    """The rows of a sheet that was exported, by header: what follows the row of headers."""
    rows = list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))
    heads = [c.name for c in columns]
    at = next(n for n, row in enumerate(rows) if list(row[: len(heads)]) == heads)
    return [dict(zip(heads, row, strict=False)) for row in rows[at + 1 :]]
