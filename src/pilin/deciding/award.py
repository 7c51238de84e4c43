"""What a committee's sheet comes to: who took part, whether it is carried, the score, and a ranking with ties named.

A sheet is public once all votes are in, so anybody can recompute it: `pilin decide award SHEET.csv`. Scores are
whole numbers from 0 to 100 by criterion; the score of a nominee is the mean over members of their weighted mean,
kept as an exact fraction. Carried is what more than half of the members entitled say yes to, where at least the
quorum of them voted. As many yes as no is a tie, and named as one: it is not carried.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pilin.wording.identity import identity
from pilin.wording.saying import say

LOWEST, HIGHEST = 0, 100
QUORUM = Fraction(2, 3)


class Misread(ValueError):
    """A sheet that cannot be counted, and why, by line."""


@dataclass(frozen=True)
class Ballot:
    """What one member says: yes or no, and a score by criterion."""

    member: str
    yes: bool
    scores: Mapping[str, int]


@dataclass(frozen=True)
class Result:
    """`entitled` are the members who may vote: those who recused themselves may not."""

    entitled: int
    voted: int
    yes: int
    no: int
    score: Fraction | None  # None where nobody voted
    by_criterion: Mapping[str, Fraction]
    quorate: bool

    @property
    def tie(self) -> bool:
        return self.voted > 0 and self.yes == self.no

    @property
    def carried(self) -> bool:
        return self.quorate and 2 * self.yes > self.entitled


def result(
    weights: Mapping[str, int],
    ballots: Sequence[Ballot],
    entitled: int,
    quorum: Fraction = QUORUM,
) -> Result:
    """Raises Misread where a member votes twice, more vote than may, or a score is none."""
    members = [ballot.member for ballot in ballots]
    if len(set(members)) < len(members):
        raise Misread(say("A member stands there twice."))
    if len(ballots) > entitled:
        raise Misread(say("More members voted than may."))
    total = sum(weights.values())
    if not weights or total <= 0 or min(weights.values()) < 0:
        raise Misread(say("The weights of the criteria have to add up to more than nothing."))
    for ballot in ballots:
        if set(ballot.scores) != set(weights):
            raise Misread(
                say("Member {member} has not scored every criterion.", member=ballot.member)
            )
        if not all(LOWEST <= score <= HIGHEST for score in ballot.scores.values()):
            raise Misread(say("A score goes from 0 to 100: member {member}.", member=ballot.member))
    yes = sum(ballot.yes for ballot in ballots)
    by = {
        name: Fraction(sum(ballot.scores[name] for ballot in ballots), len(ballots))
        for name in weights
        if ballots
    }
    score = (
        sum((by[name] * weight for name, weight in weights.items()), Fraction(0)) / total
        if by
        else None
    )
    quorate = entitled > 0 and Fraction(len(ballots), entitled) >= quorum
    return Result(entitled, len(ballots), yes, len(ballots) - yes, score, by, quorate)


def ranked(scores: Iterable[tuple[str, Fraction]]) -> list[tuple[int, str, bool]]:
    """Place, name, and whether others share it; the best first, names in their order within a place (1, 2, 2, 4)."""
    rows = sorted(scores, key=lambda row: (-row[1], row[0]))
    found = []
    for name, score in rows:
        place = 1 + sum(other > score for _name, other in rows)
        shared = sum(other == score for _name, other in rows) > 1
        found.append((place, name, shared))
    return found


_HEAD = re.compile(r"(.+?)\s*[(（](\d{1,3})[)）]")
YES, NO = ("yes", "同意", "赞成", "1"), ("no", "不同意", "反对", "0")


#: Lines above the table: how many may vote, and which part of them has to.
ENTITLED, PART = ("entitled", "可表决人数"), ("quorum", "法定人数")


@dataclass(frozen=True)
class Sheet:
    """A sheet as read. `entitled` and `quorum` as it says them; None where it does not."""

    weights: dict[str, int]
    ballots: list[Ballot]
    entitled: int | None = None
    quorum: Fraction | None = None

    def result(self, entitled: int | None = None) -> Result:
        """What it comes to; as many may vote as `entitled` says, else the sheet, else as many as voted."""
        said = next((n for n in (entitled, self.entitled) if n is not None), len(self.ballots))
        quorum = QUORUM if self.quorum is None else self.quorum
        return result(self.weights, self.ballots, said, quorum)


def read(text: str) -> Sheet:
    """A sheet as CSV: member, yes or no, then a column for each criterion with its weight, as 危险程度(40).

    Above it may stand `entitled,5` and `quorum,2/3`. Raises Misread.
    """
    lines = enumerate(csv.reader(io.StringIO(text)), 1)
    rows = [(n, row) for n, row in lines if any(cell.strip() for cell in row)]
    entitled = quorum = None
    while rows and identity(rows[0][1][0]) in (*ENTITLED, *PART):
        n, (word, *cells) = rows.pop(0)
        said = cells[0].strip() if cells else ""
        if identity(word) in ENTITLED:
            entitled = _entitled(n, said)
        else:
            quorum = _part(n, said)
    if not rows:
        raise Misread(say("The sheet is empty."))
    first, head = rows[0]
    weights: dict[str, int] = {}
    for cell in head[2:]:
        found = _HEAD.fullmatch(cell.strip())
        if not found:
            raise Misread(
                say(
                    "Line {n}: “{head}” should be a criterion and its weight, as 危险程度(40).",
                    n=first,
                    head=cell,
                )
            )
        weights[found[1]] = int(found[2])
    ballots = []
    for number, row in rows[1:]:
        word = row[1].strip().lower() if len(row) > 1 else ""
        cells = [cell.strip() for cell in row[2:]]
        if word not in (*YES, *NO):
            raise Misread(say("Line {n}: the second column says yes or no.", n=number))
        if len(cells) != len(weights) or not all(c.isascii() and c.isdigit() for c in cells):
            raise Misread(say("Line {n}: a whole number for each criterion, please.", n=number))
        scores = dict(zip(weights, map(int, cells), strict=True))
        ballots.append(Ballot(row[0].strip(), word in YES, scores))
    return Sheet(weights, ballots, entitled, quorum)


def _entitled(n: int, said: str) -> int:
    if not (said.isascii() and said.isdigit() and len(said) <= 4):
        raise Misread(say("Line {n}: how many may vote is a whole number.", n=n))
    return int(said)


def _part(n: int, said: str) -> Fraction:
    found = re.fullmatch(r"(\d{1,3})/(\d{1,3})|([01])", said, re.ASCII)
    if not found or (found[2] and int(found[2]) == 0):
        raise Misread(say("Line {n}: a quorum is written as 2/3.", n=n))
    part = Fraction(int(found[1]), int(found[2])) if found[2] else Fraction(found[3])
    if part > 1:
        raise Misread(say("Line {n}: a quorum is written as 2/3.", n=n))
    return part


def written(
    weights: Mapping[str, int],
    ballots: Iterable[Ballot],
    entitled: int | None = None,
    quorum: Fraction | None = None,
) -> str:
    """The sheet as CSV, as `read` takes it."""
    out = io.StringIO()
    lines = csv.writer(out)
    if entitled is not None:
        lines.writerow([ENTITLED[0], entitled])
    if quorum is not None:
        lines.writerow([PART[0], str(quorum)])
    lines.writerow(
        ["member", "carried", *(f"{name}({weight})" for name, weight in weights.items())]
    )
    for ballot in ballots:
        scores = [ballot.scores[name] for name in weights]
        lines.writerow([ballot.member, "yes" if ballot.yes else "no", *scores])
    return out.getvalue()
