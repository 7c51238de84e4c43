"""Children end with whoever started them, however that ends: nobody is left to hold the port."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

#: prctl(2): the signal a process is sent when its parent ends.
_SET_PDEATHSIG = 1


#: Set by `pilin serve` for its children: its own number.
PARENT = "PILIN_PARENT"


def tether(end: signal.Signals = signal.SIGTERM, parent: int = 0) -> None:
    """Have this process sent `end` when its parent ends, by kill -9 too (Linux; elsewhere nothing).

    Asked by a child from its main thread. `parent` is who started it, else whom `PARENT` names: where
    that one has ended before this is asked, as while modules were loaded, it ends itself.
    """
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(_SET_PDEATHSIG, end, 0, 0, 0)
    expected = parent or int(os.environ.get(PARENT, "0"))
    if expected and os.getppid() != expected:
        os.kill(os.getpid(), end)


def tethered(command: list[str]) -> list[str]:
    """The same program, ended with this process: for those that are not ours, and do not ask."""
    return [sys.executable, "-m", __name__, str(os.getpid()), *command]


if __name__ == "__main__":
    tether(parent=int(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])
