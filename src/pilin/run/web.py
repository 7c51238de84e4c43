"""The processes that answer pages and take ballots: Uvicorn. Started by `pilin serve`."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from typing import Any, cast

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .tether import tether

#: Seconds that answers under way have when everything stops.
GRACE = 3
#: Seconds for the head of a request, and between two pieces of its body; how often it is looked.
HEAD, PAUSE, LOOK = 15, 30, 5
#: Seconds for a whole body: the largest over a line of two megabits a second.
BODY = 900
#: Bytes of a request's head: what browsers and proxies send is a twentieth.
HEAD_BYTES = 64 * 2**10
#: Connections that one address may have open to a process. A browser opens six; a village may share an
#: address. A proxy on this machine, or any where PILIN_PROXIES says there are some, speaks for many.
CONNECTIONS = 256
HERE = ("127.0.0.1", "::1")
#: Connections to a process, from wherever; whoever comes then is told 503.
ALL = 8192
_open: Counter[str] = Counter()


class _Joined:
    """A transport that sends the head of an answer with the beginning of its body.

    Uvicorn writes them one after the other, and uvloop sends each as it comes: two calls of the system
    and two packets for every answer, which was a sixth of what a ballot cost.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._head = b""

    def write(self, data: bytes) -> None:
        if self._head:
            data, self._head = self._head + data, b""
        elif data.startswith(b"HTTP/1."):
            self._head = data
            self._loop.call_soon(self._flush)  # where no body follows at once
            return
        self._transport.write(data)

    def _flush(self) -> None:
        if self._head:
            self.write(b"")

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


def _counted(transport: asyncio.Transport) -> str:
    """The address a connection is counted for; "" where it speaks for many, or is no connection over IP."""
    peer = transport.get_extra_info("peername")
    address = str(peer[0]) if isinstance(peer, tuple) and peer else ""
    behind = os.environ.get("PILIN_PROXIES", "0") not in ("", "0")
    return "" if behind or address in HERE else address


class Protocol(HttpToolsProtocol):
    """Uvicorn's HTTP/1.1 over httptools, with joined heads and bodies, and an end to what is slow.

    Somebody who sends half a request and then nothing would hold a connection for ever.
    """

    #: When the head that is awaited began; None while none is.
    _begun: float | None = None
    _size = 0  # bytes of it
    _in_body = False
    _heard = 0.0
    _body_begun = 0.0
    _watch: asyncio.TimerHandle | None = None
    _address = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._address = _counted(transport)
        if self._address:
            _open[self._address] += 1
            if _open[self._address] > CONNECTIONS:
                transport.abort()
        super().connection_made(cast(asyncio.Transport, _Joined(transport)))
        self._begun = self.loop.time()
        self._watch = self.loop.call_later(LOOK, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._watch is not None:
            self._watch.cancel()
        if self._address:
            _open[self._address] -= 1
            if not _open[self._address]:
                del _open[self._address]
        super().connection_lost(exc)

    def _look(self) -> None:
        """Each few seconds, rather than a timer a request: ballots come by the thousand."""
        now = self.loop.time()
        slow = self._begun is not None and now - self._begun > HEAD
        if self._in_body and (now - self._heard > PAUSE or now - self._body_begun > BODY):
            slow = True
        if slow:
            self.transport.abort()
        else:
            self._watch = self.loop.call_later(LOOK, self._look)

    def data_received(self, data: bytes) -> None:
        self._heard = self.loop.time()
        if self._begun is not None:
            self._size += len(data)
            if self._size > HEAD_BYTES and not self._in_body:
                # A body that came along with its head is counted too: so the parser looks first.
                super().data_received(data)
                if self._begun is not None and self.parser is not None:
                    self.send_400_response("The head of this request is too long.")
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        if self._begun is None:
            self._begun = self.loop.time()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._begun, self._size, self._in_body = None, 0, True
        self._body_begun = self.loop.time()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_body = False
        super().on_message_complete()


def serve(application: str, host: str, port: int, workers: int) -> None:
    """Serve until told to stop; with several workers, one that dies is started again."""
    uvicorn.run(
        application,
        host=host,
        port=port,
        workers=workers,
        http=Protocol,
        loop="uvloop",
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
        limit_concurrency=ALL,
    )


if __name__ == "__main__":
    tether()
    host, port, workers = sys.argv[1:]
    serve("pilin.run.asgi:application", host, int(port), int(workers))
