"""A line that ends in the middle of an answer: whoever asked is told that nobody is there, and asks again."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

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


def test_answers_come_in_order_while_the_next_are_asked_for(monkeypatch):
    asked, waits = [], threading.Event()

    def question(n: int) -> int:
        asked.append(n)
        if n == 0:
            assert waits.wait(10)  # the others need not wait for it
        elif n == protocol.AHEAD - 1:
            waits.set()
        return n

    assert list(protocol.ahead(partial(question, n) for n in range(20))) == list(range(20))
    assert sorted(asked) == list(range(20))


def test_where_one_is_not_answered_no_more_are_asked(monkeypatch):
    asked = []

    def question(n: int) -> int:
        asked.append(n)
        if n == 5:
            raise protocol.Silent("5")
        return n

    found = []
    with pytest.raises(protocol.Silent):
        found.extend(n for n in protocol.ahead(partial(question, n) for n in range(1000)))
    assert len(asked) <= 6 + protocol.AHEAD
