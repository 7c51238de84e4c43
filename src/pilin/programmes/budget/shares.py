"""Where the money of a counted budget went, as plain data: what a picture and a table are made of.

Everything is exact. Of each idea the parts add up to its cost, and all ideas with what is left to
the whole amount.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

#: Out of voters' parts, each the same; out of parts that had less left; out of what all had left;
#: where there are no parts, out of the whole.
FULL, LESS, LEFT_OVER, WHOLE = "full", "less", "left", "whole"


@dataclass(frozen=True)
class Part:
    """Some of an idea's cost: what it came out of, yuan, and of how many voters."""

    kind: str
    yuan: Fraction
    voters: int = 0


@dataclass(frozen=True)
class Paid:
    """One chosen idea: `each` is what came out of every full part, None where none was asked."""

    title: str
    cost: Fraction
    each: Fraction | None
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Money:
    """The whole amount: what each chosen idea took, first chosen first, and what is `left`.

    `share` is the part every voter decided on, None under most votes first.
    """

    amount: Fraction
    share: Fraction | None
    paid: tuple[Paid, ...]
    left: Fraction

    def kinds(self) -> list[str]:
        """Which kinds of parts there are, in the order they are drawn."""
        there = {part.kind for row in self.paid for part in row.parts}
        return [kind for kind in (FULL, LESS, LEFT_OVER, WHOLE) if kind in there]


def money(result: Mapping[str, Any]) -> Money:
    """From what the entry that counted it says (`counting.Count.result`)."""
    shared = result["share"] is not None
    return Money(
        Fraction(result["amount"]),
        Fraction(result["share"]) if shared else None,
        tuple(_paid(row, shared) for row in result["winners"]),
        Fraction(result["left"]),
    )


def _paid(row: Mapping[str, Any], shared: bool) -> Paid:
    cost = Fraction(row["cost"])
    each = Fraction(row["each"]) if shared and row["each"] is not None else None
    parts = tuple(part for part in _parts(row, cost, each, shared) if part.yuan)
    return Paid(row["title"], cost, each, parts)


def _parts(
    row: Mapping[str, Any], cost: Fraction, each: Fraction | None, shared: bool
) -> Iterator[Part]:
    if each is None:
        yield Part(LEFT_OVER if shared else WHOLE, cost)
    else:
        yield Part(FULL, each * row["full"], row["full"])
        yield Part(LESS, Fraction(row["rest"]), row["part"])
