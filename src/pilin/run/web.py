"""The processes that answer pages and take ballots: Uvicorn. Started by `pilin serve`."""

from __future__ import annotations

import asyncio
import sys
from typing import Any, cast

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .tether import tether

#: Seconds that answers under way have when everything stops.
GRACE = 3


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


class Protocol(HttpToolsProtocol):
    """Uvicorn's HTTP/1.1 over httptools, with joined heads and bodies."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(cast(asyncio.Transport, _Joined(transport)))


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
    )


if __name__ == "__main__":
    tether()
    host, port, workers = sys.argv[1:]
    serve("pilin.run.asgi:application", host, int(port), int(workers))
