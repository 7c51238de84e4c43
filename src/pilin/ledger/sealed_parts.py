"""Sealed parts of entries: read by whoever may, and erased."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection

from .log import Record, record_of, settle
from .sealing import opened
from .words import BESIDE

#: Of `ledger_sealed s LEFT JOIN ledger_key k USING (log, number)`: those that can be opened.
_KNOWN = "(k.key IS NOT NULL OR s.data LIKE '{%%')"
_FROM = "ledger_sealed s LEFT JOIN ledger_key k USING (log, number)"


def sealed(log: str, number: int) -> dict[str, Any] | None:
    """An entry's sealed part; None where there is none or it was erased."""
    settle()
    with connection.cursor() as cursor:
        row = cursor.execute(
            f"SELECT s.salt, s.data, k.key FROM {_FROM} WHERE log = %s AND number = %s",
            [log, number],
        ).fetchone()
    return _part(log, number, row) if row else None


def _part(log: str, number: int, row: Any) -> dict[str, Any] | None:
    found = opened(log, number, row)
    part: dict[str, Any] | None = json.loads(found[1]) if found else None
    return part


def sealed_of_matter(log: str, matter: int) -> list[tuple[Record, dict[str, Any]]]:
    """A matter's entries whose sealed part was not erased, each with that part, oldest first."""
    settle()
    with connection.cursor() as cursor:
        rows = cursor.execute(
            f"SELECT e.number, e.body, e.leaf, {BESIDE}, s.salt, s.data, k.key FROM ledger_entry e"
            " JOIN ledger_sealed s USING (log, number) LEFT JOIN ledger_key k USING (log, number)"
            " WHERE e.log = %s AND e.matter = %s ORDER BY e.number",
            [log, matter],
        ).fetchall()
    parts = ((record_of(log, row), _part(log, row[0], row[4:])) for row in rows)
    return [(record, part) for record, part in parts if part is not None]


def has_sealed(log: str, matter: int, actor: str | None = None) -> bool:
    """Whether some entry of a matter (of this actor) has a sealed part that was not erased."""
    settle()
    with connection.cursor() as cursor:
        row = cursor.execute(
            "SELECT EXISTS (SELECT FROM ledger_entry e JOIN ledger_sealed s USING (log, number)"
            " LEFT JOIN ledger_key k USING (log, number)"
            f" WHERE e.log = %s AND matter = %s AND coalesce(body::json ->> 'actor' = %s, true)"
            f" AND {_KNOWN})",
            [log, matter, actor],
        ).fetchone()
    return bool(row and row[0])


def numbers_of(log: str, matter: int) -> list[int]:
    """Numbers of a matter's entries that still have a sealed part."""
    return _numbers(log, "e.matter", matter)


def sealed_by(log: str, actor: str) -> list[int]:
    """Numbers of the entries of one actor that still have a sealed part."""
    return _numbers(log, "e.body::json ->> 'actor'", actor)


def _numbers(log: str, column: str, value: int | str) -> list[int]:
    settle()
    with connection.cursor() as cursor:
        rows = cursor.execute(
            "SELECT s.number FROM ledger_sealed s JOIN ledger_entry e USING (log, number)"
            f" WHERE s.log = %s AND {column} = %s ORDER BY 1",
            [log, value],
        ).fetchall()
    return [row[0] for row in rows]


def erase(log: str, numbers: Iterable[int]) -> int:
    """Delete sealed parts and their keys for good; gives how many there were. The log verifies as before."""
    settle()
    with connection.cursor() as cursor:
        wanted: list[Any] = [log, list(numbers)]
        cursor.execute("DELETE FROM ledger_key WHERE log = %s AND number = ANY(%s)", wanted)
        cursor.execute("DELETE FROM ledger_sealed WHERE log = %s AND number = ANY(%s)", wanted)
        return int(cursor.rowcount)
