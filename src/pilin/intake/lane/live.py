"""Counts told to open pages as they change: one question a second to the database for all of them."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.db import Error, connection

EVERY = 1.0  # seconds between two looks
QUIET = 20  # looks without news until a word is sent all the same, so that lines stay open
MOST = 5000  # open pages a process tells
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class Live:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self._open: dict[int, set[asyncio.Queue[bytes]]] = defaultdict(set)
        self._said: dict[int, bytes] = {}
        self._task: asyncio.Task[None] | None = None

    async def tell(self, poll: int, receive: Receive, send: Send) -> None:
        """Answer one page until it is closed."""
        if sum(map(len, self._open.values())) >= MOST:
            await send(
                {"type": "http.response.start", "status": 503, "headers": [(b"retry-after", b"30")]}
            )
            await send({"type": "http.response.body", "body": b""})
            return
        news: asyncio.Queue[bytes] = asyncio.Queue(maxsize=4)
        self._open[poll].add(news)
        if poll in self._said:
            news.put_nowait(self._said[poll])
        self._task = self._task or asyncio.create_task(self._watch())
        gone = asyncio.create_task(_gone(receive))
        try:
            headers = [
                (b"content-type", b"text/event-stream; charset=utf-8"),
                (b"cache-control", b"no-store"),
                (b"x-accel-buffering", b"no"),
            ]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            while not gone.done():
                more = asyncio.create_task(news.get())
                await asyncio.wait({gone, more}, return_when=asyncio.FIRST_COMPLETED)
                if not more.done():
                    more.cancel()
                    break
                await send({"type": "http.response.body", "body": more.result(), "more_body": True})
        finally:
            gone.cancel()
            self._open[poll].discard(news)
            if not self._open[poll]:
                self._open.pop(poll)
                self._said.pop(poll, None)

    async def _watch(self) -> None:
        quiet = 0
        while self._open:
            fresh = await asyncio.to_thread(_counts, list(self._open))
            quiet = 0 if quiet >= QUIET else quiet + 1
            for poll, words in fresh.items():
                if words != self._said.get(poll):
                    self._spread(poll, words)
                elif quiet == 0:
                    self._spread(poll, b": still here\n\n", keep=False)
            await asyncio.sleep(EVERY)
        self._task = None

    def _spread(self, poll: int, words: bytes, keep: bool = True) -> None:
        if keep:
            self._said[poll] = words
        for news in self._open.get(poll, ()):
            with contextlib.suppress(asyncio.QueueFull):  # a page that does not read misses some
                news.put_nowait(words)


def _counts(polls: list[int]) -> dict[int, bytes]:
    """What to tell of each poll; nothing where the database does not answer just now."""
    try:
        with connection.cursor() as cursor:
            rows = cursor.execute(
                "SELECT p.id, (SELECT n FROM intake_count WHERE poll = p.id AND item = 0),"
                " (SELECT size FROM ledger_log WHERE name = 'ballots-' || p.id), p.closed"
                " FROM intake_poll p WHERE p.id = ANY(%s)",
                [polls],
            ).fetchall()
    except Error:
        connection.close()
        return {}
    return {
        poll: (
            f'event: counts\ndata: {{"voters":{voters or 0},"ballots":{ballots or 0},'
            f'"closed":{"true" if closed else "false"}}}\n\n'
        ).encode()
        for poll, voters, ballots, closed in rows
    }


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
