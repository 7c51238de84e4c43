"""A connection to PostgreSQL that an event loop reads when there is something to read.

libpq's pipeline mode: statements travel together, answers come back in order, and all that is sent up to
a commit is one transaction without a word for its beginning. Each statement is parsed and planned once
a connection. psycopg's own pipeline costs five times as much a statement, mostly in turning values to
and fro; for the few statements that run thousands of times a second, that was more than PostgreSQL's
own work.
"""

from __future__ import annotations

import os
import select
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

import psycopg
from django.db import connection
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGresult

from pilin.ledger.asking import Ask

#: Of one statement: its rows, each a text or nothing a column.
Rows = list[tuple[str | None, ...]]
#: Faults after which the server says no more.
ENDED = ("FATAL", "PANIC")
_numbers = count()


class Lost(Exception):
    """The connection is of no use any more; what was under way is not known."""


class Connection:
    """Not for several threads. Making one waits for the database; raises Lost where there is none."""

    def __init__(self) -> None:
        try:
            self._psycopg = connection.get_new_connection(connection.get_connection_params())
            self._psycopg.autocommit = True
            # One plan for whatever ballots there are: they are looked up by key.
            self._psycopg.execute("SET plan_cache_mode = force_generic_plan")
        except psycopg.Error as fault:
            raise Lost(str(fault)) from fault
        self._pgconn = pgconn = self._psycopg.pgconn
        self._names: dict[str, bytes] = {}
        self._requests: deque[_Request] = deque()
        # libpq closes its own as soon as the server is gone, before the loop has let go of it.
        self.socket = os.dup(pgconn.socket)
        self._hung_up = select.poll()
        self._hung_up.register(self.socket, 0)
        pgconn.nonblocking = 1
        pgconn.enter_pipeline_mode()

    def send(self, asks: Sequence[Ask], commit: bool) -> None:
        """Put one request on its way: its statements, and whether they and those before are committed.

        Call `flush` when all that travels together is there.
        """
        request = _Request(commit)
        try:
            for sql, values in asks:
                name = self._names.get(sql)
                if name is None:
                    name = self._names[sql] = b"s%d" % next(_numbers)
                    self._pgconn.send_prepare(name, sql.encode())
                    request.due.append(False)
                    request.prepared.append(sql)
                self._pgconn.send_query_prepared(name, [value.encode() for value in values])
                request.due.append(True)
            if commit:
                self._pgconn.pipeline_sync()
                request.due.append(False)
            else:
                self._pgconn.send_flush_request()
        except psycopg.Error as fault:
            raise Lost(str(fault)) from fault
        self._requests.append(request)

    def flush(self) -> bool:
        """Whether all of it has left; else call again once the socket can be written to."""
        try:
            return bool(self._pgconn.flush() == 0)
        except psycopg.Error as fault:
            raise Lost(str(fault)) from fault

    def receive(self) -> list[list[Rows] | psycopg.Error]:
        """Read what has come; gives of each request that is complete the rows of its statements, or why
        nothing of it was done. Raises Lost, also where a request without a commit fails.

        A loop may tell only once that the other end is gone (uvloop does, where the server left
        something unread): then everything is read, up to the end.
        """
        done: list[list[Rows] | psycopg.Error] = []
        try:
            self._pgconn.consume_input()
            self._take(done)
            while self._hung_up.poll(0):
                self._pgconn.consume_input()
                self._take(done)
        except psycopg.Error as fault:
            if not done:  # else what was done counts, and whatever is sent next is Lost
                raise Lost(str(fault)) from fault
        return done

    def _take(self, done: list[list[Rows] | psycopg.Error]) -> None:
        """Put what is complete of all that was read on the list."""
        while self._requests and not self._pgconn.is_busy():
            result = self._pgconn.get_result()
            if result is None:  # stands between two statements; or nothing will ever come
                if self._pgconn.status != ConnStatus.OK:
                    raise Lost("the connection is closed")
                continue
            request = self._requests[0]
            if result.status == ExecStatus.FATAL_ERROR and request.fault is None:
                request.fault = psycopg.errors.error_from_result(result)
                if not request.commit or request.fault.diag.severity_nonlocalized in ENDED:
                    raise Lost(str(request.fault)) from request.fault
            if result.status == ExecStatus.PIPELINE_SYNC:
                request.due.clear()  # where a statement's preparation failed, it was not run
            elif request.due.popleft():
                request.rows.append(_rows(result))
            if not request.due:
                done.append(self._end())

    def _end(self) -> list[Rows] | psycopg.Error:
        request = self._requests.popleft()
        if request.fault is None:
            return request.rows
        for sql in request.prepared:  # or not: whatever stood behind the fault was passed over
            self._names.pop(sql, None)
        return request.fault

    def close(self) -> None:
        os.close(self.socket)
        self._psycopg.close()


@dataclass
class _Request:
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
