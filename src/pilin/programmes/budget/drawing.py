"""The picture of where the money went, and the same as a table."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pilin.kit.facts import Table
from pilin.wording.reading import to_the_fen, yuan

from .shares import FULL, LEFT_OVER, LESS, WHOLE, Money, Paid, Part

#: Of the picture, and of a row in it: words, and the bar under them.
WIDTH, ROW, BAR, TOP = 400, 50, 18, 22
#: Letters of an idea's name that fit beside its sum; a Chinese character takes two.
FIT = 32


@dataclass(frozen=True)
class Piece:
    kind: str
    x: float
    width: float


@dataclass(frozen=True)
class Strip:
    """A row of the picture: `y` is where its words stand, `bar` where its bar begins."""

    words: str
    sum: str
    y: int
    bar: int
    pieces: list[Piece]


def draw(money: Money) -> dict[str, Any]:
    """Rows on one scale, as long as the whole amount is; the last is what is left."""
    rows = [(row.title, row.cost, row.parts) for row in money.paid]
    if money.left:
        rows.append((_("Left over"), money.left, (Part("rest", money.left),)))
    strips = []
    for n, (title, cost, parts) in enumerate(rows):
        pieces, at = [], Fraction(0)
        for part in parts:
            pieces.append(Piece(part.kind, _scaled(at, money), _scaled(part.yuan, money)))
            at += part.yuan
        strips.append(Strip(short(title), yuan(cost), n * ROW + TOP - 6, n * ROW + TOP, pieces))
    keys = [(kind, words()[kind]) for kind in money.kinds()]
    return {"strips": strips, "width": WIDTH, "height": len(rows) * ROW, "bar": BAR, "keys": keys}


def _scaled(part: Fraction, money: Money) -> float:
    return round(float(part / money.amount * WIDTH), 2)


def short(title: str) -> str:
    """A title cut to what fits into the picture; the table has it whole."""
    room = FIT
    for n, letter in enumerate(title):
        room -= 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if room < 0:
            return title[:n] + "…"
    return title


def words() -> dict[str, str]:
    """What each kind of part is, for the key and the table's heads."""
    return {
        FULL: _("From the parts of those who marked it, the same from each"),
        LESS: _("From parts that had less left"),
        LEFT_OVER: _("From what all voters' parts had left, together"),
        WHOLE: _("From the whole sum"),
    }


def table(money: Money) -> Table:
    """Idea by idea what it took and from where; the sums of a row, and of the column, add up."""
    kinds, told = money.kinds(), words()
    heads = [_("Idea"), _("Sum in yuan"), *(told[kind] for kind in kinds)]
    rows: list[tuple[Any, ...]] = [
        (row.title, to_the_fen(row.cost), *(_cell(row, kind) for kind in kinds))
        for row in money.paid
    ]
    none = ("",) * len(kinds)
    rows.append((_("Left over"), to_the_fen(money.left), *none))
    rows.append((_("All together"), to_the_fen(money.amount), *none))
    numbers = range(1, len(heads))
    return Table(_("Where the money went, in figures"), heads, rows, numbers=numbers)


def _cell(row: Paid, kind: str) -> str:
    part = next((part for part in row.parts if part.kind == kind), None)
    if part is None:
        return ""
    if kind == FULL and row.each is not None:
        said = ngettext("%(n)d voter × %(each)s", "%(n)d voters × %(each)s", part.voters)
        return said % {"n": part.voters, "each": to_the_fen(row.each)}
    if kind == LESS:
        said = ngettext("%(n)d voter: %(sum)s", "%(n)d voters: %(sum)s", part.voters)
        return said % {"n": part.voters, "sum": to_the_fen(part.yuan)}
    return to_the_fen(part.yuan)
