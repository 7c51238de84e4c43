"""A backup made by itself, where PILIN_BACKUP names a folder: a child of whoever serves."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from pilin.site import backups as seen

#: How often it is looked whether one is due, and how long a failed one is left alone, seconds.
LOOK, AGAIN = 60.0, 1800.0


class Nightly:
    """`look` is called again and again; it never waits."""

    def __init__(self, start: Callable[[list[str]], Any] = subprocess.Popen) -> None:
        self._start = start
        self._running: Any = None
        self._next = 0.0

    def look(self) -> None:
        """Begin a backup where PILIN_BACKUP_EVERY hours (24) have passed since the last."""
        if self._running is not None and self._running.poll() is None:
            return
        now = time.monotonic()
        if not os.environ.get("PILIN_BACKUP") or now < self._next:
            return
        failed, self._running = self._running is not None and self._running.returncode, None
        self._next = now + (AGAIN if failed else LOOK)
        if not failed and is_due():
            self._running = self._start([sys.executable, "-m", "pilin", "backup"])

    def stop(self) -> None:
        if self._running is not None and self._running.poll() is None:
            self._running.terminate()


def every() -> float:
    """Seconds between two backups."""
    return float(os.environ.get("PILIN_BACKUP_EVERY", "24")) * 3600


def is_due() -> bool:
    age = seen.last_age("backup")
    return age is None or age >= every()
