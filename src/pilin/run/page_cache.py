"""In front of Django: a page that visitors have seen, and that is still true, is not made again.

Only the ledger says whether a page is still true. So a page made for a visitor is kept with the
positions of what it shows; whoever asks for it next costs one query by key, and gets it, or 304,
where the positions are what they were. Pages of people who signed in are never kept. While the
database is away, what was kept is answered with a line that says when it was true.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from pilin.engine.positions import positions
from pilin.kit.conditional import SHOWN, is_known

from . import away

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

ROOM = 64 * 2**20  # bytes of pages kept in a process
LARGEST = 2**20
#: What an answer depends on; anything else in a request is not looked at by pages for visitors.
KEY = (
    "wsgi.url_scheme",
    "HTTP_HOST",
    "HTTP_X_FORWARDED_PROTO",
    "PATH_INFO",
    "QUERY_STRING",
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_COOKIE",
)
#: Headers of a kept page that a 304 leaves out (RFC 9110, 15.4.5).
OF_CONTENT = ("content-length", "content-type", "content-language")


@dataclass(frozen=True)
class Page:
    """A page as it was answered, and the positions at which it was true."""

    scopes: list[str]
    positions: str
    etag: str
    headers: Headers
    body: bytes
    made: datetime

    @property
    def unchanged(self) -> Headers:
        return [h for h in self.headers if h[0].lower() not in OF_CONTENT]


class PageCache:
    """A WSGI application around another; keeps the newest pages up to `room` bytes."""

    def __init__(self, application: Application, room: int = ROOM) -> None:
        self.application = application
        self.room = room
        self._pages: OrderedDict[tuple[Any, ...], Page] = OrderedDict()
        self._used = 0
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        cookies = environ.get("HTTP_COOKIE", "")
        named = (settings.SESSION_COOKIE_NAME, "messages")
        if environ["REQUEST_METHOD"] != "GET" or any(name in cookies for name in named):
            return self.application(environ, start)
        key = (timezone.localdate(), *(environ.get(name, "") for name in KEY))
        before = self._pages.get(key)
        page = self._kept(key)
        if page is None:
            return self._made(key, environ, start, before)
        asked = environ.get("HTTP_IF_NONE_MATCH", "")
        if asked and (is_known(asked, page.etag) or asked.strip() == "*"):
            start("304 Not Modified", page.unchanged)
            return []
        start("200 OK", page.headers)
        return [page.body]

    def _kept(self, key: tuple[Any, ...]) -> Page | None:
        """The page kept under `key`, if the ledger says that it is still true."""
        page = self._pages.get(key)
        if page is None:
            return None
        try:
            still = positions(page.scopes).text == page.positions
        except Error:  # a connection that broke: Django makes a new one
            connection.close()
            still = False
        with self._lock:
            if key in self._pages:
                if still:
                    self._pages.move_to_end(key)
                else:
                    self._used -= len(self._pages.pop(key).body)
        return page if still else None

    def _made(
        self,
        key: tuple[Any, ...],
        environ: Environ,
        start: Callable[..., Any],
        before: Page | None,
    ) -> Iterable[bytes]:
        said: list[Any] = []

        def note(status: str, headers: Headers, *rest: Any) -> Any:
            said[:] = [status, headers]
            if before is None or not status.startswith("503"):
                return start(status, headers, *rest)

        answer = self.application(environ, note)
        if before is not None and said[0].startswith("503"):
            getattr(answer, "close", lambda: None)()
            self._keep(key, before)  # it may be asked for again before the database is back
            return _as_of(before, start)
        if SHOWN not in environ or not said[0].startswith("200"):
            return answer
        try:
            body = b"".join(answer)
        finally:
            getattr(answer, "close", lambda: None)()
        names = {name.lower(): value for name, value in said[1]}
        if "set-cookie" not in names and len(body) <= LARGEST:
            scopes, at = environ[SHOWN]
            made = timezone.now()
            self._keep(key, Page(scopes, at, names["etag"], list(said[1]), body, made))
        return [body]

    def _keep(self, key: tuple[Any, ...], page: Page) -> None:
        with self._lock:
            before = self._pages.pop(key, None)
            self._used += len(page.body) - (len(before.body) if before else 0)
            self._pages[key] = page
            while self._used > self.room:
                self._used -= len(self._pages.popitem(last=False)[1].body)


def _as_of(page: Page, start: Callable[..., Any]) -> Iterable[bytes]:
    """A page of before, with a line that says so; nobody keeps it (RFC 5861 allows what is stale)."""
    names = {name.lower(): value for name, value in page.headers}
    body = away.as_of(page.body, names.get("content-language", "zh"), page.made)
    left_out = ("etag", "last-modified", "cache-control", "content-length")
    headers = [h for h in page.headers if h[0].lower() not in left_out]
    length = ("Content-Length", str(len(body)))
    start("200 OK", [*headers, ("Cache-Control", "no-store"), length])
    return [body]
