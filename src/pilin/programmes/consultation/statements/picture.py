"""The opinion map as marks for SVG, and the same in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pilin.programmes.consultation.models import Statement

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


@dataclass(frozen=True)
class Said:
    """A statement, whether people agree with it, and how many of each group do (per cent)."""

    statement: Statement
    agrees: bool
    share: int
    by_group: list[tuple[str, int]]


@dataclass(frozen=True)
class Group:
    letter: str
    number: int
    size: int
    share: int  # per cent of those in the map
    said: list[Said]


def groups(found: Mapping[str, Any], texts: Mapping[int, Statement]) -> list[Group]:
    """What tells each group from the others."""
    whole = sum(g["size"] for g in found["groups"]) or 1
    return [
        Group(
            LETTERS[n],
            n,
            g["size"],
            round(g["size"] / whole * 100),
            [
                _said(found, texts[r["statement"]], r)
                for r in g["represents"]
                if r["statement"] in texts
            ],
        )
        for n, g in enumerate(found["groups"])
    ]


def _said(found: Mapping[str, Any], statement: Statement, row: Mapping[str, Any]) -> Said:
    column = found["statements"].index(statement.number)
    tables = [table[column] for table in found["by_group"]]
    side = 0 if row["agrees"] else 2
    shares = [round(votes[side] / (sum(votes) or 1) * 100) for votes in tables]
    whole = [sum(counts) for counts in zip(*tables, strict=True)]
    share = round(whole[side] / (sum(whole) or 1) * 100)
    return Said(statement, row["agrees"], share, list(zip(LETTERS, shares, strict=False)))


def common(found: Mapping[str, Any], texts: Mapping[int, Statement], most: int = 5) -> list[Said]:
    """What all groups agree on, by the product of the shares that agree; more than half in each."""
    rows = []
    ranked = sorted(zip(found["aware"], found["statements"], strict=True), reverse=True)
    for _aware, number in ranked:
        column = found["statements"].index(number)
        tables = [table[column] for table in found["by_group"]]
        if number in texts and all(sum(t) and t[0] * 2 > sum(t) for t in tables):
            rows.append(_said(found, texts[number], {"agrees": True}))
    return rows[:most]
