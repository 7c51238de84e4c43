"""Figures as registers print them: a value, whether it is "more than", and the wording it had.

Each programme says in its `figures.py` which it can give back; `publishing/` lists them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pilin.engine.procedure import Words
from pilin.wording.reading import count, in_chinese
from pilin.wording.values import plain


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
        if in_chinese():
            for size, name in ((10**8, "亿"), (10**4, "万")):
                if value >= size:
                    value, word = value / size, name
                    break
        whole = value == value.to_integral_value()
        return (count(int(value)) if whole else plain(value)) + word

    def as_json(self) -> dict[str, Any]:
        value = int(self.value) if self.value == self.value.to_integral_value() else None
        return {
            "key": self.key,
            "title": str(self.title),
            "value": value if value is not None else plain(self.value),
            "at_least": self.at_least,
            "unit": str(self.unit),
        }


def total(quantities: Iterable[Mapping[str, Any] | None]) -> tuple[Decimal, bool]:
    """The sum of quantities, and whether one of them was "at least": then the sum is too."""
    found = [q for q in quantities if q and q.get("value")]
    value = sum((Decimal(q["value"]) for q in found), Decimal(0))
    return value, any(q.get("at_least") for q in found)
