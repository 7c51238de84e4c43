"""A line that ends in the middle of an answer: whoever asked is told that nobody is there, and asks again."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pilin.ledger import witnessed
from pilin.neighbours import protocol

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n"
ANSWERS = {
    "cut short": HEAD + b"\r\nhalf of it",
    "no chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "not packed": HEAD.replace(b"1000", b"4") + b"Content-Encoding: gzip\r\n\r\nabcd",
    "no answer": b"",
}


@contextmanager
def answering(said: bytes) -> Iterator[str]:
    """A server that says this to whoever comes, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            near, _from = listener.accept()
            with near:
                near.recv(65536)
                near.sendall(said)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"


@pytest.mark.parametrize("said", ANSWERS.values(), ids=ANSWERS)
def test_a_neighbour_is_away(said):
    with answering(said) as url, pytest.raises(protocol.Away):
        protocol._get(url)


@pytest.mark.parametrize("said", ANSWERS.values(), ids=ANSWERS)
def test_a_witness_has_said_nothing(said):
    with answering(said) as url, pytest.raises(OSError):
        witnessed._get(url)
    with answering(said) as url, pytest.raises(OSError):
        witnessed._post(url, b"")
