"""Takes all ballots that have arrived and writes them in one transaction a poll.

While one batch is written and committed, what the next one needs to know travels right behind it, and
a third gathers: the busier it is, the more share a commit. All of it happens in the event loop, which
waits for nothing: handing ballots to a thread cost more than what is done with them.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

from django.db import close_old_connections
from django.utils import timezone

from . import news
from .casting import Ballot, Counted, Decided, NotCounted, Rules, asked, decide
from .line import Line, Lost

#: Ballots that may wait; who comes then is asked to come again.
ROOM = 20_000
#: As many as one transaction holds.
MOST = 1000
Answer = Counted | NotCounted
_Waiting = tuple[Ballot, asyncio.Future[Answer]]
_log = logging.getLogger(__name__)


class _Trip(NamedTuple):
    """A batch of one poll on its way: to be asked about, with what was known of the poll then; or, once
    it is decided, to be written."""

    poll: int
    rows: list[_Waiting]
    known: Rules | None
    decided: Decided | None = None

    @property
    def ballots(self) -> list[Ballot]:
        return [ballot for ballot, _answer in self.rows]


class Writer:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: list[_Waiting] = []
        self._trips: deque[_Trip] = deque()  # one to write at most, and one to ask behind it
        self._rules: dict[int, Rules] = {}
        self._line: Line | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._is_called = False

    def submit(self, ballot: Ballot) -> asyncio.Future[Answer]:
        """What became of the ballot, once it is committed. Raises NotCounted where it is too busy."""
        if len(self._waiting) >= ROOM:
            raise NotCounted("busy")
        answer: asyncio.Future[Answer] = self._loop.create_future()
        self._waiting.append((ballot, answer))
        self._call()
        return answer

    def _call(self) -> None:
        """Begin, if nothing is on its way, once the loop has taken in what else has arrived."""
        if self._waiting and not self._trips and not self._is_called:
            self._is_called = True
            self._loop.call_soon(self._begin)

    def _begin(self) -> None:
        self._is_called = False
        if self._line is None:
            self._connecting = self._connecting or self._loop.create_task(self._connect())
        elif self._waiting and not self._trips:
            try:
                self._ask(self._line)
                self._flush(self._line)
            except Exception as fault:
                self._drop(fault)

    async def _connect(self) -> None:
        try:
            self._line = await asyncio.to_thread(Line)
            self._loop.add_reader(self._line.socket, self._read, self._line)
        except Exception as fault:
            rows, self._waiting = self._waiting, []
            self._refuse(rows, fault)
        self._connecting = None
        self._call()

    def _read(self, line: Line) -> None:
        try:
            for found in line.receive():
                trip = self._trips[0]
                if trip.decided:
                    self._tell(trip, trip.decided)
                    self._trips.popleft()
                else:
                    decided = decide(trip.poll, trip.ballots, found, trip.known, timezone.now())
                    line.send(decided.asks, commit=True)
                    self._trips[0] = trip._replace(decided=decided)
                    if decided.rules:
                        self._rules[trip.poll] = decided.rules
                    self._ask(line)
            self._flush(line)
        except Exception as fault:
            self._drop(fault)
        self._call()

    def _ask(self, line: Line) -> None:
        """Send what the next batch needs to know."""
        if not self._waiting:
            return
        poll = self._waiting[0][0].poll
        first, rest = self._waiting[:MOST], self._waiting[MOST:]
        trip = _Trip(poll, [row for row in first if row[0].poll == poll], self._rules.get(poll))
        self._waiting = [row for row in first if row[0].poll != poll] + rest
        self._trips.append(trip)
        line.send(asked(poll, trip.ballots, trip.known), commit=False)

    def _flush(self, line: Line) -> None:
        if line.flush():
            self._loop.remove_writer(line.socket)
        else:
            self._loop.add_writer(line.socket, self._read, line)

    def _tell(self, trip: _Trip, decided: Decided) -> None:
        for (_ballot, answer), said in zip(trip.rows, decided.answers, strict=True):
            if not answer.done():  # whoever hung up is told nothing
                answer.set_result(said)
        if news.is_due(trip.poll):
            self._loop.run_in_executor(None, _spread, trip.poll)

    def _drop(self, fault: Exception) -> None:
        """Give up the line and what is under way."""
        if self._line is not None:
            self._loop.remove_reader(self._line.socket)
            self._loop.remove_writer(self._line.socket)
            self._line.close()
            self._line = None
        rows = [row for trip in self._trips for row in trip.rows]
        self._trips.clear()
        self._refuse(rows, fault)

    def _refuse(self, rows: Iterable[_Waiting], fault: Exception) -> None:
        """Whether they were committed is not known: a voter who sends one again is told so then."""
        known = fault if isinstance(fault, Lost) else None
        _log.warning("ballots could not be written: %s", fault, exc_info=None if known else fault)
        for _ballot, answer in rows:
            if not answer.done():
                answer.set_result(NotCounted("unavailable"))


def _spread(poll: int) -> None:
    close_old_connections()
    news.spread(poll)
