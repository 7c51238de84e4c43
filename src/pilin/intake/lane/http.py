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
from urllib.parse import quote

from django.utils import translation

from pilin.intake import reading
from pilin.intake.answers import counted_json, receipt_path, refused_json
from pilin.intake.casting import Ballot, Counted, NotCounted

from .batch import Answer, Tell, Writer
from .live import Live

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

PATH = re.compile(r"/ballots/(\d{1,18})/(live)?")
_JSON = (b"content-type", b"application/json; charset=utf-8")
_FRESH = (b"cache-control", b"no-store")


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
        page = b"text/html" in headers.get(b"accept", b"")
        back = ""
        try:
            if scope["method"] != "POST":
                raise NotCounted("method")
            body = await _body(receive, headers.get(b"content-length", b""))
            sent = reading.read(poll, headers.get(b"content-type", b"").decode("latin-1"), body)
            back = sent.back
            answer = await self._submit(sent.ballot)
            if isinstance(answer, NotCounted):
                raise answer
        except NotCounted as why:
            await (self._page if page else self._refuse)(poll, why, back, scope, send)
            return
        await _counted(answer, page, back, send)

    def _submit(self, ballot: Ballot) -> asyncio.Future[Answer]:
        self._post = self._post or self._make()
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._post.submit(ballot, partial(_tell, answer))
        return answer

    async def _refuse(
        self, poll: int, why: NotCounted, back: str, scope: Scope, send: Send
    ) -> None:
        language = dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1")
        with translation.override(_language(language)):
            body = refused_json(why, poll)
        await _send(send, why.status, body, _JSON, *_again(why))

    async def _page(self, poll: int, why: NotCounted, back: str, scope: Scope, send: Send) -> None:
        """A page that says why, made by Django: in the reader's language, with its frame."""
        query = f"back={quote(back)}" + (f"&number={why.number}" if why.number is not None else "")
        path = f"/ballots/{poll}/refused/{why.code}/"
        asked = {
            **scope,
            "method": "GET",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [
                h for h in scope["headers"] if h[0] not in (b"content-length", b"content-type")
            ],
        }
        await self.pages(asked, _nothing, send)


def _tell(waiting: asyncio.Future[Answer], answer: Answer) -> None:
    if not waiting.done():  # whoever hung up is told nothing
        waiting.set_result(answer)


async def _counted(answer: Counted, page: bool, back: str, send: Send) -> None:
    if page:
        where = back or receipt_path(answer.log, answer.number)
        where = where.replace("NUMBER", str(answer.number))
        await _send(send, 303, b"", (b"location", where.encode("ascii")))
    else:
        await _send(send, 201, counted_json(answer), _JSON)


async def _body(receive: Receive, said: bytes) -> bytes:
    """The body, whose length is `said`; reads no further once all is there or it is too large."""
    body, length = b"", int(said) if said.isdigit() else None
    while max(len(body), length or 0) <= reading.LARGEST:
        message = await receive()
        body += bytes(message.get("body", b""))
        if not message.get("more_body") or len(body) == length:
            return body
    raise NotCounted("oversized")


async def _nothing() -> MutableMapping[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _send(send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    length = (b"content-length", str(len(body)).encode())
    heads = [*headers, length, _FRESH]
    await send({"type": "http.response.start", "status": status, "headers": heads})
    await send({"type": "http.response.body", "body": body})


def _again(why: NotCounted) -> list[tuple[bytes, bytes]]:
    return [(b"retry-after", b"2")] if why.status == 503 else []


def _language(accept: str) -> str:
    """The language for programs: the first of theirs that we speak."""
    for part in accept.split(","):
        code = part.partition(";")[0].strip().lower()
        if code.startswith("en"):
            return "en"
        if code.startswith("zh"):
            return "zh-hans"
    return "zh-hans"
