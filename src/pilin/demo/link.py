"""A line between two servers on this machine that can be cut, and mended."""

from __future__ import annotations

import contextlib
import socket
import threading


class Link:
    """Whatever comes to `port` goes on to `target`, for as long as it is not cut."""

    def __init__(self, port: int, target: int) -> None:
        self.port, self.target = port, target
        self.whole = True
        self._listener = socket.create_server(("127.0.0.1", port), backlog=64)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _from = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        with near, contextlib.suppress(OSError):
            if not self.whole:
                return
            with socket.create_connection(("127.0.0.1", self.target), timeout=10) as far:
                back = threading.Thread(target=_pump, args=(far, near), daemon=True)
                back.start()
                _pump(near, far)
                back.join()

    def close(self) -> None:
        self._listener.close()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
