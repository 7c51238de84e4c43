"""A thread that takes all ballots that have arrived and writes them in one transaction a poll.

While it waits for a commit the next ballots gather: the busier it is, the more share a commit.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections import defaultdict

from django.db import Error, close_old_connections, connection

from . import news
from .casting import Ballot, Counted, NotCounted, cast

#: Ballots that may wait; who comes then is asked to come again.
ROOM = 20_000
#: As many as one transaction holds.
MOST = 1000
#: How long the writer waits for more once there is one, seconds.
MOMENT = 0.002
Answer = Counted | NotCounted
_log = logging.getLogger(__name__)


class Writer:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: list[tuple[Ballot, asyncio.Future[Answer]]] = []
        self._some = threading.Condition()
        self._wanted = 1  # how many have to be there for the writer to be woken
        # The loop and the writer take turns often enough for neither to wait for the other's slice.
        sys.setswitchinterval(0.0005)
        threading.Thread(target=self._run, name="ballots", daemon=True).start()

    def submit(self, ballot: Ballot) -> asyncio.Future[Answer]:
        """What became of the ballot, once it is committed. Raises NotCounted where it is too busy."""
        answer: asyncio.Future[Answer] = self._loop.create_future()
        with self._some:
            if len(self._waiting) >= ROOM:
                raise NotCounted("busy")
            self._waiting.append((ballot, answer))
            if len(self._waiting) >= self._wanted:
                self._some.notify()
        return answer

    def _run(self) -> None:
        taken: list[tuple[Ballot, asyncio.Future[Answer]]] = []
        while True:
            with self._some:
                self._gather(len(taken))
                taken, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            by_poll = defaultdict(list)
            for ballot, answer in taken:
                by_poll[ballot.poll].append((ballot, answer))
            for poll, rows in by_poll.items():
                said = self._cast(poll, [ballot for ballot, _answer in rows])
                answers = [answer for _ballot, answer in rows]
                self._loop.call_soon_threadsafe(_tell, answers, said)
                news.tell(poll)

    def _gather(self, last: int) -> None:
        """Wait for a ballot; then a moment for as many as came `last` time.

        Those who were answered together come back together, and the disk is asked once for all.
        """
        self._wanted = 1
        while not self._waiting:
            self._some.wait()
        self._wanted = min(last, MOST)
        if len(self._waiting) < self._wanted:
            self._some.wait(MOMENT)

    def _cast(self, poll: int, ballots: list[Ballot]) -> list[Answer]:
        try:
            return cast(poll, ballots)
        except Error as fault:
            # Whether it was committed is not known: a voter who sends it again is told so then.
            _log.warning("ballots could not be written: %s", fault)
            connection.close()
            close_old_connections()
        except Exception:
            _log.exception("ballots could not be written")
        return [NotCounted("unavailable")] * len(ballots)


def _tell(answers: list[asyncio.Future[Answer]], said: list[Answer]) -> None:
    for answer, outcome in zip(answers, said, strict=True):
        if not answer.done():  # whoever hung up is told nothing
            answer.set_result(outcome)
