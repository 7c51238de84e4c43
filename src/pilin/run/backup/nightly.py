"""Backups made by themselves, where settings name a place for them: children of whoever serves."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection

from pilin.run.tether import PARENT
from pilin.site import backups as seen

from .places import BackupFault
from .store import Backup

#: How often it is looked whether one is due, and how long a failed one is left alone, seconds.
LOOK, AGAIN = 60.0, 1800.0


def _start(command: list[str]) -> Any:
    return subprocess.Popen(command, env={**os.environ, PARENT: str(os.getpid())})


class Child:
    """The command of Pilin's that a setting asks for. `look` is called again and again; it never waits."""

    def __init__(
        self,
        command: str,
        setting: str,
        due: Callable[[], bool],
        again: float = AGAIN,
        start: Callable[[list[str]], Any] = _start,
    ) -> None:
        self._command, self._setting, self._due, self._again = command, setting, due, again
        self._start = start
        self._running: Any = None
        self._next = 0.0

    def look(self) -> None:
        """Begin it where it is due and does not run; one that failed is left alone for a while."""
        if self._running is not None and self._running.poll() is None:
            return
        now = time.monotonic()
        if not os.environ.get(self._setting) or now < self._next:
            return
        failed, self._running = self._running is not None and self._running.returncode, None
        self._next = now + (self._again if failed else LOOK)
        if not failed and self._due():
            self._running = self._start([sys.executable, "-m", "pilin", self._command])

    def stop(self) -> None:
        if self._running is not None and self._running.poll() is None:
            self._running.terminate()


def children() -> list[Child]:
    """A backup where PILIN_BACKUP_EVERY hours (24) have passed; an archive at all times."""
    return [
        Child("backup", "PILIN_BACKUP", is_due),
        Child("archive", "PILIN_ARCHIVE", lambda: True, LOOK),
    ]


def every() -> float:
    """Seconds between two backups."""
    return float(os.environ.get("PILIN_BACKUP_EVERY", "24")) * 3600


def is_due() -> bool:
    age = seen.last_age("backup")
    return age is None or age >= every()


def going_on(
    make: Callable[[], Backup],
    hours: float | None,
    tell: Callable[[BackupFault], None],
    wait: Callable[[float], None] = time.sleep,
) -> Iterator[Backup]:
    """Each backup as it was made: one, or, where `hours` are given, one after another until stopped.

    Of several, one that fails is told and tried again sooner; the only one raises BackupFault.
    """
    while True:
        pause = (hours or 0) * 3600
        try:
            yield make()
        except BackupFault as reason:
            if hours is None:
                raise
            tell(reason)
            pause = min(AGAIN, pause)
        if hours is None:
            return
        connection.close()  # nobody holds one for hours
        wait(pause)
