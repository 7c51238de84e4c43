"""The fast lane: ballots are taken here, before anything of Django's is asked; the rest goes on.

POST /ballots/7/       a form or JSON with token, item, choice → 303 or 201 after the commit
GET  /ballots/7/live   how many have voted, as server-sent events
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from functools import partial
from typing import Any, Protocol

from pilin.intake import reading
from pilin.intake.casting import Ballot
from pilin.intake.taking import Asked, Page, Reply, take

from .batch import Answer, Tell, Writer
from .live import Live

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

PATH = re.compile(r"/ballots/(\d{1,18})/(live)?")


class Post(Protocol):
    """Takes ballots to where they are written: `Writer` itself, or a `Relay` to one."""

    def submit(self, ballot: Ballot, tell: Tell) -> None: ...


class Lane:
    """An ASGI application in front of another, which answers for all other pages."""

    def __init__(self, pages: Application, post: Callable[[], Post] = Writer) -> None:
        """`post` makes, in the event loop, what ballots are handed to."""
        self.pages = pages
        self._make = post
        self._post: Post | None = None
        self._live: Live | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = PATH.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if found is None:
            await self.pages(scope, receive, send)
        elif found[2]:
            self._live = self._live or Live()
            await self._live.tell(int(found[1]), receive, send)
        else:
            await self._ballot(int(found[1]), scope, receive, send)

    async def _ballot(self, poll: int, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        said = headers.get
        body = await _body(receive, said(b"content-length", b""))
        kind, accept = said(b"content-type", b""), said(b"accept", b"")
        language = said(b"accept-language", b"").decode("latin-1")
        asked = Asked(
            poll, scope["method"], kind.decode("latin-1"), accept.decode("latin-1"), language, body
        )
        reply = await take(asked, self._count)
        if reply.page:
            await self._show(reply.page, scope, send)
        else:
            await _send(send, reply)

    def _count(self, ballot: Ballot) -> asyncio.Future[Answer]:
        self._post = self._post or self._make()
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._post.submit(ballot, partial(_tell, answer))
        return answer

    async def _show(self, page: Page, scope: Scope, send: Send) -> None:
        """Have a page made by Django: in the reader's language, with its frame."""
        asked = {
            **scope,
            "method": "GET",
            "path": page.path,
            "raw_path": page.path.encode(),
            "query_string": page.query.encode(),
            "headers": [
                h for h in scope["headers"] if h[0] not in (b"content-length", b"content-type")
            ],
        }
        await self.pages(asked, _nothing, send)


def _tell(waiting: asyncio.Future[Answer], answer: Answer) -> None:
    if not waiting.done():  # whoever hung up is told nothing
        waiting.set_result(answer)


async def _body(receive: Receive, said: bytes) -> bytes | None:
    """The body, whose length is `said`; None where it is too large, which is not read to its end."""
    body, length = b"", int(said) if said.isdigit() else None
    while max(len(body), length or 0) <= reading.LARGEST:
        message = await receive()
        body += bytes(message.get("body", b""))
        if not message.get("more_body") or len(body) == length:
            return body
    return None


async def _nothing() -> MutableMapping[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _send(send: Send, reply: Reply) -> None:
    heads = [*reply.headers, (b"content-length", str(len(reply.body)).encode())]
    await send({"type": "http.response.start", "status": reply.status, "headers": heads})
    await send({"type": "http.response.body", "body": reply.body})
