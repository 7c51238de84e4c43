"""Register rows (台账): the rows a `record` entry may carry, by type, and who applies them.

A folder adds its own types with `@register_type`; the register programme looks them up here, so
no programme needs to know another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pilin.people.apply import REGISTERS

Row = Mapping[str, Any]
_types: dict[str, Callable[[int, Any], None]] = dict(REGISTERS)


def register_type(name: str) -> Callable[[Callable[[int, Any], None]], Callable[[int, Any], None]]:
    def keep(function: Callable[[int, Any], None]) -> Callable[[int, Any], None]:
        _types[name] = function
        return function

    return keep


def apply_row(name: str, number: int, row: Row) -> None:
    _types[name](number, row)


def known(name: str) -> bool:
    return name in _types
