"""Lists of tasks in minutes: rows of cells under heads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from .days import deadlines
from .offices import Offices
from .row import LONGEST, REQUIREMENT, Row

_HEADS = {
    "what": ("任务", "事项", "工作内容", "内容", "工作任务", "议定事项", "问题"),
    "leads": ("责任单位", "牵头单位", "承办单位", "责任部门", "牵头部门", "单位"),
    "helpers": ("配合单位", "协办单位", "配合部门"),
    "due": ("完成时限", "时限", "完成时间", "时间", "期限", "办结时限", "完成日期"),
}


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for line in text.split("\n"):
        yield at, line
        at += len(line) + 1


def cells_of(line: str) -> list[str] | None:
    for mark in ("\t", "|", "｜"):
        if line.count(mark) >= 2:
            return [cell.strip() for cell in line.strip().strip("|｜").split(mark)]
    return None


def row_of(
    cells: Sequence[str], line: str, at: int, told: date, known: Offices, text: str
) -> Iterator[Row]:
    """A row of a list of tasks: its columns are told by the nearest heads above."""
    if _named_columns(cells):
        return
    columns: dict[str, int] = {}
    for _start, above in lines_of(text[:at]):
        other = cells_of(above)
        if other is not None and (named := _named_columns(other)):
            columns = named
    if not columns or set("-— ") >= set("".join(cells)):
        return

    def cell(name: str) -> str:
        n = columns.get(name)
        return cells[n] if n is not None and n < len(cells) else ""

    what, leads = cell("what"), [f.name for f in known.within(cell("leads"))]
    if not what:
        return
    by = next(deadlines(cell("due"), told), None)
    yield Row(
        REQUIREMENT,
        line.strip(),
        what[:LONGEST],
        at,
        at + len(line),
        tuple(leads),
        tuple(f.name for f in known.within(cell("helpers"))),
        by.day if by else None,
        by.workdays if by else None,
        by.words if by else cell("due"),
    )


def _named_columns(cells: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, heads in _HEADS.items():
        for n, cell in enumerate(cells):
            if cell in heads and name not in found:
                found[name] = n
    return found if "what" in found and len(found) > 1 else {}
