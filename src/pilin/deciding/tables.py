"""Tables read from files: each fault with its line and column, and nothing counted."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from pilin.wording.decoding import Undecodable, read


class Malformed(ValueError):
    """A file that cannot be counted: `line` and `column` from 1, and why."""

    def __init__(self, path: Path, line: int, column: int, why: str) -> None:
        super().__init__(f"{path.name}, line {line}, column {column}: {why}")
        self.line, self.column = line, column


def rows(
    path: Path, wanted: tuple[str, ...], optional: tuple[str, ...] = ()
) -> Iterator[tuple[int, list[tuple[int, str]]]]:
    """(line, cells with their columns) in the order of `wanted` headers, then `optional` ones.

    A header of `optional` that is not there gives empty cells in column 0.
    """
    reader = csv.reader(io.StringIO(text_of(path), newline=""), strict=True)
    try:
        head = [cell.strip() for cell in next(reader, [])]
        missing = [name for name in wanted if name not in head]
        if missing:
            raise Malformed(path, 1, len(head) or 1, f"there is no column “{missing[0]}”")
        at = [head.index(n) if n in head else -1 for n in (*wanted, *optional)]
        for row in reader:
            if len(row) != len(head):
                why = f"{len(head)} cells are expected, {len(row)} are there"
                raise Malformed(path, reader.line_num, min(len(row), len(head)) + 1, why)
            yield reader.line_num, [(n + 1, row[n] if n >= 0 else "") for n in at]
    except csv.Error as fault:
        raise Malformed(path, reader.line_num + 1, 1, str(fault)) from fault


def text_of(path: Path) -> str:
    """A file's text, however it was saved. Raises Malformed."""
    try:
        return read(path)
    except Undecodable as fault:
        raise Malformed(path, 1, 1, str(fault)) from fault


def number(path: Path, line: int, cell: tuple[int, str], among: range) -> int:
    column, text = cell
    try:
        value = int(text)
    except ValueError:
        raise Malformed(path, line, column, f"“{text[:40]}” is no whole number") from None
    if value not in among:
        raise Malformed(path, line, column, f"{value} is not among {among.start} … {among[-1]}")
    return value
