"""Children end with whoever started them, however that ends: nobody is left to hold the port."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

#: prctl(2): the signal a process is sent when its parent ends.
_SET_PDEATHSIG = 1


def tether(end: signal.Signals = signal.SIGTERM) -> None:
    """Have this process sent `end` when its parent ends, by kill -9 too (Linux; elsewhere nothing).

    Asked first thing by a child, from its main thread. Where the parent ended a moment before, it
    ends itself.
    """
    if not sys.platform.startswith("linux"):
        return
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(_SET_PDEATHSIG, end, 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), end)
