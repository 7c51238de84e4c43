"""Tell systemd that Pilin answers, and go on telling it: sd_notify(3), in the few lines it takes."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable


def tell(state: str) -> bool:
    """Send a state such as "READY=1"; whether anybody listens. Raises nothing: nobody depends on it."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
            out.connect("\0" + address[1:] if address[0] == "@" else address)
            out.sendall(state.encode())
    except OSError:
        return False
    return True


class Watchdog:
    """Says WATCHDOG=1 as long as `answers` holds; where it does not, systemd starts Pilin anew.

    Asked twice in the time systemd allows (WATCHDOG_USEC); never, where it allows none.
    """

    def __init__(self, answers: Callable[[], bool]) -> None:
        allowed = os.environ.get("WATCHDOG_USEC", "")
        self._every = int(allowed) / 2_000_000 if allowed.isdigit() else 0.0
        self._answers = answers
        self._last = time.monotonic()

    def look(self) -> None:
        if self._every and time.monotonic() - self._last >= self._every:
            self._last = time.monotonic()
            if self._answers():
                tell("WATCHDOG=1")
