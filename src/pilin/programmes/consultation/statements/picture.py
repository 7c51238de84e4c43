"""The opinion map as marks for SVG, and the same in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pilin.programmes.consultation.models import Statement

from . import sentences
from .opinions import place_of

WIDTH, HEIGHT, EDGE = 640.0, 400.0, 24.0
LETTERS = "ABCDE"


@dataclass(frozen=True)
class Mark:
    """People in one place: `shape` tells groups apart without colour."""

    x: float
    y: float
    group: int
    people: int
    path: str


@dataclass(frozen=True)
class Map:
    marks: list[Mark]
    hulls: list[tuple[int, str]]  # group, points of a polygon
    labels: list[tuple[int, str, float, float]]  # group, letter, x, y
    width: float = WIDTH
    height: float = HEIGHT


def draw(found: Mapping[str, Any]) -> Map:
    """Marks sized by people, the outline of each group, and its letter where its people are."""
    marks = [_mark(*row) for row in found["marks"]]
    outlines = enumerate(found["outlines"])
    hulls = [(g, " ".join("{:.1f},{:.1f}".format(*_at(*c)) for c in row)) for g, row in outlines]
    return Map(marks, hulls, [_label(g, marks) for g in range(len(hulls))])


def _at(x: float, y: float) -> tuple[float, float]:
    """From 0 … 1000 to the picture."""
    wide, high = WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE
    return round(EDGE + x / 1000 * wide, 1), round(EDGE + y / 1000 * high, 1)


def _mark(x: float, y: float, group: int, people: int) -> Mark:
    r = min(14.0, 3.2 + 1.1 * math.sqrt(people - 1))
    return Mark(*_at(x, y), group, people, _shape(group, *_at(x, y), r))


def _label(group: int, marks: list[Mark]) -> tuple[int, str, float, float]:
    own = [m for m in marks if m.group == group]
    n = sum(m.people for m in own)
    x, y = (sum(getattr(m, axis) * m.people for m in own) / n for axis in "xy")
    return group, LETTERS[group], round(x, 1), round(y, 1)


def _shape(group: int, x: float, y: float, r: float) -> str:
    """A path: circle, square, triangle, diamond, cross, by group."""
    match group % 5:
        case 0:
            return f"M{x - r:.1f} {y:.1f}a{r:.1f} {r:.1f} 0 1 0 {2 * r:.1f} 0a{r:.1f} {r:.1f} 0 1 0 {-2 * r:.1f} 0"
        case 1:
            s = r * 0.88
            return f"M{x - s:.1f} {y - s:.1f}h{2 * s:.1f}v{2 * s:.1f}h{-2 * s:.1f}z"
        case 2:
            return f"M{x:.1f} {y - r * 1.2:.1f}l{r * 1.1:.1f} {r * 1.9:.1f}h{-2.2 * r:.1f}z"
        case 3:
            s = r * 1.25
            return f"M{x:.1f} {y - s:.1f}l{s:.1f} {s:.1f}l{-s:.1f} {s:.1f}l{-s:.1f} {-s:.1f}z"
    s = r * 0.45
    return (
        f"M{x - s:.1f} {y - r:.1f}h{2 * s:.1f}v{r - s:.1f}h{r - s:.1f}v{2 * s:.1f}h{s - r:.1f}"
        f"v{r - s:.1f}h{-2 * s:.1f}v{s - r:.1f}h{s - r:.1f}v{-2 * s:.1f}h{r - s:.1f}z"
    )


#: Answers from which on anybody is in the map, as Polis has it (fewer where there are fewer).
IN_MAP = 7
#: Two places nearer than this, of a picture 1000 wide, are the same but for rounding.
SAME = 0.2


@dataclass(frozen=True)
class Here:
    """Where a voter lies on the picture, and the group of those nearest; `x` None: not placed yet.

    `missing` is how many answers more it takes to be placed.
    """

    x: float | None = None
    y: float = 0.0
    group: int = 0
    missing: int = 0

    @property
    def letter(self) -> str:
        return LETTERS[self.group]

    @property
    def above(self) -> bool:
        """Whether there is room for words above the place."""
        return self.y > 70

    @property
    def words_x(self) -> float:
        """The middle of these words, so that they stay inside."""
        return min(max(self.x or 0.0, 90.0), WIDTH - 90.0)


def here(found: Mapping[str, Any], said: Mapping[int, str]) -> Here | None:
    """Where somebody lies who gave these answers, by statement; None on a map without places.

    Whoever is in the map has their own mark there, and so their own group; who has answered enough
    since it was drawn is told the group of the nearest mark.
    """
    if "axes" not in found:
        return None
    wanted = min(IN_MAP, len(found["statements"]) - len(found["axes"]["out"]))
    at = place_of(found, said)
    if at is None:
        return Here(missing=wanted)
    near, (_x, _y, group, _people) = min(
        ((math.dist(at, mark[:2]), mark) for mark in found["marks"]), key=lambda pair: pair[0]
    )
    answered = len(said.keys() & set(found["statements"]))
    if answered < wanted and near > SAME:
        return Here(missing=wanted - answered)
    x, y = (min(max(value, 0.0), 1000.0) for value in at)
    return Here(*_at(x, y), group)


@dataclass(frozen=True)
class Split:
    """How one group answered one statement: votes, and the shares of a hundred."""

    group: int
    votes: tuple[int, int, int]  # agree, pass, disagree

    @property
    def letter(self) -> str:
        return LETTERS[self.group]

    @property
    def cast(self) -> int:
        return sum(self.votes)

    @property
    def agree(self) -> int:
        return self._share(0)

    @property
    def disagree(self) -> int:
        return self._share(2)

    def _share(self, n: int) -> int:
        return round(self.votes[n] / (self.cast or 1) * 100)

    @property
    def pieces(self) -> list[tuple[str, float, float]]:
        return pieces(self.votes)


def pieces(votes: Sequence[int]) -> list[tuple[str, float, float]]:
    """A bar 100 wide of agree, pass and disagree: (class, from, width); nothing of no votes."""
    whole, at, found = sum(votes) or 1, 0.0, []
    for name, n in zip(("agree", "pass", "disagree"), votes, strict=True):
        width = n / whole * 100
        if n:
            found.append((name, round(at, 2), round(width, 2)))
        at += width
    return found


@dataclass(frozen=True)
class Said:
    """A statement with how each group answered; `agrees` is what is told of it."""

    statement: Statement
    agrees: bool
    splits: list[Split]

    @property
    def share(self) -> int:
        """Of all in the map who answered, so many of a hundred say so."""
        told = sum(split.votes[0 if self.agrees else 2] for split in self.splits)
        return round(told / (sum(split.cast for split in self.splits) or 1) * 100)


@dataclass(frozen=True)
class Group:
    letter: str
    number: int
    size: int
    share: int  # per cent of those in the map
    said: list[Said]
    sentence: str
    shape: str  # a path, in a square of 24


def groups(found: Mapping[str, Any], texts: Mapping[int, Statement]) -> list[Group]:
    """What tells each group from the others."""
    whole = sum(g["size"] for g in found["groups"]) or 1
    return [_group(found, texts, n, whole) for n in range(len(found["groups"]))]


def _group(found: Mapping[str, Any], texts: Mapping[int, Statement], n: int, whole: int) -> Group:
    kept = found["groups"][n]
    said = [
        Said(texts[r["statement"]], r["agrees"], splits(found, r["statement"]))
        for r in kept["represents"]
        if r["statement"] in texts
    ]
    # Only what more than half of them say may be said of most of them.
    most = [s for s in said if s.splits[n].votes[0 if s.agrees else 2] * 2 > s.splits[n].cast]
    words = sentences.most_of(
        LETTERS[n],
        [s.statement.text for s in most if s.agrees],
        [s.statement.text for s in most if not s.agrees],
    )
    share = round(kept["size"] / whole * 100)
    return Group(LETTERS[n], n, kept["size"], share, said, words, _shape(n, 12, 12, 8))


def splits(found: Mapping[str, Any], number: int) -> list[Split]:
    """How each group answered a statement; nothing for one the map does not know."""
    if number not in found["statements"]:
        return []
    column = found["statements"].index(number)
    return [Split(g, tuple(table[column])) for g, table in enumerate(found["by_group"])]


def common(found: Mapping[str, Any], texts: Mapping[int, Statement], most: int = 5) -> list[Said]:
    """What all groups agree on, by the product of the shares that agree; more than half in each."""
    rows = []
    ranked = sorted(zip(found["aware"], found["statements"], strict=True), reverse=True)
    for _aware, number in ranked:
        told = splits(found, number)
        if number in texts and all(s.cast and s.votes[0] * 2 > s.cast for s in told):
            rows.append(Said(texts[number], True, told))
    return rows[:most]
