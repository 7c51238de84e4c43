"""Tables read from files: each fault with its line and column, and nothing counted."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pilin.wording.decoding import Undecodable, read
from pilin.wording.identity import identity
from pilin.wording.saying import say


class Malformed(ValueError):
    """A file that cannot be counted: `line` and `column` from 1, and why."""

    def __init__(self, path: Path, line: int, column: int, why: str) -> None:
        where = {"file": path.name, "line": line, "column": column, "why": why}
        super().__init__(say("{file}, line {line}, column {column}: {why}", **where))
        self.line, self.column = line, column


def no_column(name: str) -> str:
    return say("there is no column “{name}”", name=name)


def stands_above(name: str) -> str:
    return say("“{name}” stands above already", name=name[:40])


def no_table(fault: csv.Error) -> str:
    return say("this cannot be read as cells of a table ({why})", why=fault)


#: Headers in other words: what Chinese offices write for the columns of these files.
CALLED = {
    "unit": ("房号", "单元", "室号"),
    "area": ("建筑面积", "面积", "专有部分面积"),
    "owner": ("业主", "业主代码", "业主姓名"),
    "vote": ("表决", "表决意见", "意见"),
    "proxy": ("委托", "代理", "委托表决"),
    "id": ("编号", "序号"),
    "feature": ("特征", "类别"),
    "value": ("取值", "值"),
    "min": ("最少", "下限"),
    "max": ("最多", "上限"),
}


def headers(row: Sequence[str], wanted: Iterable[str]) -> list[str]:
    """A first row's columns, those that are wanted by their names here."""
    plain = {identity(word): name for name in wanted for word in (*CALLED.get(name, ()), name)}
    return [plain.get(identity(cell), cell.strip()) for cell in row]


def rows(
    path: Path, wanted: tuple[str, ...], optional: tuple[str, ...] = ()
) -> Iterator[tuple[int, list[tuple[int, str]]]]:
    """(line, cells with their columns) in the order of `wanted` headers, then `optional` ones.

    A header of `optional` that is not there gives empty cells in column 0.
    """
    reader = csv.reader(io.StringIO(text_of(path), newline=""), strict=True)
    try:
        head = headers(next(reader, []), (*wanted, *optional))
        missing = [name for name in wanted if name not in head]
        if missing:
            raise Malformed(path, 1, len(head) or 1, no_column(missing[0]))
        for name in (*wanted, *optional):  # which of two is meant, nobody can tell
            if head.count(name) > 1:
                column = len(head) - head[::-1].index(name)
                raise Malformed(path, 1, column, say("there are two columns “{name}”", name=name))
        at = [head.index(n) if n in head else -1 for n in (*wanted, *optional)]
        for row in reader:
            if len(row) != len(head):
                why = say("{n} cells are expected, {there} are there", n=len(head), there=len(row))
                raise Malformed(path, reader.line_num, min(len(row), len(head)) + 1, why)
            yield reader.line_num, [(n + 1, row[n] if n >= 0 else "") for n in at]
    except csv.Error as fault:
        raise Malformed(path, reader.line_num + 1, 1, no_table(fault)) from fault


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
        raise Malformed(
            path, line, column, say("“{text}” is no whole number", text=text[:40])
        ) from None
    if value not in among:
        raise Malformed(
            path,
            line,
            column,
            say("{n} is not among {least} … {most}", n=value, least=among[0], most=among[-1]),
        )
    return value
