"""Elections in the Pabulib format (.pb), read and written.

Faliszewski et al., "Participatory Budgeting: Data, Tools, and Analysis", IJCAI 2023, and the format's
description at pabulib.org: sections META, PROJECTS and VOTES, cells apart by semicolons.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from pilin.wording.decoding import Undecodable, decode
from pilin.wording.identity import identity
from pilin.wording.saying import say

from .budget import Election
from .tables import Malformed, no_column, no_table, stands_above

if TYPE_CHECKING:
    from _csv import Reader

#: Kinds of ballot, and whether points stand beside the projects.
KINDS = {"approval": False, "choose-1": False, "scoring": True, "cumulative": True}
SECTIONS = ("META", "PROJECTS", "VOTES")
#: At most so many digits before and after the point: enough for any money, and for no mischief.
NUMBER = re.compile(r"[+-]?(\d{1,18}(\.\d{0,18}|/\d{1,18})?|\.\d{1,18})", re.ASCII)
Points = dict[str, Fraction] | dict[str, int]


@dataclass(frozen=True)
class File:
    """What a file says: the election; `meta` by key; of each project, its cells by column.

    Of voters nothing but the ballots is kept: neither number nor age nor sex.
    """

    election: Election
    meta: Mapping[str, str] = field(default_factory=dict)
    projects: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def selected(self) -> list[str]:
        """Projects the file says were carried out, if it says so."""
        return [name for name, cells in self.projects.items() if cells.get("selected") == "1"]


def read_election(path: Path) -> Election:
    return read_file(path).election


def read_file(path: Path) -> File:
    """Read a Pabulib file (.pb, or .pb.gz).

    Approval ballots give each project one point; scoring and cumulative ones their points. Raises
    Malformed, with line and column (of cells), for whatever cannot be counted: also rankings, a
    project named twice, and another number of projects or votes than META gives.
    """
    reader = _Reader(path)
    try:
        raw = path.read_bytes()
        text = decode(gzip.decompress(raw) if path.suffix == ".gz" else raw)
    except Undecodable as fault:
        raise Malformed(path, 1, 1, str(fault)) from fault
    except (EOFError, gzip.BadGzipFile, zlib.error) as fault:
        raise Malformed(path, 1, 1, say("this is no file packed by gzip")) from fault
    _quotes(path, text)
    try:
        reader.read(io.StringIO(text, newline=""))
    except csv.Error as fault:
        raise Malformed(path, reader.line + 1, 1, no_table(fault)) from fault
    return reader.file()


def _quotes(path: Path, text: str) -> None:
    """Refuse a cell that is opened with a quotation mark and not closed in its line.

    Its rest would take in the lines below, ballots and all. No cell of the format has a line break.
    """
    if '"' not in text:
        return
    for number, line in enumerate(text.splitlines(), 1):
        if '"' in line and (column := _unclosed(line)):
            raise Malformed(path, number, column, say("a quotation mark is opened and not closed"))


def _unclosed(line: str) -> int:
    """The column (of cells) that is opened with a quotation mark and never closed; 0 for none."""
    at, column = 0, 1
    while at < len(line):
        if line[at] == '"':
            at += 1
            while (at := line.find('"', at)) >= 0 and line[at + 1 : at + 2] == '"':
                at += 2  # two stand for one
            if at < 0:
                return column
        # What follows a closed mark belongs to the cell as it stands: "Old street" by the school.
        at = line.find(";", at)
        if at < 0:
            return 0
        at, column = at + 1, column + 1
    return 0


@dataclass
class _Reader:
    path: Path
    line: int = 0
    heads: list[str] = field(default_factory=list)
    sections: set[str] = field(default_factory=set)
    meta: dict[str, tuple[int, str]] = field(default_factory=dict)  # with the line it stands on
    projects: dict[str, dict[str, str]] = field(default_factory=dict)
    costs: dict[str, Fraction] = field(default_factory=dict)
    # Ballots as they are written: how often, and the line of the first.
    ballots: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    points: bool = False
    names: dict[str, str] = field(default_factory=dict)  # by identity, as first written

    def read(self, text: TextIO) -> None:
        section, rows = "", csv.reader(text, delimiter=";")
        for row in rows:
            self.line = rows.line_num
            if len(row) == 1 and row[0].strip().upper() in SECTIONS:
                section, self.heads = row[0].strip().upper(), []
                self.sections.add(section)
            elif not row or (len(row) == 1 and not row[0].strip()):
                continue
            elif not section:
                raise self.fault(1, say("a section is expected: META, PROJECTS or VOTES"))
            elif not self.heads:
                self.heads = [head.strip() for head in row]
                if section == "VOTES":
                    self.votes(rows)
            elif section == "META":
                self.meta[row[0].strip()] = (self.line, row[1].strip() if len(row) > 1 else "")
            else:
                self.project(row)

    def project(self, row: list[str]) -> None:
        self.fits(row)
        name = self.cell(row, "project_id")
        twin = self.names.setdefault(identity(name), name)
        if not name or name in self.costs or twin != name:
            why = stands_above(twin) if name else say("this cell is empty")
            raise self.fault(self.column("project_id"), why)
        cost = self.cell(row, "cost")
        self.costs[name] = self.amount(cost, self.column("cost"))
        self.projects[name] = dict(zip(self.heads, (cell.strip() for cell in row), strict=False))

    def votes(self, rows: Reader) -> None:
        """The rest of the file; like ballots are put together before they are looked at."""
        self.points = KINDS.get(self.kind(), "points" in self.heads)
        vote, most = self.column("vote") - 1, self.column("points") - 1 if self.points else 0
        for row in rows:
            if not vote < len(row) <= len(self.heads):
                if not row or (len(row) == 1 and not row[0].strip()):
                    continue
                self.line = rows.line_num
                self.fits(row)
                self.cell(row, "vote")
            key = row[vote], (row[most] if len(row) > most else "") if self.points else ""
            found = self.ballots.get(key)
            if found:
                found[0] += 1
            else:
                self.ballots[key] = [1, rows.line_num]
        self.line = rows.line_num

    def file(self) -> File:
        for section in SECTIONS:
            if section not in self.sections:
                raise self.fault(1, say("there is no section {section}", section=section))
        if "budget" not in self.meta:
            self.line = 1
            raise self.fault(1, say("there is no budget in META"))
        self.line, text = self.meta["budget"]
        budget = self.amount(text, 2)
        ballots, weights = [], []
        for (vote, points), (weight, line) in self.ballots.items():
            self.line = line
            ballots.append(self.ballot(vote, points))
            weights.append(weight)
        for key, there in (("num_projects", len(self.costs)), ("num_votes", sum(weights))):
            self.line, said = self.meta.get(key, (self.line, str(there)))
            if said != str(there):
                raise self.fault(2, say("{n} are there, not “{said}”", n=there, said=said[:40]))
        try:
            election = Election.of(budget, self.costs, ballots, weights)
        except ValueError as fault:
            raise self.fault(1, str(fault)) from fault
        return File(election, {key: text for key, (_, text) in self.meta.items()}, self.projects)

    def ballot(self, vote: str, points: str) -> Points:
        names = [name for text in vote.split(",") if (name := text.strip())]
        for name in names:
            if name not in self.costs:
                raise self.fault(
                    self.column("vote"), say("there is no project “{name}”", name=name[:40])
                )
        if len(set(names)) < len(names):
            raise self.fault(self.column("vote"), say("a project is named twice"))
        if not self.points:
            return dict.fromkeys(names, 1)
        given = [_number(x) for text in points.split(",") if (x := text.strip())]
        if len(given) != len(names):
            why = say("{n} projects have {points} points", n=len(names), points=len(given))
            raise self.fault(self.column("points"), why)
        found = {name: x for name, x in zip(names, given, strict=True) if x is not None}
        if len(found) < len(names):
            raise self.fault(self.column("points"), say("these are no points"))
        return found

    def kind(self) -> str:
        """The type of ballots META gives, "" for none."""
        line, kind = self.meta.get("vote_type", (self.line, ""))
        if kind and kind not in KINDS:
            self.line = line
            raise self.fault(2, say("“{kind}” ballots cannot be counted", kind=kind[:40]))
        return kind

    def fits(self, row: list[str]) -> None:
        if len(row) > len(self.heads):
            raise self.fault(len(self.heads) + 1, say("there is no column for this cell"))

    def column(self, name: str) -> int:
        if name not in self.heads:
            raise self.fault(1, no_column(name))
        return self.heads.index(name) + 1

    def cell(self, row: list[str], name: str) -> str:
        column = self.column(name)
        if len(row) < column:
            raise self.fault(len(row) + 1, say("“{name}” is missing", name=name))
        return row[column - 1].strip()

    def amount(self, text: str, column: int) -> Fraction:
        amount = _number(text.replace(",", "."))
        if amount is None:
            raise self.fault(column, say("“{text}” is no amount", text=text[:40]))
        if amount < 0:
            raise self.fault(column, say("“{text}” is less than nothing", text=text[:40]))
        return amount

    def fault(self, column: int, why: str) -> Malformed:
        return Malformed(self.path, self.line, column, why)


def _number(text: str) -> Fraction | None:
    try:
        return Fraction(text) if NUMBER.fullmatch(text) else None
    except ZeroDivisionError:
        return None


def write_file(path: Path, file: File, selected: Collection[str] | None = None) -> None:
    """Write a Pabulib file; voters are numbered anew, like ballots one after the other.

    META and the projects' cells are those of `file`, except what follows from the election: budget,
    costs, numbers, kind of ballot, votes and score. `selected`: the winners, if they are to be marked.
    """
    election = file.election
    ballots = election.ballots()
    points = any(x != 1 for _, ballot in ballots for x in ballot.values())
    kind = file.meta.get("vote_type", "")
    if KINDS.get(kind) is None or (points and not KINDS[kind]):
        kind = "scoring" if points else "approval"
    counted = {
        "num_projects": str(len(election.names)),
        "num_votes": str(election.voters),
        "budget": _decimal(election.budget),
        "vote_type": kind,
    }
    with path.open("w", encoding="utf-8", newline="") as text:
        out = csv.writer(text, delimiter=";", lineterminator="\n")
        out.writerows([["META"], ["key", "value"], *{**file.meta, **counted}.items()])
        projects = _projects(file, ballots, KINDS[kind], selected)
        heads = list(dict.fromkeys(head for cells in projects for head in cells))
        out.writerows([["PROJECTS"], heads])
        out.writerows([cells.get(head, "") for head in heads] for cells in projects)
        out.writerows([["VOTES"], ["voter_id", "vote", *["points"] * KINDS[kind]]])
        voter = 0
        for weight, ballot in ballots:
            cells = [",".join(ballot)]
            if KINDS[kind]:
                cells.append(",".join(map(_decimal, ballot.values())))
            for _ in range(weight):
                voter += 1
                out.writerow([voter, *cells])


def _projects(
    file: File,
    ballots: list[tuple[int, dict[str, Fraction]]],
    points: bool,
    selected: Collection[str] | None,
) -> list[dict[str, str]]:
    election = file.election
    votes = dict.fromkeys(election.names, 0)
    score = dict.fromkeys(election.names, Fraction(0))
    for weight, ballot in ballots:
        for name, x in ballot.items():
            votes[name] += weight
            score[name] += weight * x
    found = []
    order = [name for name in file.projects if name in votes]
    for name in dict.fromkeys([*order, *election.names]):
        cells = {"project_id": name, "cost": _decimal(election.cost_of([name]))}
        cells["votes"] = str(votes[name])
        if points:
            cells["score"] = _decimal(score[name])
        cells = {**cells, **file.projects.get(name, {}), **cells}
        if selected is not None:
            cells["selected"] = str(int(name in selected))
        found.append(cells)
    return found


def _decimal(x: Fraction) -> str:
    """As a decimal if it ends, else as a fraction; both are read again exactly."""
    places = 0
    while places < 18 and (x * 10**places).denominator > 1:
        places += 1
    scaled = x * 10**places
    if scaled.denominator > 1:
        return str(x)
    if not places:
        return str(scaled.numerator)
    digits = str(abs(scaled.numerator)).rjust(places + 1, "0")
    return f"{'-' * (x < 0)}{digits[:-places]}.{digits[-places:]}"
