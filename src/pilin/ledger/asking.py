"""Statements as data: asked one at a time, or gathered and sent in one round trip."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    with connection.wrap_database_errors, connection.connection.pipeline():
        cursor = psycopg.RawCursor(connection.connection)
        for statement in statements:
            cursor.execute(statement.sql, statement.values)
