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
from dataclasses import dataclass, field
from itertools import count

import psycopg
from django.db import connection
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGresult

from pilin.ledger.log import Ask

#: Of one statement: its rows, each a text or nothing a column.
Rows = list[tuple[str | None, ...]]
_numbers = count()


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
        self._trips: deque[_Trip] = deque()
        # libpq closes its own as soon as the server is gone, before the loop has let go of it.
        self.socket = os.dup(pgconn.socket)
        pgconn.nonblocking = 1
        pgconn.enter_pipeline_mode()

    def send(self, asks: Sequence[Ask], commit: bool) -> None:
        """Put one trip on its way: statements, and whether they and those before are committed.

        Call `flush` when all that travels together is there.
        """
        trip = _Trip(commit)
        try:
            for sql, values in asks:
                name = self._names.get(sql)
                if name is None:
                    name = self._names[sql] = b"s%d" % next(_numbers)
                    self._pgconn.send_prepare(name, sql.encode())
                    trip.due.append(False)
                    trip.prepared.append(sql)
                self._pgconn.send_query_prepared(name, [value.encode() for value in values])
                trip.due.append(True)
            if commit:
                self._pgconn.pipeline_sync()
                trip.due.append(False)
            else:
                self._pgconn.send_flush_request()
        except psycopg.Error as fault:
            raise Lost(str(fault)) from fault
        self._trips.append(trip)

    def flush(self) -> bool:
        """Whether all of it has left; else call again once the socket can be written to."""
        try:
            return bool(self._pgconn.flush() == 0)
        except psycopg.Error as fault:
            raise Lost(str(fault)) from fault

    def receive(self) -> list[list[Rows] | psycopg.Error]:
        """Read what has come; gives of each trip that is complete the rows of its statements, or why
        nothing of it was done. Raises Lost, also where a trip without a commit fails."""
        done: list[list[Rows] | psycopg.Error] = []
        try:
            self._pgconn.consume_input()
            while self._trips and not self._pgconn.is_busy():
                result = self._pgconn.get_result()
                if result is None:  # stands between two statements; or nothing will ever come
                    if self._pgconn.status != ConnStatus.OK:
                        raise Lost("the connection is closed")
                    continue
                trip = self._trips[0]
                if result.status == ExecStatus.FATAL_ERROR and trip.fault is None:
                    trip.fault = psycopg.errors.error_from_result(result)
                    if not trip.commit:
                        raise trip.fault
                if result.status == ExecStatus.PIPELINE_SYNC:
                    trip.due.clear()  # where a statement's preparation failed, it was not run
                elif trip.due.popleft():
                    trip.rows.append(_rows(result))
                if not trip.due:
                    done.append(self._end())
        except psycopg.Error as fault:
            raise Lost(str(fault)) from fault
        return done

    def _end(self) -> list[Rows] | psycopg.Error:
        trip = self._trips.popleft()
        if trip.fault is None:
            return trip.rows
        for sql in trip.prepared:  # or not: whatever stood behind the fault was passed over
            self._names.pop(sql, None)
        return trip.fault

    def close(self) -> None:
        os.close(self.socket)
        self._connection.close()


@dataclass
class _Trip:
    """What is to come, in order: a statement's rows, or a word without any; and what has come."""

    commit: bool
    due: deque[bool] = field(default_factory=deque)
    prepared: list[str] = field(default_factory=list)
    rows: list[Rows] = field(default_factory=list)
    fault: psycopg.Error | None = None


def _rows(result: PGresult) -> Rows:
    columns = range(result.nfields)
    return [
        tuple(_text(result.get_value(row, column)) for column in columns)
        for row in range(result.ntuples)
    ]


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode()
