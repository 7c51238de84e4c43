"""Registers written as an .xlsx the way they came in: heading, notes, header, rows.

write_workbook("out.xlsx", [Table(PROJECTS, [Line({"title": "…", "planned": Quantity(…)})])])
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, BinaryIO
from unicodedata import east_asian_width

from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from .errors import WorkbookError
from .book import address, column_letters
from .register import Column, Context, Sheet
from .values import Doubt, Moment, Quantity, narrow, plain

LONGEST = 32_767  # characters of a cell, by the file format
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,10})?")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_YEARS = range(1900, 10_000)


class TextTooLong(WorkbookError):
    sentence = _(
        "Sheet “{sheet}”, cell {cell}: the text is longer than the 32,767 characters that a"
        " workbook's cell can hold."
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One row: `values` by field, and the `words` it came in with, also by field.

    A wording is written as long as it still means the value; else the value is.
    """

    values: Mapping[str, Any]
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet to write. `above` (heading, then notes) stands in for the declaration's own."""

    sheet: Sheet
    lines: Iterable[Line]
    above: tuple[str, ...] = ()
    year: int | None = None  # of wordings that leave the year out


def write_workbook(target: str | BinaryIO, tables: Iterable[Table]) -> None:
    """Write the tables, one sheet each, to a path or a binary file. Rows are streamed.

    Text that a spreadsheet would take for a formula is stored as text. Raises `TextTooLong`.
    """
    book = Workbook(write_only=True)
    for table in tables:
        _write_sheet(book.create_sheet(table.sheet.title), table)
    if not book.worksheets:
        book.create_sheet()
    book.save(target)


def _write_sheet(page: WriteOnlyWorksheet, table: Table) -> None:
    columns = table.sheet.columns
    above = table.above or tuple(t for t in (table.sheet.heading, *table.sheet.notes) if t)
    for number, column in enumerate(columns, 1):
        width = column.width or min(40, max(12, 2 + _width(column.name)))
        page.column_dimensions[column_letters(number)].width = width
    page.freeze_panes = address(1, len(above) + 2)
    if above and len(columns) > 1:
        page.merged_cells.add(f"A1:{column_letters(len(columns))}1")
    for number, words in enumerate(above):
        cell = _text(page, words, address(1, number + 1))
        if number == 0:
            cell.font = Font(bold=True, size=14)
            cell.alignment = Alignment(horizontal="center")
        page.append([cell])
    header = [_text(page, column.name, "") for column in columns]
    for cell in header:
        cell.font = Font(bold=True)
    page.append(header)
    context = Context(table.year)
    for row, line in enumerate(table.lines, len(above) + 2):
        page.append(
            [
                _cell(page, _content(column, line, context), address(number, row))
                for number, column in enumerate(columns, 1)
            ]
        )


def _width(words: str) -> int:
    """Character cells a text takes; a Chinese character takes two."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in words)


def _content(column: Column, line: Line, context: Context) -> Any:
    value = line.values.get(column.field)
    words = line.words.get(column.field)
    if words and words != value and _means(column, words, context, value):
        return _as_typed(value, words)
    if isinstance(value, Quantity | Moment):
        return _as_typed(value, value.wording or _worded(value))
    if isinstance(value, list | tuple):
        return ";".join(map(str, value))
    return value


def _means(column: Column, words: str, context: Context, value: Any) -> bool:
    try:
        return bool(column.parse(words, context) == value)
    except Doubt:
        # A wording that was never understood stands for "no value", and goes back as it was.
        return value is None or value == []


def _as_typed(value: Any, words: str) -> Any:
    """A bare number or an ISO day came from a number or a date cell, and becomes one again."""
    if isinstance(value, Quantity | int | Decimal) and _PLAIN_NUMBER.fullmatch(words):
        return Decimal(words)
    if isinstance(value, Moment) and value.precision == "day" and words == value.start.isoformat():
        return value.start
    return words


def _worded(value: Quantity | Moment) -> str:
    """A wording for a value that has none, in the registers' own language."""
    if isinstance(value, Quantity):
        before = "约" if value.about else "至少" if value.at_least else ""
        return f"{before}{plain(value.value)}{value.unit}"
    if value.precision == "day":
        return value.start.isoformat()
    if value.precision == "month":
        return f"{value.start.year}年{value.start.month}月"
    if value.precision == "year":
        return f"{value.start.year}年"
    return f"{value.start.isoformat()}至{value.end.isoformat()}"


def _cell(page: WriteOnlyWorksheet, content: Any, at: str) -> Any:
    if content is None or content == "":
        return None
    if isinstance(content, dt.datetime):
        content = content.replace(tzinfo=None)  # a spreadsheet's times have no zone
    if isinstance(content, dt.date) and content.year in _YEARS:
        cell = WriteOnlyCell(page, content)
        cell.number_format = (
            "yyyy-mm-dd hh:mm" if isinstance(content, dt.datetime) else "yyyy-mm-dd"
        )
        return cell
    if isinstance(content, bool | int | float | Decimal):
        return content
    words = str(content)
    # Styled cells cost time; a text needs one only where it could be taken for something else.
    if words.startswith((*_FORMULA, "#")) or len(words) > LONGEST or _NOT_IN_XML.search(words):
        return _text(page, words, at)
    return words


def _text(page: WriteOnlyWorksheet, words: str, at: str) -> WriteOnlyCell:
    """A cell that is text whatever it begins with, and stays so when someone edits it."""
    words = _NOT_IN_XML.sub("�", words)
    if len(words) > LONGEST:
        raise TextTooLong(page.title, at)
    cell = WriteOnlyCell(page, words)
    cell.data_type = "s"
    if narrow(words).startswith(_FORMULA):
        cell.quotePrefix = True
    return cell
