"""Whoever sends half a request holds no connection; whoever sends a whole one is answered."""

import asyncio
import socket
import threading
import time

import pytest
import uvicorn

from pilin.run import web
from tools.ports import free_port


async def echo(scope, receive, send):
    if scope["type"] != "http":
        return
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body, more = body + message.get("body", b""), message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body or b"-"})


@pytest.fixture
def port(monkeypatch):
    for name, seconds in (("HEAD", 1.0), ("PAUSE", 1.0), ("LOOK", 0.1)):
        monkeypatch.setattr(web, name, seconds)
    found = free_port()
    server = uvicorn.Server(
        uvicorn.Config(
            echo, port=found, http=web.Protocol, loop="asyncio", ws="none", lifespan="off",
            log_level="error", timeout_keep_alive=30,
        )
    )  # fmt: skip
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()))
    thread.start()
    until = time.monotonic() + 30
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    yield found
    server.should_exit = True
    thread.join(30)


def sent(port, data):
    client = socket.create_connection(("127.0.0.1", port), timeout=30)
    client.sendall(data)
    return client


def told(client):
    """What comes until the other side ends it."""
    found = b""
    try:
        while piece := client.recv(65536):
            found += piece
    except ConnectionResetError:
        pass
    return found


@pytest.mark.parametrize(
    "half",
    [
        b"",
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: x\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc",
    ],
)
def test_who_sends_half_a_request_and_then_nothing_is_cut_off(port, half):
    with sent(port, half) as client:
        assert told(client) == b""


def test_who_sends_a_head_byte_by_byte_is_cut_off_as_well(port):
    with sent(port, b"GET / HTTP/1.1\r\nX: ") as client:
        begun = time.monotonic()
        with pytest.raises(OSError):
            while time.monotonic() - begun < 30:
                client.sendall(b"x")
                time.sleep(0.1)


def test_a_head_without_end_is_refused(port):
    with sent(port, b"GET / HTTP/1.1\r\nX: " + b"x" * (web.HEAD_BYTES + 10)) as client:
        assert told(client).startswith(b"HTTP/1.1 400")


def test_a_body_may_take_its_time_as_long_as_it_comes(port):
    with sent(port, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n") as client:
        for _piece in range(20):
            client.sendall(b"y")
            time.sleep(0.15)
        assert client.recv(65536).startswith(b"HTTP/1.1 200")


def test_a_body_that_comes_drop_by_drop_is_cut_off_in_the_end(port, monkeypatch):
    monkeypatch.setattr(web, "BODY", 1.5)
    began = time.monotonic()
    with sent(port, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n\r\n") as client:
        with pytest.raises(OSError):
            while time.monotonic() - began < 20:
                client.sendall(b"y")
                time.sleep(0.15)
        assert 1.4 < time.monotonic() - began < 15


def test_a_large_body_that_comes_with_its_head_is_no_head(port):
    body = b"z" * (2 * web.HEAD_BYTES)
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
    with sent(port, head % len(body) + body) as client:
        assert body in told(client)


def test_a_connection_that_is_kept_is_answered_again(port):
    asked = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    with sent(port, asked) as client:
        for _again in range(3):
            assert client.recv(65536).startswith(b"HTTP/1.1 200")
            time.sleep(1.5)
            client.sendall(asked)
        assert client.recv(65536).startswith(b"HTTP/1.1 200")


def test_one_address_has_only_so_many_connections_and_others_go_on(port, monkeypatch):
    monkeypatch.setattr(web, "CONNECTIONS", 5)
    monkeypatch.delenv("PILIN_PROXIES", raising=False)
    ask = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

    def come_from(address, data=b""):
        client = socket.create_connection(("127.0.0.1", port), 30, (address, 0))
        client.sendall(data)
        return client

    many = [come_from("127.0.0.2") for _ in range(5)]
    time.sleep(0.2)
    assert told(come_from("127.0.0.2", ask)) == b""
    assert b"200 OK" in told(come_from("127.0.0.3", ask))
    assert b"200 OK" in told(come_from("127.0.0.1", ask))
    for client in many:
        client.close()
    time.sleep(0.3)
    assert b"200 OK" in told(come_from("127.0.0.2", ask))  # they are counted no more
    monkeypatch.setenv("PILIN_PROXIES", "1")
    assert all(b"200 OK" in told(come_from("127.0.0.2", ask)) for _ in range(9))
