"""Money received, paid and left, as three bars on one scale: what came in is what went and what stays."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from pilin.wording.reading import yuan

#: Of the picture, and of a row in it.
WIDTH, ROW, BAR, TOP = 400, 50, 18, 22


class Row(NamedTuple):
    words: str
    sum: str
    kind: str
    y: int
    bar: int
    x: float
    width: float


@dataclass(frozen=True)
class Flow:
    """`came` and `paid` in yuan, `paid` no more than `came`. For `components/flow.html`."""

    came: Decimal
    paid: Decimal

    width, bar, height = WIDTH, BAR, 3 * ROW

    @property
    def left(self) -> Decimal:
        return self.came - self.paid

    @property
    def rows(self) -> list[Row]:
        """Received across the whole width; paid from its left end; left where that ends."""
        spent = round(float(self.paid / self.came) * WIDTH, 2) if self.came else 0.0
        told = (
            (_("Came in"), self.came, "came", 0.0, float(WIDTH) if self.came else 0.0),
            (_("Paid out"), self.paid, "paid", 0.0, spent),
            (_("Remaining"), self.left, "left", spent, WIDTH - spent if self.came else 0.0),
        )
        return [
            Row(words, yuan(amount), kind, n * ROW + TOP - 6, n * ROW + TOP, x, width)
            for n, (words, amount, kind, x, width) in enumerate(told)
        ]
