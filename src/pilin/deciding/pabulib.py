"""Elections in the Pabulib format (.pb), read and written.

Fałszewski et al., "Participatory Budgeting: Data, Tools, and Analysis", IJCAI 2023.
"""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

from .budget import Election
from .tables import Malformed


def read_election(path: Path) -> Election:
    """A Pabulib file (.pb): sections META, PROJECTS and VOTES, cells apart by semicolons.

    Approval ballots give each project one point; scoring and cumulative ones their points.
    """
    section, heads, meta = "", [""], {}
    costs: dict[str, Fraction] = {}
    ballots: list[dict[str, Fraction]] = []
    with path.open(encoding="utf-8-sig", newline="") as text:
        for line, row in enumerate(csv.reader(text, delimiter=";"), 1):
            if not row or row == [""]:
                continue
            if len(row) == 1 and row[0].strip() in ("META", "PROJECTS", "VOTES"):
                section, heads = row[0].strip(), []
            elif not section:
                raise Malformed(path, line, 1, "a section is expected: META, PROJECTS or VOTES")
            elif not heads:
                heads = [head.strip() for head in row]
            elif section == "META":
                meta[row[0].strip()] = row[1].strip() if len(row) > 1 else ""
            elif section == "PROJECTS":
                name = _cell(path, line, row, heads, "project_id")
                costs[name] = _amount(path, line, row, heads, "cost")
            else:
                ballots.append(_ballot(path, line, row, heads, costs))
    if "budget" not in meta or not costs:
        raise Malformed(path, 1, 1, "there is no budget, or there are no projects")
    try:
        budget = Fraction(meta["budget"].replace(",", "."))
    except ValueError:
        raise Malformed(path, 1, 1, f"“{meta['budget'][:40]}” is no budget") from None
    return Election(budget, costs, ballots)


def _cell(path: Path, line: int, row: list[str], heads: list[str], name: str) -> str:
    if name not in heads:
        raise Malformed(path, line, 1, f"there is no column “{name}”")
    if len(row) <= heads.index(name):
        raise Malformed(path, line, len(row) + 1, f"“{name}” is missing")
    return row[heads.index(name)].strip()


def _amount(path: Path, line: int, row: list[str], heads: list[str], name: str) -> Fraction:
    text = _cell(path, line, row, heads, name)
    try:
        return Fraction(text.replace(",", "."))
    except (ValueError, ZeroDivisionError):
        column = heads.index(name) + 1
        raise Malformed(path, line, column, f"“{text[:40]}” is no amount") from None


def _ballot(
    path: Path, line: int, row: list[str], heads: list[str], costs: dict[str, Fraction]
) -> dict[str, Fraction]:
    names = [n for n in _cell(path, line, row, heads, "vote").split(",") if n]
    column = heads.index("vote") + 1
    for name in names:
        if name not in costs:
            raise Malformed(path, line, column, f"there is no project “{name[:40]}”")
    if "points" not in heads:
        return dict.fromkeys(names, Fraction(1))
    given = [p for p in _cell(path, line, row, heads, "points").split(",") if p]
    column = heads.index("points") + 1
    if len(given) != len(names):
        why = f"{len(names)} projects have {len(given)} points"
        raise Malformed(path, line, column, why)
    try:
        return {n: Fraction(p) for n, p in zip(names, given, strict=True)}
    except (ValueError, ZeroDivisionError):
        raise Malformed(path, line, column, "these are no points") from None
