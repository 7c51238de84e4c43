"""Takes all ballots that have arrived and writes them in one transaction a poll.

All of it happens in an event loop, which waits for nothing: handing ballots to a thread cost more than
what is done with them. While one batch is written and committed the next one gathers: the busier it is,
the more share a commit.

A batch is written unasked (`casting.guess`) for as long as that goes well: where the log ends is known
from the batch before. Where the database refuses, because somebody votes again or another process
writes to the log too, the same ballots are asked about first, with the log held.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db import close_old_connections
from django.utils import timezone
from psycopg import Error

from pilin.intake import news
from pilin.intake.casting import (
    Ballot,
    Counted,
    Decided,
    NotCounted,
    PollRules,
    asked,
    decide,
    guess,
)
from pilin.ledger import ends
from pilin.ledger.head import Head

from .connection import Connection

#: Ballots that may wait; who comes then is asked to come again.
ROOM = 20_000
#: As many as one transaction holds.
MOST = 1000
#: How long a batch waits for others to come, seconds.
MOMENT = 0.003
#: How long the database is left alone once it did not answer, seconds.
PAUSE = 0.5
Answer = Counted | NotCounted
Tell = Callable[[Answer], None]
_Waiting = tuple[Ballot, Tell]
_log = logging.getLogger(__name__)


@dataclass
class _Poll:
    """What is known of a poll. `unasked` says that the next batch may do without being asked about."""

    rules: PollRules
    head: Head
    unasked: bool = False


class _Batch(NamedTuple):
    """A batch of one poll on its way: to be asked about, or, once it is decided, to be written."""

    poll: int
    rows: list[_Waiting]
    known: _Poll | None
    decided: Decided | None = None
    unasked: bool = False


class Writer:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: list[_Waiting] = []
        self._away = self._last = 0  # voters who were told and may be back soon; told last
        self._batch: _Batch | None = None
        self._polls: dict[int, _Poll] = {}
        self._connection: Connection | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._gone_until = 0.0  # of the loop's clock: nobody tries to connect before
        self._soon: asyncio.Handle | None = None
        self._later: asyncio.TimerHandle | None = None

    def submit(self, ballot: Ballot, tell: Tell) -> None:
        """Tell what became of the ballot once it is committed. Raises NotCounted where it is too busy."""
        if len(self._waiting) >= ROOM:
            raise NotCounted("busy")
        self._waiting.append((ballot, tell))
        self._away = max(0, self._away - 1)
        self._call()

    def _call(self) -> None:
        """Begin once half of those who vote one ballot after another have gathered, or a moment later.

        Two halves take turns: one is written while the other is read and answered. Begun with whoever
        is first, a batch of one would be written while all others wait, and then all of them at once
        while nobody is left to be read.
        """
        if self._batch or self._soon or not self._waiting:
            return
        if len(self._waiting) >= self._away:
            self._soon = self._loop.call_soon(self._begin)
        elif not self._later:
            self._later = self._loop.call_later(MOMENT, self._begin)

    def _begin(self) -> None:
        for handle in (self._soon, self._later):
            if handle:
                handle.cancel()
        self._soon = self._later = None
        if self._connection is None:
            if self._loop.time() < self._gone_until:
                rows, self._waiting = self._waiting, []
                _refuse(rows)
            elif not self._connecting:
                self._connecting = self._loop.create_task(self._connect())
        elif self._waiting and not self._batch:
            try:
                self._send(self._connection)
                self._flush(self._connection)
            except Exception as fault:
                self._drop(fault)

    async def _connect(self) -> None:
        try:
            connection = await asyncio.to_thread(Connection)
            self._loop.add_reader(connection.socket, self._read, connection)
            self._connection = connection
            self._begin()
        except Exception as fault:
            self._gone_until = self._loop.time() + PAUSE
            _warn(fault)
            rows, self._waiting = self._waiting, []
            _refuse(rows)
        self._connecting = None

    def _send(self, connection: Connection) -> None:
        """Send a batch of those that wait on its way."""
        number = self._waiting[0][0].poll
        many = min(MOST, (len(self._waiting) + self._away + 1) // 2)
        first, rest = self._waiting[:many], self._waiting[many:]
        rows = [row for row in first if row[0].poll == number]
        self._waiting = [row for row in first if row[0].poll != number] + rest
        known = self._polls.get(number)
        self._batch = batch = _Batch(number, rows, known)
        ballots = [ballot for ballot, _tell in rows]
        if known and known.unasked:
            decided = guess(number, ballots, known.rules, known.head, timezone.now())
            self._batch = batch._replace(decided=decided, unasked=True)
            connection.send(decided.asks, commit=True)
        else:
            connection.send(asked(number, ballots, known.rules if known else None), commit=False)

    def _read(self, connection: Connection) -> None:
        try:
            for found in connection.receive():
                assert self._batch
                if isinstance(found, Error):
                    self._refused(self._batch, found)
                elif self._batch.decided:
                    self._tell(self._batch, self._batch.decided)
                else:
                    ballots = [ballot for ballot, _tell in self._batch.rows]
                    rules = self._batch.known.rules if self._batch.known else None
                    decided = decide(self._batch.poll, ballots, found, rules, timezone.now())
                    self._batch = self._batch._replace(decided=decided)
                    self._remember(self._batch, decided)
                    connection.send(decided.asks, commit=True)
            self._flush(connection)
        except Exception as fault:
            self._drop(fault)
        else:
            self._call()

    def _flush(self, connection: Connection) -> None:
        if connection.flush():
            self._loop.remove_writer(connection.socket)
        else:
            self._loop.add_writer(connection.socket, self._read, connection)

    def _remember(self, batch: _Batch, decided: Decided) -> None:
        """The next batch need not be asked about where this one could have done without."""
        if decided.rules and decided.head:
            alone = batch.known is None or batch.known.head.size == decided.start
            unasked = decided.first and alone
            self._polls[batch.poll] = _Poll(decided.rules, decided.head, unasked)

    def _refused(self, batch: _Batch, fault: Error) -> None:
        """Nothing of the batch was written: it is asked about, if it was not before."""
        if not batch.unasked:
            raise fault
        self._polls[batch.poll].unasked = False
        self._waiting = batch.rows + self._waiting
        self._batch = None

    def _tell(self, batch: _Batch, decided: Decided) -> None:
        self._batch = None
        if decided.asks and decided.head:
            ends.keep(decided.head.name, decided.head.signed)
        self._away = min(self._away, self._last) + len(batch.rows)
        self._last = len(batch.rows)
        for (_ballot, tell), answer in zip(batch.rows, decided.answers, strict=True):
            tell(answer)
        if news.is_due(batch.poll):
            self._loop.run_in_executor(None, _spread, batch.poll)

    def _drop(self, fault: Exception) -> None:
        """Give up the connection and what is under way."""
        if self._connection is not None:
            self._loop.remove_reader(self._connection.socket)
            self._loop.remove_writer(self._connection.socket)
            self._connection.close()
            self._connection = None
        batch, self._batch = self._batch, None
        self._polls.clear()
        _warn(fault)
        _refuse(batch.rows if batch else [])
        self._call()


def _warn(fault: Exception) -> None:
    """What happened, in the words of no fault: PostgreSQL's own hold the row that was refused."""
    _log.warning("ballots could not be written", exc_info=fault)


def _refuse(rows: Iterable[_Waiting]) -> None:
    """Whether they were committed is not known: a voter who sends one again is told so then."""
    for _ballot, tell in rows:
        tell(NotCounted("unavailable"))


def _spread(poll: int) -> None:
    close_old_connections()
    news.spread(poll)
