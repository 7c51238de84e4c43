"""Ballots from all processes that answer pages go to the one that writes them, and answers come back.

Two writers would wait for each other at the poll's log; one knows where it ends. Between them is a Unix
socket, whose folder only this user may enter. A line of JSON is what came up in one turn of the loop:
[[n, poll, voter, item, [said], serial], …] there, [[n, code or number, number or whether replaced], …]
back.
"""

from __future__ import annotations

import asyncio
import json
from abc import ABC, abstractmethod
from functools import partial
from itertools import count
from typing import Any, cast

from pilin.intake.casting import Ballot, Counted, NotCounted
from pilin.intake.models import log_of

from .batch import ROOM, Answer, Tell, Writer


class _JsonLines(asyncio.Protocol, ABC):
    """One end: sends what was put on its list in one turn of the loop, takes what the other end sent."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._list: list[Any] = []
        self._rest = b""
        self._is_called = False

    def put(self, row: Any) -> None:
        self._list.append(row)
        if not self._is_called:
            self._is_called = True
            self._loop.call_soon(self.send)

    def send(self) -> None:
        self._is_called = False
        if self._transport and self._list:
            self._transport.write(json.dumps(self._list).encode() + b"\n")
            self._list = []

    @abstractmethod
    def take(self, row: list[Any]) -> None:
        """One row of what the other end sent."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by its class

    def data_received(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            for row in json.loads(line):
                self.take(row)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport, self._list, self._rest = None, [], b""


class Relay(_JsonLines):
    """The end of a process that answers pages. Belongs to one event loop."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path
        self._numbers = count()
        self._pending: dict[int, tuple[int, Tell]] = {}
        self._connecting: asyncio.Task[None] | None = None

    def submit(self, ballot: Ballot, tell: Tell) -> None:
        """As `Writer.submit`."""
        if len(self._pending) >= ROOM:
            raise NotCounted("busy")
        n = next(self._numbers)
        self._pending[n] = ballot.poll, tell
        self.put((n, ballot.poll, ballot.voter, ballot.item, ballot.said, ballot.serial))

    def send(self) -> None:
        super().send()
        if self._list and not self._connecting:
            self._connecting = self._loop.create_task(self._connect())

    async def _connect(self) -> None:
        try:
            await self._loop.create_unix_connection(lambda: self, self._path)
            self.send()
        except OSError:  # the writer is being started again
            self.connection_lost(None)
        finally:
            self._connecting = None

    def take(self, row: list[Any]) -> None:
        n, found, more = row
        poll, tell = self._pending.pop(n)
        if isinstance(found, int):
            tell(Counted(log_of(poll), found, more))
        else:
            tell(NotCounted(found, more))

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        pending, self._pending = self._pending, {}
        for _poll, tell in pending.values():
            tell(NotCounted("unavailable"))


class _WriterEnd(_JsonLines):
    """The end of the process that writes, of one connection."""

    def __init__(self, writer: Writer) -> None:
        super().__init__()
        self._writer = writer

    def take(self, row: list[Any]) -> None:
        n, poll, voter, item, said, serial = row
        tell = partial(self._told, n)
        try:
            self._writer.submit(Ballot(poll, voter, item, tuple(said), serial), tell)
        except NotCounted as why:
            tell(why)

    def _told(self, n: int, answer: Answer) -> None:
        if isinstance(answer, NotCounted):
            self.put((n, answer.code, answer.number))
        else:
            self.put((n, answer.number, answer.replaced))


async def serve(path: str) -> None:
    """Write what comes over the socket at `path`, until cancelled."""
    writer = Writer()
    server = await asyncio.get_running_loop().create_unix_server(lambda: _WriterEnd(writer), path)
    await server.serve_forever()
