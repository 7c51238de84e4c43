"""What can be wrong with a workbook as a whole: each its own type, each with a sentence.

`str(error)` is the sentence in the language active at that moment. `sheet` and `cell` ("F4") say
where, or are empty; `cells` lists every place of the same fault.
"""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class WorkbookError(Exception):
    """The workbook, or one of its sheets, cannot be taken in. Nothing was written, but see Stopped."""

    sentence: Any = ""

    def __init__(self, sheet: str = "", cell: str = "", cells: Sequence[str] = (), **facts: Any):
        super().__init__(sheet, cell)
        self.sheet = sheet
        self.cells = tuple(cells) or ((cell,) if cell else ())
        self.cell = self.cells[0] if self.cells else ""
        self.facts = facts

    def __str__(self) -> str:
        text = str(self.sentence).format(sheet=self.sheet, cell=self.cell, **self.facts)
        if (more := len(self.cells) - 1) > 0:
            text += " " + ngettext(
                "The same is found in {more} more cell: {cells}.",
                "The same is found in {more} more cells: {cells}.",
                more,
            ).format(more=more, cells=_first(self.cells[1:]))
        return text

    def to_json(self) -> dict[str, Any]:
        """→ {"error": type name, "sheet", "cells", "why"}."""
        return {
            "error": type(self).__name__,
            "sheet": self.sheet,
            "cells": list(self.cells),
            "why": str(self),
        }


def _first(cells: Sequence[str], most: int = 5) -> str:
    return ", ".join(cells[:most]) + (" …" if len(cells) > most else "")


# The file --------------------------------------------------------------------------------------


class NotAWorkbook(WorkbookError):
    sentence = _("This file is not a workbook. Please choose an Excel workbook (.xlsx).")


class EmptyFile(WorkbookError):
    sentence = _("This file is empty. Please choose an Excel workbook (.xlsx).")


class WrongFormat(WorkbookError):
    """Facts: `format`, such as ".xls"."""

    sentence = _(
        "This is a table of the kind {format}. Open it in Excel or WPS, save it as"
        " “Excel workbook (.xlsx)” and choose that file."
    )


class Protected(WorkbookError):
    sentence = _(
        "This workbook is protected by a password. Open it in Excel or WPS, take the password"
        " off, save it and choose it again."
    )


class TooLarge(WorkbookError):
    """Facts: `size` and `limit` in MB (2^20 bytes)."""

    sentence = _(
        "This file is too large: {size} MB, where {limit} MB are allowed. Take pictures and"
        " unused sheets out, or divide it."
    )


class TooMuchInside(WorkbookError):
    """Facts: `size` and `limit` in MB (2^20 bytes)."""

    sentence = _(
        "Unpacked, this workbook would take more than the {limit} MB that are allowed. Save it"
        " afresh in Excel or WPS, or divide it."
    )


class Damaged(WorkbookError):
    sentence = _(
        "This workbook is damaged and cannot be read. Open it in Excel or WPS, let it be"
        " repaired, and save it afresh."
    )


# The sheets ------------------------------------------------------------------------------------


class SheetTooFar(WorkbookError):
    sentence = _(
        "The sheet “{sheet}” reaches as far as cell {cell}. Delete the rows and columns that do"
        " not belong to the table."
    )


class StrayCell(WorkbookError):
    """Facts: `gap`, how many empty rows lie before the cell."""

    sentence = _(
        "In the sheet “{sheet}” cell {cell} has a content after {gap} empty rows. Delete it, or"
        " the empty rows before it."
    )


class NoHeader(WorkbookError):
    """Facts: `wanted`, the column names looked for."""

    sentence = _(
        "The sheet “{sheet}” has no header row. One of its first rows must name the columns:"
        " {wanted}."
    )


class MissingColumn(WorkbookError):
    """Facts: `column`."""

    sentence = _("The sheet “{sheet}” has no column “{column}”.")


class DuplicateColumn(WorkbookError):
    """Facts: `column`."""

    sentence = _(
        "The sheet “{sheet}” has the column “{column}” more than once, the second time in cell"
        " {cell}. Delete or rename one."
    )


class FormulaError(WorkbookError):
    """Facts: `value`, such as "#REF!"."""

    sentence = _(
        "Sheet “{sheet}”, cell {cell}: its formula fails with {value}. Put it right, or type the"
        " value in."
    )


class NeverCalculated(WorkbookError):
    sentence = _(
        "Sheet “{sheet}”, cell {cell}: its formula was never calculated. Open the workbook in"
        " Excel or WPS, save it and choose it again."
    )


class MergedBody(WorkbookError):
    sentence = _(
        "Sheet “{sheet}”, cells {cell}: merged cells under the header leave open which row they"
        " belong to. Unmerge them and fill in every row."
    )


# What is asked of it ---------------------------------------------------------------------------


class NoFile(WorkbookError):
    """Facts: `name`."""

    sentence = _("There is no file “{name}”.")


class NotSaid(WorkbookError):
    """Facts: `name`."""

    sentence = _("It was not said what the name “{name}” means. Nothing was written.")


class OutOfDate(WorkbookError):
    sentence = _("The record has changed since this was planned. Please look again.")


class RowRefused(WorkbookError):
    """Facts: `row` and `why`."""

    sentence = _("Row {row} of the sheet “{sheet}” was refused: {why} Nothing was written.")
    #: Where rows before it are in.
    midway = _("Row {row} of the sheet “{sheet}” was refused: {why}")


class Stopped(WorkbookError):
    """Facts: `done` and `all` rows; `reason`, another of these."""

    sentence = _(
        "It stopped on the way: {why} {done} of {all} rows are in and stay; the others are not in."
        " Bring the workbook in again, put right where needed: what is missing is added."
    )

    def __str__(self) -> str:
        reason = self.facts["reason"]
        said = getattr(reason, "midway", reason.sentence)
        why = str(said).format(sheet=reason.sheet, **reason.facts)
        return str(self.sentence).format(**{**self.facts, "why": why})
