"""An .xlsx opened with care: its sheets, their title and notes, header and body.

    with open_workbook(path) as book:
        raw = book.sheet("合作项目", known=["项目名称", "牵头单位"])
        for number, cells in raw.body: ...

Everything that may be wrong with the file or a sheet has its own type in `errors`.
"""

import datetime as dt
import difflib
import io
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import python_calamine as calamine

from pilin.wording.identity import identity

from . import container
from .container import ERROR_VALUES, MB, column_letters
from .errors import (
    Damaged,
    FormulaError,
    MergedBody,
    NeverCalculated,
    NoHeader,
    Protected,
    SheetTooFar,
    StrayCell,
)

Cell = str | int | float | bool | dt.date | dt.time | dt.datetime | dt.timedelta
Numbered = tuple[int, list[Cell]]
FILE_LIMIT = 50 * MB
UNPACKED_LIMIT = 1024 * MB
MOST_CELLS = 12_000_000  # of a dense table: about 400 MB while it is being read
HEADER_WITHIN = 20  # rows
MOST_EMPTY = 1000  # rows in a row; a cell after more of them got there by mistake


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet: `above` are the texts over the header (title first, then notes), `header` the
    column names by position, `body` pairs of row number (from 1) and cells, blank rows left out.
    """

    title: str
    above: tuple[str, ...]
    header_row: int
    header: tuple[str, ...]
    body: list[Numbered]


@dataclass(frozen=True, slots=True)
class Survey:
    """A sheet nobody here knows: its name and how many rows lie under its first full row."""

    title: str
    rows: int


def open_workbook(
    source: str | os.PathLike[str] | bytes | BinaryIO,
    *,
    limit: int = FILE_LIMIT,
    unpacked_limit: int = UNPACKED_LIMIT,
    most_cells: int = MOST_CELLS,
) -> "WorkbookFile":
    """Open a workbook given as a path, its bytes or a seekable file. Limits are in bytes.

    Raises `NotAWorkbook`, `EmptyFile`, `WrongFormat`, `Protected`, `TooLarge`, `TooMuchInside` or
    `Damaged`; `OSError` if the path cannot be read.
    """
    if isinstance(source, bytes):
        return WorkbookFile(io.BytesIO(source), limit, unpacked_limit, most_cells)
    if isinstance(source, str | os.PathLike):
        return WorkbookFile(Path(source).open("rb"), limit, unpacked_limit, most_cells, close=True)
    return WorkbookFile(source, limit, unpacked_limit, most_cells)


class WorkbookFile:
    """An open workbook. `titles` are its sheets in order."""

    def __init__(
        self, file: BinaryIO, limit: int, unpacked_limit: int, most_cells: int, close: bool = False
    ) -> None:
        self._file, self._close, self._most_cells = file, close, most_cells
        try:
            self._archive = container.refuse_other_kinds(file, limit, unpacked_limit)
            self._parts = container.sheet_parts(self._archive)
            self._written = container.written_errors(self._archive)
            for _piece in container.inflate(self._archive, "xl/styles.xml"):
                pass  # its true size is counted on the way
            file.seek(0)
            self._book = calamine.load_workbook(file)
        except BaseException as error:
            self.close()
            raise _translated(error) from None
        self.titles: list[str] = [
            sheet.name
            for sheet in self._book.sheets_metadata
            if sheet.typ == calamine.SheetTypeEnum.WorkSheet and sheet.name in self._parts
        ]

    def __enter__(self) -> "WorkbookFile":
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def close(self) -> None:
        if self._close:
            self._file.close()

    def sheet(self, name: str, known: Iterable[str]) -> RawSheet:
        """One of `titles`, its header row being the one with most of the `known` column names.

        Where none has two of them, it is the first row with two texts: what its columns mean is
        asked. Raises `NoHeader`, `FormulaError`, `NeverCalculated`, `MergedBody`, `StrayCell`,
        `SheetTooFar`, `Damaged`.
        """
        found = container.scan(self._archive, self._parts[name])
        raw = self._load(name, found.far)
        rows = self._filled(name, raw)
        top: list[Numbered] = []
        for row in rows:
            if row[0] > HEADER_WITHIN:
                rows = chain([row], rows)
                break
            top.append(row)
        wanted = list(known)
        at = _header_at(top, wanted)
        if at is None:
            raise NoHeader(name, wanted="、".join(wanted))
        header_row, cells = top[at]
        header = tuple(str(cell).strip() for cell in cells)
        if found.faults:
            first = next(iter(found.faults.values()))
            raise FormulaError(name, cells=list(found.faults), value=first)
        if found.uncalculated:
            raise NeverCalculated(name, cells=found.uncalculated)
        body = [*top[at + 1 :], *rows]
        if found.written or self._written:
            _refuse_written_errors(name, body)
        _refuse_merged(name, raw, header_row, header, body)
        above = tuple(str(c).strip() for _n, row in top[:at] for c in row if str(c).strip())
        return RawSheet(name, above, header_row, header, body)

    def heads(self, name: str) -> list[list[str]]:
        """The texts of a sheet's first rows, a list a row, as `same` gives them."""
        far = container.scan(self._archive, self._parts[name]).far
        found = []
        for number, cells in self._filled(name, self._load(name, far)):
            if number > HEADER_WITHIN:
                break
            found.append([same(cell) for cell in cells if isinstance(cell, str) and cell])
        return found

    def survey(self, title: str) -> Survey:
        """How many rows a sheet has under its first row of two or more filled cells."""
        found = container.scan(self._archive, self._parts[title])
        rows = self._filled(title, self._load(title, found.far))
        for _number, cells in rows:
            if sum(1 for cell in cells if str(cell).strip()) > 1:
                return Survey(title, sum(1 for _row in rows))
        return Survey(title, 0)

    def _load(self, name: str, far: bool) -> calamine.CalamineSheet:
        if far:
            corner = container.farthest(self._archive, self._parts[name], self._most_cells)
            if corner:
                raise SheetTooFar(name, corner)
        try:
            return self._book.get_sheet_by_name(name)
        except calamine.CalamineError as error:
            raise _translated(error) from None

    def _filled(self, name: str, raw: calamine.CalamineSheet) -> Iterator[Numbered]:
        if raw.start is None:
            return
        last = 0
        left: list[Cell] = [""] * raw.start[1]  # blank first columns are left out, blank rows not
        for number, row in enumerate(raw.iter_rows(), 1):
            # any() is quick; a row of zeros and False is rare enough for the second look
            if not any(row) and all(cell == "" for cell in row):
                continue
            cells: list[Cell] = [*left, *row] if left else row
            if number - last > MOST_EMPTY and last:
                column = next(i for i, cell in enumerate(cells, 1) if cell != "")
                raise StrayCell(name, address(column, number), gap=number - last - 1)
            last = number
            yield number, cells


