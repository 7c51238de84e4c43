"""A connection to PostgreSQL that an event loop reads when there is something to read.

libpq's pipeline mode: statements travel together, answers come back in order, and all that is sent up to
a commit is one transaction without a word for its beginning. Each statement is parsed and planned once
a connection. psycopg's own pipeline costs five times as much a statement, mostly in turning values to
and fro; for the few statements that run thousands of times a second, that was more than PostgreSQL's
own work.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Sequence

import psycopg
from django.db import connection
from psycopg.pq import ExecStatus

from pilin.ledger.log import Ask

#: Of one statement: its rows, each a text or nothing a column.
Rows = list[tuple[str | None, ...]]
_FINE = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)


class Lost(Exception):
    """The line is of no use any more; what was under way is not known."""


class Line:
    """Not for several threads. Making one waits for the database; raises Lost where there is none."""

    def __init__(self) -> None:
        try:
            self._connection = connection.get_new_connection(connection.get_connection_params())
            self._connection.autocommit = True
            # One plan for whatever ballots there are: they are looked up by key.
            self._connection.execute("SET plan_cache_mode = force_generic_plan")
        except psycopg.Error as fault:
            raise Lost(str(fault)) from fault
        self._pgconn = pgconn = self._connection.pgconn
        self._names: dict[str, bytes] = {}
        # Of each trip under way, what is to come: a statement's rows, or a word without any.
        self._due: deque[list[bool]] = deque()
        self._rows: list[Rows] = []
        # libpq closes its own as soon as the server is gone, before the loop has let go of it.
        self.socket = os.dup(pgconn.socket)
        pgconn.nonblocking = 1
        pgconn.enter_pipeline_mode()

    def send(self, asks: Sequence[Ask], commit: bool) -> None:
        """Put one trip on its way: statements, and whether they and those before are committed.

        Call `flush` when all that travels together is there.
        """
        due = []
        try:
            for sql, values in asks:
                name = self._names.get(sql)
                if name is None:
                    name = self._names[sql] = b"s%d" % len(self._names)
                    self._pgconn.send_prepare(name, sql.encode())
                    due.append(False)
                self._pgconn.send_query_prepared(name, [value.encode() for value in values])
                due.append(True)
            if commit:
                self._pgconn.pipeline_sync()
                due.append(False)
            else:
                self._pgconn.send_flush_request()
        except psycopg.Error as fault:
            raise Lost(str(fault)) from fault
        self._due.append(due)

    def flush(self) -> bool:
        """Whether all of it has left; else call again once the socket can be written to."""
        try:
            return bool(self._pgconn.flush() == 0)
        except psycopg.Error as fault:
            raise Lost(str(fault)) from fault

    def receive(self) -> list[list[Rows]]:
        """Read what has come; gives the trips that are complete, each the rows of its statements."""
        pgconn, done = self._pgconn, []
        try:
            pgconn.consume_input()
            while self._due and not pgconn.is_busy():
                result = pgconn.get_result()
                if result is None:  # stands between two statements
                    continue
                status = result.status
                if status not in _FINE and status != ExecStatus.PIPELINE_SYNC:
                    raise psycopg.errors.error_from_result(result)
                due = self._due[0]
                if due.pop(0):
                    columns = range(result.nfields)
                    self._rows.append(
                        [
                            tuple(_text(result.get_value(row, column)) for column in columns)
                            for row in range(result.ntuples)
                        ]
                    )
                if not due:
                    self._due.popleft()
                    done.append(self._rows)
                    self._rows = []
        except psycopg.Error as fault:
            raise Lost(str(fault)) from fault
        return done

    def close(self) -> None:
        os.close(self.socket)
        self._connection.close()


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode()
