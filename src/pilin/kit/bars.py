"""Numbers over time as bars, drawn by the server; the same numbers stand in a table beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pilin.engine.procedure import Words

#: In units of the picture: what it is wide, how high a bar is at most, and where all bars stand.
WIDTH, HIGHEST, FOOT = 360, 76, 100


class Bar(NamedTuple):
    x: float
    y: float
    width: float
    height: float
    middle: float
    n: int
    label: str  # below the bar
    title: str  # in full

    @property
    def above(self) -> float:
        """Where its number stands."""
        return round(self.y - 4, 1)


@dataclass(frozen=True)
class Bars:
    """A row of bars for one figure; `total` of all of them, `most` the longest."""

    key: str
    title: Words
    bars: Sequence[Bar]

    @property
    def total(self) -> int:
        return sum(bar.n for bar in self.bars)


def bars(
    key: str, title: Words, numbers: Sequence[tuple[str, str, int]], most: int | None = None
) -> Bars:
    """From (label, label in full, number), in order. Charts beside each other share `most`."""
    highest = max([most or 0, 1, *(n for _short, _long, n in numbers)])
    step = WIDTH / max(len(numbers), 1)
    width = min(step * 0.72, 60)
    found = []
    for place, (short, long, n) in enumerate(numbers):
        middle = round(step * (place + 0.5), 1)
        height = round(HIGHEST * n / highest, 1)
        at = (round(middle - width / 2, 1), FOOT - height, round(width, 1), height, middle)
        found.append(Bar(*at, n, short, long))
    return Bars(key, title, found)
