"""Writing registers as an .xlsx file that looks like the ones that came in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange

from .sheets import Sheet

BOLD = Font(bold=True)


def write(path: Path, sheets: Iterable[tuple[Sheet, Iterable[Sequence[Any]]]]) -> int:
    """Write sheets with their rows; gives the number of rows. The file is complete or not there."""
    book = Workbook(write_only=True)
    count = 0
    for spec, rows in sheets:
        page = book.create_sheet(spec.name)
        for i, column in enumerate(spec.columns, 1):
            page.column_dimensions[get_column_letter(i)].width = column.width
        page.freeze_panes = "A4" if spec.note else "A3"
        page.append([_cell(page, spec.title, bold=True)])
        page.merged_cells.ranges.add(CellRange(None, 1, 1, len(spec.columns), 1))
        if spec.note:
            page.append([_cell(page, spec.note)])
        page.append([_cell(page, column.name, bold=True) for column in spec.columns])
        for row in rows:
            page.append([_cell(page, value) for value in row])
            count += 1
    temporary = path.with_name(path.name + ".part")
    book.save(temporary)
    temporary.replace(path)
    return count


def _cell(page: Any, value: Any, bold: bool = False) -> WriteOnlyCell:
    """Text is written as text: what begins with = becomes no formula."""
    cell = WriteOnlyCell(page, value=None)
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"
    else:
        cell.value = value
    if bold:
        cell.font = BOLD
    cell.alignment = Alignment(vertical="top", wrap_text=not bold)
    return cell
