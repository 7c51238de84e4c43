"""Entries that are missing here, brought back from another database that still has them."""

from __future__ import annotations

from typing import Any

import psycopg
from django.db import connection

from . import asking, ends, log, note
from .head import Head
from .refusing import Forked, Shorter

#: Entries added at a time.
MANY = 500
#: What lies beside entries, by table.
BESIDE = {
    "ledger_sealed": "log, number, salt, data",
    "ledger_words": "log, number, data",
    "ledger_key": "log, number, key",
}


def fill(other: psycopg.Connection[Any]) -> int:
    """Add to every log here what the same log has there beyond it; gives how many entries.

    Runs inside a transaction. Raises Forked where the two are not one log, Shorter where entries that
    were acknowledged are missing there as well.
    """
    found = other.execute("SELECT name, size, checkpoint FROM ledger_log ORDER BY name").fetchall()
    return sum(_fill(other, name, size, signed) for name, size, signed in found)


def _fill(other: psycopg.Connection[Any], name: str, size: int, signed: str) -> int:
    ends.release(name)
    log.begin(name)
    head = log.lock(name)
    start = head.size
    if start >= size:
        return 0
    for at in range(start, size, MANY):
        rows = other.execute(
            "SELECT body FROM ledger_entry WHERE log = %s AND number >= %s AND number < %s"
            " ORDER BY number",
            [name, at, min(at + MANY, size)],
        ).fetchall()
        asking.ask_each(log.extending(head, [body for (body,) in rows]))
    for table, columns in BESIDE.items():
        _copy(other, table, columns, name, start)
    point = note.open_checkpoint(signed, head.verifier)
    if (point.size, point.root) != (head.size, head.frontier.root()):
        raise Forked(name, start)
    _reaches_what_was_acknowledged(name, head)
    head.keep_signed()
    return size - start


def _copy(other: psycopg.Connection[Any], table: str, columns: str, name: str, start: int) -> None:
    rows = other.execute(
        f"SELECT {columns} FROM {table} WHERE log = %s AND number >= %s", [name, start]
    ).fetchall()
    if rows:
        with connection.cursor() as cursor:
            places = ", ".join(["%s"] * len(rows[0]))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)


def _reaches_what_was_acknowledged(name: str, head: Head) -> None:
    kept = ends.kept(name)
    if not kept:
        return
    point = note.parse(kept.partition("\n\n")[0])
    if head.size < point.size:
        raise Shorter(name, head.size, point.size)
    if head.size == point.size and head.frontier.root() != point.root:
        raise Forked(name, point.size)
