"""A link between two machines that can be cut: what is on its way stands still, and nothing new arrives."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
import time

from tools.ports import free_port

#: After so long without a sign, the near end gives up, as TCP's keepalives would have it.
GIVEN_UP = 11.0


class Link:
    """Everything that comes to `port` goes on to `target`."""

    def __init__(self, target: int) -> None:
        self.target, self.port = target, free_port()
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=256)
        self._open = threading.Event()
        self._open.set()
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self._open.clear()

    def mend(self) -> None:
        """Connections from before are gone."""
        for pair in list(self._pairs):
            _close(*pair)
        self._open.set()

    def _accept(self) -> None:
        while True:
            near, _ = self._listener.accept()
            threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        if not self._wait():
            return _close(near)
        try:
            far = socket.create_connection(("127.0.0.1", self.target), timeout=5)
        except OSError:
            return _close(near)
        for each in (near, far):
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            each.settimeout(None)
        pair = (near, far)
        self._pairs.add(pair)
        with contextlib.suppress(OSError, ValueError):
            while True:
                ready, _, _ = select.select(pair, [], [], 0.2)
                if not self._open.is_set() and not self._wait():
                    break
                for source in ready:
                    data = source.recv(1 << 16)
                    if not data:
                        raise OSError
                    (far if source is near else near).sendall(data)
        self._pairs.discard(pair)
        return _close(*pair)

    def _wait(self) -> bool:
        """Whether the link is there, or is again before the near end has given up."""
        return self._open.wait(GIVEN_UP)


def _close(*sockets: socket.socket) -> None:
    for each in sockets:
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()


def wait_until(holds, patience: float, what: str) -> float:
    """Seconds until something holds. Raises AssertionError."""
    since = time.monotonic()
    while not holds():
        assert time.monotonic() - since < patience, what
        time.sleep(0.1)
    return time.monotonic() - since
