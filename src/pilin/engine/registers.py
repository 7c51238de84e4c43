"""Register rows (台账): what a row may say, by type, and how it becomes a row of a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .payload import Part
from .procedure import Words


@dataclass(frozen=True)
class Register:
    """A type of row that the record of registers may carry.

    `row` is the type of what it says; `apply(number, row)` brings the table up to date, where
    `number` is that of the entry. `name` stands in entries and is never changed.
    """

    name: str
    title: Words
    row: type[Part]
    apply: Callable[[int, Any], None]
