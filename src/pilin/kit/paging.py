"""Lists a page at a time, by key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import DateField, Q, QuerySet


@dataclass(frozen=True)
class Slice:
    """One page of a list. `after` is the key to ask the next one with; None at the end."""

    items: Sequence[Any]
    after: str | None


def slice_of(rows: QuerySet[Any], order: Sequence[str], after: str = "", size: int = 50) -> Slice:
    """The `size` rows that follow the key `after`, in `order` (the last field must be unique).

    Paging by key costs the same on the thousandth page as on the first, and nothing slips between
    pages while matters move. A key that cannot be read starts at the beginning.
    """
    return cut(list(following(rows, order, after, size)), order, size)


def following(rows: QuerySet[Any], order: Sequence[str], after: str, size: int) -> QuerySet[Any]:
    """The rows to read for a page, and one more: whether there is a next one."""
    key = _read_key(after, [rows.model._meta.get_field(name.lstrip("-")) for name in order])
    if key:
        rows = rows.filter(_beyond(order, key))
    return rows.order_by(*order)[: size + 1]


def cut(items: Sequence[Any], order: Sequence[str], size: int) -> Slice:
    """The page, of what was read for it."""
    more = len(items) > size
    items = items[:size]
    key = [str(getattr(items[-1], name.lstrip("-"))) for name in order] if more else None
    return Slice(items, ".".join(key) if key else None)


def _read_key(after: str, fields: Sequence[Any]) -> list[Any] | None:
    """The key as values of these fields; None where it is none of theirs."""
    pieces = after.split(".")
    if len(pieces) != len(fields):
        return None
    values: list[Any] = []
    for piece, field in zip(pieces, fields, strict=True):
        if isinstance(field, DateField):
            try:
                values.append(date.fromisoformat(piece))
            except ValueError:
                return None
        elif piece.isascii() and piece.isdigit() and len(piece) < 19:
            values.append(int(piece))
        else:
            return None
    return values


def _beyond(order: Sequence[str], key: Sequence[Any]) -> Q:
    name, value = order[0].lstrip("-"), key[0]
    further = Q(**{f"{name}__{'lt' if order[0].startswith('-') else 'gt'}": value})
    if len(order) == 1:
        return further
    return further | Q(**{name: value}) & _beyond(order[1:], key[1:])
