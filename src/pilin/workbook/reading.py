"""Reading an .xlsx file, with a clear sentence for everything that is wrong with it."""

from __future__ import annotations

import difflib
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import python_calamine as calamine
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pilin.loop.sheets import Column, Row, Sheet

#: An .xlsx unpacks to many times its size; beyond this it is taken for a trap, not a register.
UNPACKED = 600 * 2**20
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
#: Rows in which the header is looked for.
TOP = 12


class WorkbookError(Exception):
    """The workbook cannot be taken in; `reason` says why and what to do, where to look."""

    def __init__(self, reason: str | Promise, sheet: str = "", cell: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.sheet = sheet
        self.cell = cell

    def __str__(self) -> str:
        where = " ".join(filter(None, [self.sheet, self.cell]))
        return f"{where}: {self.reason}" if where else str(self.reason)


@dataclass
class File:
    """An opened workbook."""

    path: Path
    book: calamine.CalamineWorkbook
    parts: dict[str, str]  # sheet → its part in the zip

    @property
    def names(self) -> list[str]:
        return list(self.book.sheet_names)


def open_file(path: Path) -> File:
    """Open a workbook. Raises WorkbookError."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(8)
    except OSError:
        raise WorkbookError(_("There is no file “%(name)s”.") % {"name": path.name}) from None
    if size > settings.WORKBOOK_LIMIT:
        raise WorkbookError(
            _("The file has %(mb)d MB; at most %(most)d MB can be read.")
            % {"mb": size // 2**20, "most": settings.WORKBOOK_LIMIT // 2**20}
        )
    if head == OLE:
        raise _ole(path)
    try:
        with zipfile.ZipFile(path) as zipped:
            if sum(part.file_size for part in zipped.infolist()) > UNPACKED:
                raise WorkbookError(_("The file unpacks to far more than a register can hold."))
            parts = _parts(zipped)
        return File(path, calamine.CalamineWorkbook.from_path(str(path)), parts)
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, calamine.CalamineError):
        raise WorkbookError(
            _(
                "This is no Excel workbook (.xlsx). Please open it in Excel or WPS and save it as .xlsx."
            )
        ) from None


def _ole(path: Path) -> WorkbookError:
    """Old .xls files and protected .xlsx files share a container; its directory tells them apart."""
    if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
        return WorkbookError(
            _("The workbook is protected by a password. Please save it without one and try again.")
        )
    return WorkbookError(_("This is an old .xls file. Please save it as .xlsx and try again."))


def _parts(zipped: zipfile.ZipFile) -> dict[str, str]:
    book = ElementTree.fromstring(zipped.read("xl/workbook.xml"))
    links = ElementTree.fromstring(zipped.read("xl/_rels/workbook.xml.rels"))
    targets = {r.get("Id"): str(r.get("Target")) for r in links}
    found = {}
    for sheet in book.iter(f"{MAIN}sheet"):
        target = targets[sheet.get(f"{REL}id")].lstrip("/")
        found[str(sheet.get("name"))] = target if target.startswith("xl/") else f"xl/{target}"
    return found


def find_sheet(file: File, spec: Sheet) -> str | None:
    """The sheet's name in the file. Raises WorkbookError where it seems to have been renamed."""
    if spec.name in file.names:
        return spec.name
    if not spec.required:
        return None
    known = [n for n in file.names if spec.name in n or n in spec.name]
    close = known or difflib.get_close_matches(spec.name, file.names, 1, 0.5)
    if close:
        raise WorkbookError(
            _(
                "The sheet “%(name)s” is missing; “%(close)s” looks like it. Please give it its name back."
            )
            % {"name": spec.name, "close": close[0]}
        )
    raise WorkbookError(_("The sheet “%(name)s” is missing.") % {"name": spec.name})


def count_rows(file: File, name: str) -> int:
    """Rows below the header of a sheet nobody reads yet: below the first row with two cells."""
    rows = file.book.get_sheet_by_name(name).iter_rows()
    seen, header = 0, False
    for row in rows:
        filled = sum(1 for cell in row if cell not in ("", None))
        if header:
            seen += filled > 0
        elif filled > 1:
            header = True
    return seen


def read(file: File, spec: Sheet) -> Iterator[Row]:
    """The body rows of a sheet. Raises WorkbookError for what a clerk has to mend first."""
    name = find_sheet(file, spec)
    if name is None:
        return
    sheet = file.book.get_sheet_by_name(name)
    if sheet.start is None:
        raise WorkbookError(_("The sheet is empty."), name)
    top, left = sheet.start
    rows = sheet.iter_rows()  # begins with the first row that holds anything
    head = [row for row, _n in zip(rows, range(TOP), strict=False)]
    at, columns = _header(head, spec.columns, name)
    first = top + at + 1
    _merged(sheet, name, first)
    _broken(file, name, first)
    body = [*head[at + 1 :]]
    number = first
    for row in _chain(body, rows):
        number += 1
        values = {field: row[i] for field, i in columns.items() if i < len(row)}
        if any(v not in ("", None) for v in values.values()):
            cells = {f: f"{_letters(left + i)}{number}" for f, i in columns.items()}
            yield Row(name, number, values, cells)


def _chain(first: Iterable[Any], rest: Iterable[Any]) -> Iterator[Any]:
    yield from first
    yield from rest


def _header(
    head: Sequence[Sequence[Any]], columns: Sequence[Column], name: str
) -> tuple[int, dict[str, int]]:
    """The header row (index in `head`) and the place of each column. Titles and notes precede it."""
    known = {_plain(label): c for c in columns for label in (c.name, *c.also)}
    texts = [[_plain(str(cell)) for cell in row] for row in head]
    scores = [len({known[t].field for t in row if t in known}) for row in texts]
    best = max(range(len(scores)), key=lambda i: scores[i], default=0)
    if not scores or scores[best] == 0:
        raise WorkbookError(
            _("No header row was found; it should hold: %(columns)s.")
            % {"columns": "、".join(c.name for c in columns)},
            name,
        )
    found: dict[str, int] = {}
    for i, text in enumerate(texts[best]):
        column = known.get(text)
        if column and column.field in found:
            raise WorkbookError(_("The column “%(name)s” is there twice.") % {"name": text}, name)
        if column:
            found[column.field] = i
    for column in columns:
        if column.required and column.field not in found:
            spare = [t for t in texts[best] if t and t not in known]
            close = difflib.get_close_matches(column.name, spare, 1, 0.4)
            hint = _(" “%(close)s” looks like it.") % {"close": close[0]} if close else ""
            raise WorkbookError(
                str(_("The column “%(name)s” is missing.") % {"name": column.name}) + str(hint),
                name,
            )
    return best, found


def _plain(text: str) -> str:
    """A header without spaces, full-width brackets as plain ones."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _merged(sheet: calamine.CalamineSheet, name: str, first: int) -> None:
    for (row, column), _end in sheet.merged_cell_ranges or ():
        if row >= first:
            raise WorkbookError(
                _("Cells are merged here. Please split them and write the value into each row."),
                name,
                f"{_letters(column)}{row + 1}",
            )


_FAULT = re.compile(
    rb'<c\b[^>]*?\br="([A-Z]+\d+)"[^>]*?\bt="e"[^>]*>(?:<f[^>]*>[^<]*</f>|<f[^>]*/>)?'
    rb"<v>([^<]*)</v>|"
    rb'<c\b[^>]*?\bt="e"[^>]*?\br="([A-Z]+\d+)"'
)
_UNDONE = re.compile(
    rb'<c\b[^>]*?\br="([A-Z]+\d+)"[^>]*>(?:<f[^>]*>[^<]*</f>)(?:<v></v>|<v ?/>|</c>)'
)


def _broken(file: File, name: str, first: int) -> None:
    """Formula errors: calamine reads them as empty cells, so they are looked for in the file."""
    with zipfile.ZipFile(file.path) as zipped:
        text = zipped.read(file.parts[name])
    for match in _FAULT.finditer(text):
        cell = (match[1] or match[3]).decode()
        raise WorkbookError(
            _("The formula here gives an error (%(value)s). Please mend it or write the value.")
            % {"value": (match[2] or b"?").decode(errors="replace")},
            name,
            cell,
        )
    undone = _UNDONE.search(text)
    if undone:
        raise WorkbookError(
            _(
                "The formula here was never calculated. Please open the file in Excel or WPS, save it,"
                " and try again."
            ),
            name,
            undone[1].decode(),
        )


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
