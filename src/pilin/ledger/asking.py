"""Statements as data: asked one at a time, or gathered and sent in one round trip."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

import psycopg
from django.db import connection


class Ask(NamedTuple):
    """A statement with $1, $2 …, and the text of each value: what any connection can run."""

    sql: str
    values: list[str]


def ask(statement: Ask) -> list[tuple[Any, ...]]:
    """The rows a statement gives on Django's connection; none where it gives none."""
    with connection.wrap_database_errors:
        cursor = psycopg.RawCursor(connection.connection)
        cursor.execute(statement.sql, statement.values)
        return cursor.fetchall() if cursor.description else []


_gathered: ContextVar[list[Ask] | None] = ContextVar("gathered", default=None)


@contextmanager
def one_trip() -> Iterator[None]:
    """What is asked of `ask_all` in the block goes out together at its end."""
    found: list[Ask] = []
    token = _gathered.set(found)
    try:
        yield
    finally:
        _gathered.reset(token)
    ask_all(found)


def ask_all(statements: Sequence[Ask]) -> None:
    """Run statements that give nothing, in one round trip, on Django's connection."""
    gathered = _gathered.get()
    if gathered is not None:
        gathered += statements
        return
    send(statements)


def send(statements: Sequence[Ask]) -> None:
    """As `ask_all`, at once."""
    if not statements:
        return
    connection.ensure_connection()
    with connection.wrap_database_errors:
        _run(connection.connection, statements)


def _run(on: psycopg.Connection[Any], statements: Sequence[Ask]) -> None:
    with on.pipeline():
        cursor = psycopg.RawCursor(on)
        for statement in statements:
            cursor.execute(statement.sql, statement.values)


class Behind:
    """Sends statements while whoever asks goes on; `done` before the connection is used again."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._under_way: Future[None] | None = None

    def send(self, statements: Sequence[Ask]) -> None:
        self.done()
        self._under_way = self._pool.submit(_run, connection.connection, statements)

    def done(self) -> None:
        """Wait for what is under way, and raise what came of it."""
        if self._under_way is not None:
            under_way, self._under_way = self._under_way, None
            with connection.wrap_database_errors:
                under_way.result()

    def close(self) -> None:
        self._pool.shutdown()
