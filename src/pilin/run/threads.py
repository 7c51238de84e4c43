"""Django's pages for an ASGI server: a WSGI application, answered in threads.

One hop to a thread and back a request: a2wsgi takes one for every message, which doubled what a kept
page costs (see docs/decisions/0015-ballots-and-pages.md).
"""

from __future__ import annotations

import asyncio
import itertools
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import Error, close_old_connections, connection

from pilin.people.sessions import SessionStore

if TYPE_CHECKING:
    from pilin.intake.lane.http import Receive, Scope, Send

    from .page_cache import Application, Environ, Headers

#: A body beyond this is kept in a file until it is read; an answer beyond it goes out in pieces.
LARGE = 2**20
#: Bytes of a request's body that are taken: of somebody with a session, and of a visitor.
SIGNED_IN, VISITOR = 160 * 2**20, 2**20
#: Bytes of all bodies that are being read in a process.
ROOM = 512 * 2**20
#: Bytes of all bodies that one address sends to a process at once: one of the largest.
SHARE = SIGNED_IN


@dataclass
class _Answer:
    status: int
    headers: list[tuple[bytes, bytes]]
    start: bytes
    rest: Iterator[bytes] | None
    close: Any


class Threads:
    """An ASGI application around a WSGI one."""

    def __init__(
        self,
        application: Application,
        workers: int,
        knows: Callable[[str], bool] | None = None,
    ) -> None:
        """`knows` says whether somebody has signed in with a session of that key."""
        self._application = application
        self._pool = ThreadPoolExecutor(workers, "pages")
        self._knows = knows or is_signed_in
        self._spool = _Spool()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            await self._page(scope, receive, send)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        try:
            most = await self._most(scope)
            body = await self._spool.read(receive, length_of(scope), most, address_of(scope))
        except TooLarge:
            await _refuse(send)
            return
        if body is None:
            return  # whoever asked has gone
        with body:
            environ = environ_of(scope, body)
            answer = await loop.run_in_executor(self._pool, self._run, environ)
        try:
            await send(
                {
                    "type": "http.response.start",
                    "status": answer.status,
                    "headers": answer.headers,
                }
            )
            message = {"type": "http.response.body", "body": answer.start}
            while answer.rest is not None:
                await send({**message, "more_body": True})
                more = await loop.run_in_executor(self._pool, next, answer.rest, None)
                if more is None:
                    answer.rest, more = None, b""
                message["body"] = more
            await send(message)
        finally:
            if answer.close:
                await loop.run_in_executor(self._pool, answer.close)

    async def _most(self, scope: Scope) -> int:
        """Bytes of a body that is read. A visitor sends a few words: files are for who has signed in. That
        is asked for, once, where a body may be larger than a visitor's."""
        heads = dict(scope["headers"])
        key = session_of(heads.get(b"cookie", b""))
        large = length_of(scope) > VISITOR or b"transfer-encoding" in heads
        if not large or not key:
            return VISITOR
        loop = asyncio.get_running_loop()
        signed_in = await loop.run_in_executor(self._pool, self._knows, key)
        return SIGNED_IN if signed_in else VISITOR

    def _run(self, environ: Environ) -> _Answer:
        """Make the answer; all of it, unless it is large."""
        said: list[Any] = []

        def start(status: str, headers: Headers, *rest: Any) -> None:
            said[:] = [int(status[:3]), headers]

        chunks = self._application(environ, start)
        pieces, size = [], 0
        waiting = iter(chunks)
        for piece in waiting:
            pieces.append(piece)
            size += len(piece)
            if size > LARGE:
                break
        more = next(waiting, None) if size > LARGE else None
        rest = itertools.chain([more], waiting) if more is not None else None
        close = getattr(chunks, "close", None)
        if rest is None and close:  # closed in this thread, whose connection it used
            close()
            close = None
        heads = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in said[1]]
        return _Answer(said[0], heads, b"".join(pieces), rest, close)


def environ_of(scope: Scope, body: IO[bytes]) -> Environ:
    """What PEP 3333 hands to an application: text as latin-1, headers of one name joined."""
    host, port = scope.get("server") or ("localhost", 80)
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope.get('http_version', '1.1')}",
        "REMOTE_ADDR": (scope.get("client") or ("",))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        if b"_" in name:
            continue  # else it could pass for the header of ours that has a hyphen there
        key = name.decode("latin-1").upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        text = value.decode("latin-1")
        joint = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{joint}{text}" if key in environ else text
    return environ


def length_of(scope: Scope) -> int:
    """The length that a request says its body has; 0 where it says none."""
    said = dict(scope["headers"]).get(b"content-length", b"0")
    return int(said) if said.isdigit() and len(said) < 16 else 0


def session_of(cookies: bytes) -> str:
    """The key of the session that a request's cookies name; "" where they name none."""
    said = SimpleCookie()
    try:
        said.load(cookies.decode("latin-1"))
    except CookieError:
        return ""
    found = said.get(settings.SESSION_COOKIE_NAME)
    return found.value if found else ""


def is_signed_in(key: str) -> bool:
    """Whether somebody has signed in with that session. While the database is away whoever says so is
    believed: the page tells them."""
    if not connection.in_atomic_block:
        close_old_connections()
    try:
        return SESSION_KEY in SessionStore(key)
    except Error:
        return True


def address_of(scope: Scope) -> str:
    """Whose body it is: the visitor's address as the outermost proxy of ours saw it."""
    peer = str((scope.get("client") or ("",))[0])
    n = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if not n:
        return peer
    said = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
    named = [one.strip() for one in said.decode("latin-1").split(",") if one.strip()]
    return named[-n] if len(named) >= n else peer


class TooLarge(Exception):
    """A body is longer than is taken, or there is no room for it just now."""


async def _refuse(send: Send) -> None:
    """Say that it is too much, and end the connection; whoever has gone is told nothing."""
    said = "太大了。This is more than is taken here.\n".encode()
    heads = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": heads})
    await send({"type": "http.response.body", "body": said})


class _Spool:
    """Bodies on their way, of which those beyond `LARGE` lie in files: `ROOM` bytes of all together, and
    `SHARE` of those from one address, so that nobody alone takes all others' room.
    """

    held = 0

    def __init__(self) -> None:
        self._of: Counter[str] = Counter()

    async def read(
        self, receive: Receive, length: int, most: int, address: str = ""
    ) -> IO[bytes] | None:
        """The body, whose `length` is said; None where whoever sent it has gone. Raises TooLarge."""
        if length > most:
            raise TooLarge
        message = await receive()
        if message["type"] == "http.request" and not message.get("more_body"):
            return BytesIO(message.get("body", b""))
        body = SpooledTemporaryFile(LARGE)  # noqa: SIM115 (closed by whoever reads it)
        size = 0
        try:
            while message["type"] == "http.request":
                piece = message.get("body", b"")
                size += len(piece)
                self._hold(address, len(piece))
                if size > most or self.held > ROOM or self._of[address] > SHARE:
                    raise TooLarge
                body.write(piece)
                if not message.get("more_body"):
                    body.seek(0)
                    return body
                message = await receive()
        except TooLarge:
            body.close()
            raise
        finally:
            self._hold(address, -size)
        body.close()
        return None

    def _hold(self, address: str, size: int) -> None:
        self.held += size
        self._of[address] += size
        if not self._of[address]:
            del self._of[address]


async def _live(receive: Receive, send: Send) -> None:
    while (message := await receive())["type"] != "lifespan.shutdown":
        await send({"type": f"{message['type']}.complete"})
    await send({"type": "lifespan.shutdown.complete"})
