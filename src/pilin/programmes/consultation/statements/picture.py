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
    r: float
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
    """Marks sized by people, the outline of each group, and its letter at the middle."""
    marks: list[Mark] = []
    points: dict[int, list[tuple[float, float, int]]] = {}
    for x, y, group, n in found["marks"]:
        px = EDGE + x / 1000 * (WIDTH - 2 * EDGE)
        py = EDGE + y / 1000 * (HEIGHT - 2 * EDGE)
        r = min(14.0, 3.2 + 1.1 * math.sqrt(n - 1))
        marks.append(
            Mark(round(px, 1), round(py, 1), round(r, 1), group, n, _shape(group, px, py, r))
        )
        points.setdefault(group, []).append((px, py, n))
    hulls = [(g, " ".join(f"{x:.1f},{y:.1f}" for x, y in hull(rows))) for g, rows in points.items()]
    labels = []
    for g, rows in sorted(points.items()):
        n = sum(row[2] for row in rows)
        x = sum(row[0] * row[2] for row in rows) / n
        y = sum(row[1] * row[2] for row in rows) / n
        labels.append((g, LETTERS[g], round(x, 1), round(y, 1)))
    return Map(marks, sorted(hulls), labels)


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


def hull(rows: list[tuple[float, float, int]]) -> list[tuple[float, float]]:
    """Convex hull by Andrew's monotone chain (1979)."""
    points = sorted({(x, y) for x, y, _n in rows})
    if len(points) < 3:
        return points

    def half(ordered: list[tuple[float, float]]) -> list[tuple[float, float]]:
        chain: list[tuple[float, float]] = []
        for p in ordered:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], p) <= 0:
                chain.pop()
            chain.append(p)
        return chain[:-1]

    return half(points) + half(points[::-1])


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


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
    by_group = []
    column = found["statements"].index(statement.number)
    for g, table in enumerate(found["by_group"]):
        votes = table[column]
        same = votes[0 if row["agrees"] else 2]
        by_group.append((LETTERS[g], round(same / (sum(votes) or 1) * 100)))
    return Said(statement, row["agrees"], round(row["share"] * 100), by_group)


def common(found: Mapping[str, Any], texts: Mapping[int, Statement], most: int = 5) -> list[Said]:
    """What all groups agree on, by the product of the shares that agree; more than half in each."""
    rows = []
    ranked = sorted(zip(found["aware"], found["statements"], strict=True), reverse=True)
    for _aware, number in ranked:
        column = found["statements"].index(number)
        tables = [table[column] for table in found["by_group"]]
        if number in texts and all(sum(t) and t[0] * 2 > sum(t) for t in tables):
            votes = [sum(t[i] for t in tables) for i in range(3)]
            share = votes[0] / (sum(votes) or 1)
            rows.append(_said(found, texts[number], {"agrees": True, "share": share}))
    return rows[:most]