def _translated(error: BaseException) -> BaseException:
    if isinstance(error, calamine.PasswordError):
        return Protected()
    # Here the container is known to be an .xlsx: whatever calamine cannot read is damage.
    return Damaged() if isinstance(error, calamine.CalamineError) else error


def _header_at(top: Sequence[Numbered], known: Sequence[str]) -> int | None:
    names = {same(name) for name in known}
    best, at = 0, None
    for index, (_number, cells) in enumerate(top):
        keys = {same(cell) for cell in cells if isinstance(cell, str)}
        hits = len({key for key in keys if key in names or without_bracket(key)[0] in names})
        if hits > best:
            best, at = hits, index
    if best >= min(2, len(names)):
        return at
    texts = (sum(1 for c in cells if isinstance(c, str) and c.strip()) for _n, cells in top)
    return next((index for index, n in enumerate(texts) if n > 1), None)


def _refuse_written_errors(name: str, body: Iterable[Numbered]) -> None:
    bad = {
        address(column, number): cell.strip()
        for number, cells in body
        for column, cell in enumerate(cells, 1)
        if isinstance(cell, str) and cell.lstrip().startswith("#") and cell.strip() in ERROR_VALUES
    }
    if bad:
        raise FormulaError(name, cells=list(bad), value=next(iter(bad.values())))


def _refuse_merged(
    name: str,
    raw: calamine.CalamineSheet,
    header_row: int,
    header: Sequence[str],
    body: Sequence[Numbered],
) -> None:
    last = body[-1][0] if body else header_row
    width = max((i for i, text in enumerate(header, 1) if text), default=0)
    bad = [
        f"{address(left + 1, top + 1)}:{address(right + 1, bottom + 1)}"
        for (top, left), (bottom, right) in sorted(raw.merged_cell_ranges or ())
        if bottom >= header_row and top < last and left < width  # ranges count from 0
    ]
    if bad:
        raise MergedBody(name, cells=bad)


# Names and addresses ---------------------------------------------------------------------------

_BRACKETS = str.maketrans({"【": "(", "】": ")", "[": "(", "]": ")"})
_UNIT = re.compile(r"\(([^()]*)\)$")


def same(text: object) -> str:
    """What two spellings of a name share: one `identity`, no blanks, one kind of bracket."""
    return re.sub(r"\s+", "", identity(str(text)).translate(_BRACKETS))


def without_bracket(text: object) -> tuple[str, str]:
    """A header and what its last brackets say: "总投资(万元)" → ("总投资", "万元")."""
    key = same(text)
    found = _UNIT.search(key)
    return (key[: found.start()], found[1]) if found and found.start() else (key, "")


def closest(name: str, among: Iterable[str], synonyms: Iterable[str] = ()) -> str | None:
    """The most similar of `among` (each as `same` gives it), if any is similar enough."""
    pool = list(among)
    for candidate in (name, *synonyms):
        if close := difflib.get_close_matches(same(candidate), pool, n=1, cutoff=0.6):
            return close[0]
    return None


def address(column: int, row: int) -> str:
    """(6, 4) → "F4"; both count from 1."""
    return f"{column_letters(column)}{row}"
