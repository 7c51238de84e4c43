"""Statements as data: asked at once, several in one round trip, or left for the next or the commit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, cast

import psycopg
from django.db import connection, transaction

from pilin.database.base import Ask, DatabaseWrapper, send, with_what_waits

__all__ = ["Ask", "Behind", "Rows", "ask", "ask_each", "ask_words", "later"]

Rows = list[tuple[Any, ...]]


def ask(statement: Ask) -> Rows:
    """The rows a statement gives on Django's connection; none where it gives none."""
    return ask_each([statement])[0]


def ask_each(statements: Sequence[Ask]) -> list[Rows]:
    """The rows each of some statements gives, asked in one round trip."""
    return _asked(psycopg.RawCursor, [(s.sql, s.values, None) for s in statements])


def ask_words(statements: Sequence[tuple[str, Sequence[Any], bool]]) -> list[Rows]:
    """The same for statements with %s, as Django's queries give them, their values, and whether each is
    prepared."""
    return _asked(psycopg.Cursor, statements)


def _asked(
    kind: type[psycopg.Cursor[Any]], statements: Sequence[tuple[str, Sequence[Any], bool | None]]
) -> list[Rows]:
    _wait()
    connection.ensure_connection()
    if connection.queries_logged:  # as Django does, for tests and benchmarks that count trips
        connection.queries_log.append({"sql": ";\n".join(s[0] for s in statements), "time": "0"})
    with connection.wrap_database_errors:
        at = connection.connection
        cursors = [kind(at) for _ in statements]
        with with_what_waits(at, several=len(statements) > 1):
            for cursor, (sql, values, prepare) in zip(cursors, statements, strict=True):
                cursor.execute(sql, values, prepare=prepare)
        return [cursor.fetchall() if _gives(cursor) else [] for cursor in cursors]


def _gives(cursor: psycopg.Cursor[Any]) -> bool:
    """Whether there are rows to fetch; `description` says so too, column by column."""
    return cursor.pgresult is not None and cursor.pgresult.nfields > 0


def later(statements: Sequence[Ask]) -> None:
    """Run statements that give nothing: with the next one on Django's connection, or the commit."""
    _wait()
    cast(DatabaseWrapper, connection).queue(statements)


_behind: ContextVar[Behind | None] = ContextVar("behind", default=None)


def _wait() -> None:
    """Until nothing is under way on the connection behind the back of whoever asks."""
    if (behind := _behind.get()) is not None:
        behind.done()


class Behind:
    """Sends statements while whoever asks goes on; `done` before the connection is used again."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._under_way: Future[None] | None = None
        self._token = _behind.set(self)

    def send(self, statements: Sequence[Ask]) -> None:
        self.done()
        self._under_way = self._pool.submit(_run, connection.connection, list(statements))

    def done(self) -> None:
        """Wait for what is under way, and raise what came of it."""
        if self._under_way is not None:
            under_way, self._under_way = self._under_way, None
            with connection.wrap_database_errors:
                under_way.result()

    def close(self) -> None:
        _behind.reset(self._token)
        self._pool.shutdown()


def _run(on: psycopg.Connection[Any], statements: list[Ask]) -> None:
    with on.pipeline():
        send(on, statements)


#: Whoever reads one moment shares an advisory lock of this number: tables made anew wait for it.
READING = 5419


@contextmanager
def snapshot() -> Iterator[None]:
    """Read everything as it stands at one moment, however long that takes."""
    if connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    # Before the moment is chosen: tables put in place after it would seem empty.
    with _shared(READING), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


@contextmanager
def _shared(number: int) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock_shared(%s)", [number])
    try:
        yield
    finally:
        if connection.connection is not None and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock_shared(%s)", [number])
