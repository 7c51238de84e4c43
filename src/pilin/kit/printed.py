"""Figures as registers print them: a value, whether it is "more than", and the wording it had.

Each programme says in its `figures.py` which it can give back; `publishing/` lists them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pilin.engine.procedure import Words
from pilin.wording.values import in_yuan, plain


@dataclass(frozen=True)
class Printed:
    """`key` is fixed for programs; `at_least` says that the source says "more than"."""

    key: str
    title: Words
    value: Decimal
    unit: Words = ""
    at_least: bool = False
    url_name: str = ""

    @property
    def shown(self) -> str:
        """The number for reading, in 万 and 亿 as Chinese counts, in thousands elsewhere."""
        value, word = self.value, ""
        if (get_language() or "").startswith("zh"):
            for size, name in ((10**8, "亿"), (10**4, "万")):
                if value >= size:
                    value, word = value / size, name
                    break
        whole = value == value.to_integral_value()
        return (f"{int(value):,}" if whole else plain(value)) + word

    def as_json(self) -> dict[str, Any]:
        value = int(self.value) if self.value == self.value.to_integral_value() else None
        return {
            "key": self.key,
            "title": str(self.title),
            "value": value if value is not None else plain(self.value),
            "at_least": self.at_least,
            "unit": str(self.unit),
        }


def yuan(amount: Decimal | Fraction | int | str) -> str:
    """An amount for reading, to the fen: 12万元 and 812.5元, 120,000 yuan and 812.5 yuan elsewhere."""
    exact = Fraction(amount)
    value = (Decimal(exact.numerator) / exact.denominator).quantize(Decimal("0.01"), ROUND_HALF_UP)
    if (get_language() or "").startswith("zh"):
        return in_yuan(value)
    text = f"{value:,.2f}".removesuffix("0").removesuffix("0").removesuffix(".")
    return _("%(n)s yuan") % {"n": text}


def digits(amount: Decimal | Fraction | int | str) -> str:
    """A sum in yuan as digits alone, for columns and counts: 68,000 and 812.50."""
    exact = Fraction(amount)
    value = (Decimal(exact.numerator) / exact.denominator).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{value:,.2f}".removesuffix(".00")


def to_the_fen(amount: Decimal | Fraction | int | str) -> str:
    """The same with two places always, so that a column of sums stands in line: 68,000.00."""
    text = digits(amount)
    return text if "." in text else text + ".00"


def total(quantities: Iterable[Mapping[str, Any] | None]) -> tuple[Decimal, bool]:
    """The sum of quantities, and whether one of them was "at least": then the sum is too."""
    found = [q for q in quantities if q and q.get("value")]
    value = sum((Decimal(q["value"]) for q in found), Decimal(0))
    return value, any(q.get("at_least") for q in found)
