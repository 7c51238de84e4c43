"""The one way in for a ballot: whatever server it came to, it is refused and answered alike.

`take` waits for nothing but the counting, which is its caller's: the fast lane waits for its writer in
an event loop, Django counts on the spot.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, NamedTuple
from urllib.parse import quote

from django.utils import translation

from . import reading
from .answers import counted_json, receipt_path, refused_json
from .casting import Ballot, Counted, NotCounted

Count = Callable[[Ballot], Awaitable[Counted | NotCounted]]


class Asked(NamedTuple):
    """A ballot as it was sent. `body` is None where it is larger than a ballot may be."""

    poll: int
    method: str
    kind: str
    accept: str
    language: str
    body: bytes | None


#: Marks of a refused ballot that are shown again; none names more.
MOST_MARKS = 100
Headers = tuple[tuple[bytes, bytes], ...]
_JSON = (b"content-type", b"application/json; charset=utf-8")
_FRESH = (b"cache-control", b"no-store")
_SAID = (_JSON, _FRESH)


class Page(NamedTuple):
    """The page for people that says why a ballot was not counted, and leads back to where it was.

    `marks` are those of an approval, which are kept: nobody marks twice what was only refused.
    """

    poll: int
    why: NotCounted
    back: str
    marks: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        return f"/ballots/{self.poll}/refused/{self.why.code}/"

    @property
    def query(self) -> str:
        number = self.why.number
        kept = "".join(f"&mark={mark}" for mark in self.marks)
        return f"back={quote(self.back)}{kept}" + (
            f"&number={number}" if number is not None else ""
        )

    @property
    def headers(self) -> Headers:
        return _refusing(self.why)


class Reply(NamedTuple):
    """What is sent back; where `page` is given, that page instead of the body."""

    status: int
    headers: Headers
    body: bytes = b""
    page: Page | None = None


async def take(asked: Asked, count: Count) -> Reply:
    """Read a ballot, have it counted, and say what became of it."""
    back = ""
    marks: tuple[str, ...] = ()
    try:
        if asked.method != "POST":
            raise NotCounted("method")
        if asked.body is None:
            raise NotCounted("oversized")
        sent = reading.read(asked.poll, asked.kind, asked.body)
        back, marks = sent.back, kept(sent.ballot.said) if sent.ballot.item == 0 else ()
        found = await count(sent.ballot)
    except NotCounted as why:
        found = why
    for_people = "text/html" in asked.accept
    if isinstance(found, Counted):
        return _counted(found, back if for_people else None)
    return _refused(asked, found, Page(asked.poll, found, back, marks) if for_people else None)


def kept(said: Iterable[str]) -> tuple[str, ...]:
    """Of what was sent as marks, what can be one: nothing else comes back in a page."""
    return tuple(w for w in said if w.isascii() and w.isdigit() and len(w) < 7)[:MOST_MARKS]


def at_once(taking: Coroutine[Any, Any, Reply]) -> Reply:
    """Run `take` where counting does not wait: without an event loop."""
    try:
        taking.send(None)
    except StopIteration as done:
        reply: Reply = done.value
        return reply
    raise RuntimeError("a ballot counted at once was waited for")


def _counted(found: Counted, back: str | None) -> Reply:
    if back is None:
        return Reply(201, _SAID, counted_json(found))
    where = (back or receipt_path(found.log, found.number)).replace("NUMBER", str(found.number))
    return Reply(303, ((b"location", where.encode("ascii")), _FRESH))


def _refused(asked: Asked, why: NotCounted, page: Page | None) -> Reply:
    if page is not None:
        return Reply(why.status, page.headers, page=page)
    with translation.override(_language(asked.language)):
        return Reply(why.status, (_JSON, *_refusing(why)), refused_json(why, asked.poll))


def _refusing(why: NotCounted) -> Headers:
    return (_FRESH, (b"retry-after", b"2")) if why.status == 503 else (_FRESH,)


def _language(accept: str) -> str:
    """The language for programs: the first of theirs that we speak."""
    for part in accept.split(","):
        code = part.partition(";")[0].strip().lower()
        if code.startswith("en"):
            return "en"
        if code.startswith("zh"):
            return "zh-hans"
    return "zh-hans"
