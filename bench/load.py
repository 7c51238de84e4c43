"""A client that costs little: raw sockets kept open, on loopback only."""

from __future__ import annotations

import re
import socket
import time
from dataclasses import dataclass

LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Seen:
    """What a browser keeps of a page it has seen."""

    etag: str
    cookie: str


class Client:
    """One connection that asks for one page over and over."""

    def __init__(self, port: int, path: str, seen: Seen | None = None) -> None:
        self.port = port
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        again = f"If-None-Match: {seen.etag}\r\nCookie: {seen.cookie}\r\n" if seen else ""
        self.request = (
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Language: zh-CN\r\n"
            f"{again}\r\n"
        ).encode()

    def send(self) -> None:
        self.socket.sendall(self.request)

    def receive(self) -> tuple[int, bytes]:
        """Read one answer to its end; gives its status and head."""
        data = self.socket.recv(1 << 18)
        while b"\r\n\r\n" not in data:
            data += self.socket.recv(1 << 18)
        head, _, body = data.partition(b"\r\n\r\n")
        found = LENGTH.search(head)
        wanted, got = int(found[1]) if found else 0, len(body)
        while got < wanted:
            got += len(self.socket.recv(1 << 18))
        return int(head[9:12]), head

    def ask(self) -> tuple[int, bytes]:
        self.send()
        return self.receive()


def visit(port: int, path: str) -> Seen:
    head = Client(port, path).ask()[1].decode("latin-1")
    etag = re.search(r"\netag: (\S+)", head, re.IGNORECASE)
    cookie = re.search(r"\nset-cookie:\s*([^;]+)", head, re.IGNORECASE)
    if not etag:
        raise SystemExit(f"{path} has no ETag")
    return Seen(etag[1], cookie[1] if cookie else "")


def p95(port: int, path: str, n: int = 150, seen: Seen | None = None) -> float:
    """The 95th percentile, in seconds, of `n` visits one after another."""
    client = Client(port, path, seen)
    expected = 304 if seen and seen.etag else 200
    times = []
    for _ in range(n + 20):
        start = time.perf_counter()
        status, _head = client.ask()
        times.append(time.perf_counter() - start)
        if status != expected:
            raise SystemExit(f"{path} answered {status}")
    return sorted(times[20:])[int(n * 0.95)]


def rate(
    port: int, path: str, seen: Seen | None = None, seconds: float = 6, connections: int = 4
) -> float:
    """Answers a second over some connections, each of which asks again as soon as it is answered."""
    clients = [Client(port, path, seen) for _ in range(connections)]
    for client in clients:
        client.ask()
        client.send()
    done, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < seconds:
        for client in clients:
            if client.receive()[0] != (304 if seen and seen.etag else 200):
                raise SystemExit(f"{path} did not answer as expected")
            done += 1
            client.send()
    return done / spent
