"""Entries that are missing here, brought back from wherever they still are."""

from __future__ import annotations

from typing import Any, Protocol

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


class Source(Protocol):
    """Where they are read from."""

    def logs(self) -> list[tuple[str, int, str]]:
        """Of each log its name, its size, and the checkpoint of that."""

    def bodies(self, log: str, start: int, stop: int) -> list[str]:
        """Entries byte for byte, from `start` up to `stop`."""

    def beside(self, table: str, columns: str, log: str, start: int) -> list[tuple[Any, ...]]:
        """What lies beside entries from `start` on, of one of `BESIDE`."""


class Database:
    """Another database of ours: a newer copy of this one."""

    def __init__(self, other: psycopg.Connection[Any]) -> None:
        self._other = other

    def logs(self) -> list[tuple[str, int, str]]:
        return self._other.execute(
            "SELECT name, size, checkpoint FROM ledger_log ORDER BY name"
        ).fetchall()

    def bodies(self, log: str, start: int, stop: int) -> list[str]:
        rows = self._other.execute(
            "SELECT body FROM ledger_entry WHERE log = %s AND number >= %s AND number < %s"
            " ORDER BY number",
            [log, start, stop],
        ).fetchall()
        return [body for (body,) in rows]

    def beside(self, table: str, columns: str, log: str, start: int) -> list[tuple[Any, ...]]:
        return self._other.execute(
            f"SELECT {columns} FROM {table} WHERE log = %s AND number >= %s", [log, start]
        ).fetchall()


def fill(other: Source) -> int:
    """Add to every log here what the same log has there beyond it; gives how many entries.

    Runs inside a transaction. Raises Forked where the two are not one log, Shorter where entries that
    were acknowledged are missing there as well.
    """
    return sum(_fill(other, name, size, signed) for name, size, signed in other.logs())


def _fill(other: Source, name: str, size: int, signed: str) -> int:
    ends.release(name)
    log.begin(name)
    head = log.lock(name)
    start = head.size
    if start >= size:
        return 0
    for at in range(start, size, MANY):
        bodies = other.bodies(name, at, min(at + MANY, size))
        asking.ask_each(log.extending(head, bodies))
    for table, columns in BESIDE.items():
        rows = other.beside(table, columns, name, start)
        if rows:
            with connection.cursor() as cursor:
                places = ", ".join(["%s"] * len(rows[0]))
                cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)
    point = note.open_checkpoint(signed, head.verifier)
    if (point.size, point.root) != (head.size, head.frontier.root()):
        raise Forked(name, start)
    _reaches_what_was_acknowledged(name, head)
    head.keep_signed()
    return size - start


def _reaches_what_was_acknowledged(name: str, head: Head) -> None:
    kept = ends.kept(name)
    if not kept:
        return
    point = note.parse(kept.partition("\n\n")[0])
    if head.size < point.size:
        raise Shorter(name, head.size, point.size)
    if head.size == point.size and head.frontier.root() != point.root:
        raise Forked(name, point.size)
