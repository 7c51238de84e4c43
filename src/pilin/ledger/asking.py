"""Statements as data: asked at once, several in one round trip, or left for the next or the commit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import psycopg
from django.db import connection

from pilin.database.base import Ask, DatabaseWrapper, with_what_waits

__all__ = ["Ask", "ask", "ask_each", "later"]

Rows = list[tuple[Any, ...]]


def ask(statement: Ask) -> Rows:
    """The rows a statement gives on Django's connection; none where it gives none."""
    return ask_each([statement])[0]


def ask_each(statements: Sequence[Ask]) -> list[Rows]:
    """The rows each of some statements gives, asked in one round trip."""
    connection.ensure_connection()
    if connection.queries_logged:  # as Django does, for tests and benchmarks that count trips
        connection.queries_log.append({"sql": ";\n".join(s.sql for s in statements), "time": "0"})
    with connection.wrap_database_errors:
        at = connection.connection
        cursors = [psycopg.RawCursor(at) for _ in statements]
        with with_what_waits(at, several=len(statements) > 1):
            for cursor, statement in zip(cursors, statements, strict=True):
                cursor.execute(statement.sql, statement.values)
        return [cursor.fetchall() if cursor.description else [] for cursor in cursors]


def later(statements: Sequence[Ask]) -> None:
    """Run statements that give nothing: with the next one on Django's connection, or the commit."""
    cast(DatabaseWrapper, connection).queue(statements)
