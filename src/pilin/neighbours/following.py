"""Neighbours are followed: looked at each minute, and at once when they say that there is something new.

A thread beside the jobs. Whatever goes wrong with one is noted for whoever watches, and the next round
goes on where this one stopped.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.utils import timezone

from pilin.database.elsewhere import NoCopy
from pilin.ledger import log
from pilin.ledger.note import NoteFault
from pilin.people.neighbour_models import INVITED, JOINED, Neighbour

from . import protocol
from .answering import answer, joined
from .applying import Parked, apply_theirs
from .models import Copy
from .serving import CHANNEL
from .taking import Forked, Shorter, Silent, take, take_words

_log = logging.getLogger(__name__)
#: Seconds between two looks at a neighbour that says nothing; and how long one waits for a word.
QUIET, PAUSE = 60.0, 1.0
#: Who is looked after: nobody else's record is taken.
FOLLOWED = (INVITED, JOINED)


def follow(neighbour: Neighbour) -> int:
    """Take, apply and answer what is new; gives how many entries of ours came of it. Notes what is wrong."""
    fault, told, done = "", "", 0
    try:
        for body in take(neighbour):
            done += joined(neighbour, body)
        neighbour = Neighbour.objects.get(pk=neighbour.pk)
        if neighbour.state == JOINED:  # before that they do not know us, and would say so
            take_words(neighbour)
            apply_theirs(neighbour)
            done += answer(neighbour)
    except NoCopy:
        fault = "none"
    except Silent as why:
        fault, told = why.code, str(why)
    except NoteFault as why:
        fault, told = "wrong", str(why)
    except Shorter as why:
        fault = f"shorter {why.held} {why.now}"
    except Forked as why:
        fault = "fork"
        Copy.objects.filter(pk=neighbour.pk, fork="").update(fork=why.evidence)
    except Parked as why:
        fault, told = f"parked {why.number}", str(why)
    except (OperationalError, InterfaceError):  # the database is away
        raise
    except Exception as why:  # whatever somebody else's server may lead to ends with its own copy
        _log.exception("neighbour %s", neighbour.origin)
        fault, told = "wrong", type(why).__name__
    row = Copy.objects.filter(pk=neighbour.pk)
    if row.exclude(fault=fault).update(fault=fault) and fault:
        _log.warning("neighbour %s: %s: %s", neighbour.origin, fault, told)
    if not fault:
        row.update(seen=timezone.now())
    return done


def followed() -> list[Neighbour]:
    """Those that have a copy here to bring up to date."""
    made = Copy.objects.values_list("pk", flat=True)
    return list(Neighbour.objects.filter(state__in=FOLLOWED, pk__in=list(made)).order_by("id"))


class Follower:
    """`look` once: whoever is due, or has said that there is something new; and whoever is to be told."""

    def __init__(self) -> None:
        self._next: dict[int, float] = {}
        self._fell: dict[int, int] = {}
        self._told = -1
        self._wakes = ThreadPoolExecutor(2, "wake")

    def look(self, woken: frozenset[str] = frozenset()) -> int:
        done, now = 0, time.monotonic()
        for neighbour in followed():
            key = neighbour.pk
            if str(key) not in woken and now < self._next.get(key, 0.0):
                continue
            done += follow(neighbour)
            fault = Copy.objects.filter(pk=key).exclude(fault="").exists()
            self._fell[key] = self._fell.get(key, 0) + 1 if fault else 0
            # Soon again where it went wrong, and ever later: but never later than when all is quiet.
            wait = min(QUIET, 2.0 ** self._fell[key]) if fault else QUIET
            self._next[key] = time.monotonic() + wait
        size = log.size(log.MAIN)
        if size != self._told:
            self._told = size
            for neighbour in followed():
                self._wakes.submit(protocol.wake, neighbour)
        return done

    def close(self) -> None:
        self._wakes.shutdown(cancel_futures=True)


def run(stop: threading.Event) -> None:
    """Follow until told to stop."""
    follower = Follower()
    while not stop.is_set():
        try:
            close_old_connections()
            with _listening() as heard:
                while not stop.is_set():
                    follower.look(heard())
        except Exception as fault:  # the database is away, as a rule: it comes back
            _log.warning("neighbours are not followed just now: %s", fault)
            connection.close()
            stop.wait(PAUSE)
    follower.close()


@contextlib.contextmanager
def _listening() -> Iterator[Callable[[], frozenset[str]]]:
    """Gives what waits for a word and says who is meant."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as ear:
        ear.execute(f"LISTEN {CHANNEL}")

        def heard() -> frozenset[str]:
            return frozenset(n.payload for n in ear.notifies(timeout=PAUSE, stop_after=1))

        yield heard


def beside() -> threading.Event:
    """Follow in a thread of this process; gives what stops it."""
    stop = threading.Event()
    threading.Thread(target=run, args=(stop,), name="neighbours", daemon=True).start()
    return stop
