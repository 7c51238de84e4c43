"""Votes read from files: each fault with its line and column, and nothing counted."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from .budget import Election
from .opinion import OpinionMap, Votes, latest
from .owners import ABSENT, ABSTAIN, NO, YES, Result, SplitVote, count


class Malformed(ValueError):
    """A file that cannot be counted: `line` and `column` from 1, and why."""

    def __init__(self, path: Path, line: int, column: int, why: str) -> None:
        super().__init__(f"{path.name}, line {line}, column {column}: {why}")
        self.line, self.column = line, column


def _rows(path: Path, wanted: tuple[str, ...]) -> Iterator[tuple[int, list[tuple[int, str]]]]:
    """(line, cells with their columns) in the order of `wanted` headers."""
    with path.open(encoding="utf-8-sig", newline="") as text:
        reader = csv.reader(text, strict=True)
        try:
            head = next(reader, [])
            missing = [name for name in wanted if name not in head]
            if missing:
                raise Malformed(path, 1, len(head) or 1, f"there is no column “{missing[0]}”")
            at = [head.index(name) for name in wanted]
            for row in reader:
                if len(row) != len(head):
                    why = f"{len(head)} cells are expected, {len(row)} are there"
                    raise Malformed(path, reader.line_num, min(len(row), len(head)) + 1, why)
                yield reader.line_num, [(n + 1, row[n]) for n in at]
        except (csv.Error, UnicodeDecodeError) as fault:
            raise Malformed(path, reader.line_num + 1, 1, str(fault)) from fault


def _number(path: Path, line: int, cell: tuple[int, str], among: range) -> int:
    column, text = cell
    try:
        number = int(text)
    except ValueError:
        raise Malformed(path, line, column, f"“{text[:40]}” is no whole number") from None
    if number not in among:
        raise Malformed(path, line, column, f"{number} is not among {among.start} … {among[-1]}")
    return number


def read_votes(path: Path, comments: Path | None = None) -> tuple[Votes, list[int]]:
    """Votes from a Polis export: columns timestamp, comment-id, voter-id, vote.

    A later row of one person on one statement replaces the earlier one; statements whose
    `moderated` is −1 in the comments file are taken out. Also gives the id of each person.
    """
    ids = range(0, 2**31)
    rows: list[tuple[int, int, int, int]] = []
    for line, cells in _rows(path, ("timestamp", "voter-id", "comment-id", "vote")):
        when = _number(path, line, cells[0], range(-(2**62), 2**62))
        who, what = (_number(path, line, c, ids) for c in cells[1:3])
        rows.append((when, who, what, _number(path, line, cells[3], range(-1, 2))))
    if not rows:
        raise Malformed(path, 2, 1, "there are no votes")
    rows.sort(key=lambda row: row[0])  # stable: rows of one moment keep their order
    table = np.array([row[1:] for row in rows], dtype=np.int64)
    people, person = np.unique(table[:, 0], return_inverse=True)
    out: list[int] = []
    statements = int(np.max(table[:, 1])) + 1
    if comments:
        for line, cells in _rows(comments, ("comment-id", "moderated")):
            statement = _number(comments, line, cells[0], ids)
            statements = max(statements, statement + 1)
            if _number(comments, line, cells[1], range(-1, 2)) == -1:
                out.append(statement)
    kept = latest(person, table[:, 1], table[:, 2].astype(np.int8))
    return Votes(*kept, len(people), statements, tuple(out)), [int(p) for p in people]


WAYS = {
    "yes": YES,
    "同意": YES,
    "no": NO,
    "反对": NO,
    "abstain": ABSTAIN,
    "弃权": ABSTAIN,
    "": ABSENT,
}


def read_owners(path: Path, item: int) -> Result:
    """The owners' vote of a file with columns unit, area, owner, vote (yes, no, abstain or empty).

    A unit comes once; units of one owner bear the same name and the same vote.
    """
    areas, owners, votes, lines = [], [], [], []
    units: set[str] = set()
    for line, (unit, area, owner, vote) in _rows(path, ("unit", "area", "owner", "vote")):
        for column, text in (unit, owner):
            if not text.strip():
                raise Malformed(path, line, column, "this cell is empty")
        if unit[1] in units:
            raise Malformed(path, line, unit[0], f"unit “{unit[1]}” stands above already")
        units.add(unit[1])
        try:
            size = Fraction(area[1].strip())
        except (ValueError, ZeroDivisionError):
            size = Fraction(0)
        if size <= 0:
            raise Malformed(path, line, area[0], f"“{area[1][:40]}” is no area above nought")
        if vote[1].strip() not in WAYS:
            raise Malformed(path, line, vote[0], f"“{vote[1][:40]}” is no vote")
        areas.append(size)
        owners.append(owner[1].strip())
        votes.append(WAYS[vote[1].strip()])
        lines.append((line, vote[0]))
    if not areas:
        raise Malformed(path, 2, 1, "there are no units")
    try:
        return count(areas, owners, votes, item)
    except SplitVote as fault:
        raise Malformed(path, *lines[fault.unit], str(fault)) from fault


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


def opinion_json(found: OpinionMap, people: list[int]) -> dict[str, Any]:
    """participant → group, the groups with what they stand for, and what all groups agree on."""
    sizes = np.bincount(found.group[found.group >= 0], minlength=len(found.representative))
    aware = np.argsort(-found.group_aware, kind="stable")[:5]
    return {
        "participants": {
            str(p): int(g) for p, g in zip(people, found.group, strict=True) if g >= 0
        },
        "groups": [
            {"group": n, "size": int(sizes[n]), "representative": [vars(r) for r in statements]}
            for n, statements in enumerate(found.representative)
        ],
        "consensus": [vars(c) for c in found.consensus],
        "group_aware_consensus": [
            {"statement": int(s), "value": float(found.group_aware[s])} for s in aware
        ],
        "silhouette": found.silhouette,
    }
