"""Django's PostgreSQL with fewer round trips, each of which costs as much as a small question.

- A connection is looked at, not spoken over, before it is used.
- Statements that give nothing wait (`DatabaseWrapper.queue`) and go out with the next statement or
  with the commit; and a transaction is begun together with its first statement.
"""

from __future__ import annotations

import select
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

#: Statements that wait at most.
MOST = 64


class Ask(NamedTuple):
    """A statement with $1, $2 …, and the text of each value: what any connection can run."""

    sql: str
    values: list[str]


def _queue(connection: Any) -> list[Ask]:
    queue: list[Ask] = connection.__dict__.setdefault("queued", [])
    return queue


@contextmanager
def with_what_waits(connection: Any, several: bool = False) -> Iterator[None]:
    """One round trip for what is executed in the block, what waits before it, and a BEGIN.

    Rows and counts are there once the block is left.
    """
    waiting = _queue(connection)
    begins = (
        not connection.autocommit and connection.pgconn.transaction_status == TransactionStatus.IDLE
    )
    if not (waiting or begins or several):
        yield
        return
    with connection.pipeline():
        send(connection, waiting)
        yield


def send(connection: Any, statements: list[Ask]) -> None:
    """Hand statements over; none of them is left in the list."""
    gone = statements[:]
    statements.clear()
    if gone:
        cursor = psycopg.RawCursor(connection)
        for statement in gone:
            cursor.execute(statement.sql, statement.values)


if TYPE_CHECKING:  # what Django's own is made of
    _Cursor = psycopg.ClientCursor[Any]
else:
    _Cursor = base.Cursor


class Cursor(_Cursor):
    """Django's, that takes along what waits."""

    def execute(self, query: Any, params: Any = None, **kwargs: Any) -> Any:
        kwargs["prepare"] = False
        if not params:  # may be several commands in one, which no pipeline takes
            _send_first(self.connection)
            return super().execute(query, params, **kwargs)
        with with_what_waits(self.connection):
            return super().execute(query, params, **kwargs)

    def executemany(self, query: Any, params_seq: Any, **kwargs: Any) -> Any:
        _send_first(self.connection)
        return super().executemany(query, params_seq, **kwargs)

    def copy(self, *args: Any, **kwargs: Any) -> Any:
        _send_first(self.connection)
        return super().copy(*args, **kwargs)


def _send_first(connection: Any) -> None:
    waiting = _queue(connection)
    if waiting:
        with connection.pipeline():
            send(connection, waiting)


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:
        # Only what asks the same words with values of their own is prepared: see `Cursor`.
        more = {"cursor_factory": Cursor, "prepare_threshold": 3}
        return {**super().get_connection_params(), **more}

    def create_cursor(self, name: str | None = None) -> Any:
        if name:  # a cursor on the server is declared past `Cursor.execute`
            _send_first(self.connection)
        return super().create_cursor(name)

    def queue(self, statements: Sequence[Ask]) -> None:
        """Let statements that give nothing wait for the next one or for the commit.

        Outside a transaction they go out at once. A fault of theirs is raised where they go out.
        """
        self.ensure_connection()
        _queue(self.connection).extend(statements)
        if self.get_autocommit() or len(_queue(self.connection)) >= MOST:
            with self.wrap_database_errors:
                _send_first(self.connection)

    def _commit(self) -> None:
        if self.connection is None or not _queue(self.connection):
            super()._commit()  # type: ignore[misc]
            return
        with self.wrap_database_errors, self.connection.pipeline():
            send(self.connection, _queue(self.connection))
            super()._commit()  # type: ignore[misc]

    def _rollback(self) -> None:
        self._forget()
        super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        self._forget()  # what was queued before the savepoint went out with it
        super()._savepoint_rollback(sid)  # type: ignore[misc]

    def _forget(self) -> None:
        if self.connection is not None:
            _queue(self.connection).clear()

    def is_usable(self) -> bool:
        """Whether the server is still there, asked of the socket at each request.

        A server that stops or ends a connection says so or hangs up, and nothing else is ever
        waiting to be read between two questions. Django sends `SELECT 1`, which was as dear as one
        of the four questions that a page asks.
        """
        if self.connection is None or self.connection.closed:
            return False
        asked = select.poll()
        asked.register(self.connection.fileno(), select.POLLIN)
        return not asked.poll(0)
