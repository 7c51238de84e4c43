"""One process to start: pages and jobs run as its children and stop with it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from django.utils.translation import gettext as _

from pilin.database import roles
from pilin.intake import marking
from pilin.ledger import keys, witnessed
from pilin.ledger.note import NoteFault
from pilin.ledger.refusing import Refuses
from pilin.neighbours import twins
from pilin.publishing import program

from . import notify, postgres
from .backup import nightly
from .tether import PARENT

Say = Callable[[str], None]
#: Parts that may stop within a minute before everything does.
FALLS = 10


class CannotServe(Exception):
    """It could not be started, and why."""


def serve(host: str, port: int, workers: int, say: Say) -> int:
    """Serve until told to stop (Ctrl-C, SIGTERM). Gives the exit code; raises CannotServe."""
    _free(host, port)
    with tempfile.TemporaryDirectory(prefix="pilin-") as folder:
        return _serve(host, port, workers, say, str(Path(folder) / "ballots"))


def _serve(host: str, port: int, workers: int, say: Say, ballots: str) -> int:
    children = {
        "pages": [sys.executable, "-m", "pilin.run.web", host, str(port), str(workers)],
        "jobs": [sys.executable, "-m", "pilin.run.worker"],
    }
    counts = str(Path(ballots).with_name("counts"))
    os.mkdir(counts)
    with contextlib.suppress(Refuses, NoteFault):  # pages say so, and the doctor
        keys.signing_key()  # made here, where there is none: those that write ballots cannot
        if witnessed.look_ahead():
            say(
                _(
                    "Witnesses have seen entries that are not here: nothing is recorded until they are."
                )
            )
        if marking.held_back():
            say(_("Ballots that the record speaks of are missing: those votes wait for them."))
    twins.ready()
    roles.grant()
    with contextlib.suppress(Refuses, NoteFault):  # where nothing is written, pages say so
        program.enter()
    environment = {
        **os.environ,
        PARENT: str(os.getpid()),
        "PROMETHEUS_MULTIPROC_DIR": counts,
        "DATABASE_URL": roles.service_url(),
    }
    if workers > 1:
        children["ballots"] = [sys.executable, "-m", "pilin.run.ballots", ballots]
        environment["PILIN_BALLOTS"] = ballots

    def start(name: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(children[name], env=environment)

    running = {name: start(name) for name in children}
    stopping = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    falls: list[float] = []
    backups = nightly.children()
    watchdog = notify.Watchdog(lambda: _answers_once(host, port))
    try:
        if _answers(host, port, running["pages"], lambda: stopping):
            say(
                _("Pilin answers at http://%(host)s:%(port)d/ – stop it with Ctrl-C.")
                % {"host": f"[{host}]" if ":" in host else host, "port": port}
            )
            notify.tell("READY=1")
        while not stopping:
            _mend(say)
            watchdog.look()
            for backup in backups:
                backup.look()
            for name, process in list(running.items()):
                if process.poll() is None:
                    continue
                falls = [*(t for t in falls if time.monotonic() - t < 60), time.monotonic()]
                said = {"name": name, "code": process.returncode}
                if len(falls) > FALLS:
                    say(_("The part “%(name)s” stops again and again; everything stops.") % said)
                    return 1
                say(
                    _("The part “%(name)s” has stopped (code %(code)d) and is started again.")
                    % said
                )
                running[name] = start(name)
            time.sleep(0.3)
        return 0
    finally:
        notify.tell("STOPPING=1")
        for backup in backups:
            backup.stop()
        _end(list(running.values()))


def _mend(say: Say) -> None:
    """Start our own PostgreSQL again where it was killed."""
    try:
        if postgres.keep_running():
            say(_("PostgreSQL had stopped and was started again."))
    except Exception as fault:  # the wheel's faults are of many kinds; it is tried again
        say(_("PostgreSQL has stopped and does not start: %(why)s") % {"why": fault})
        time.sleep(2)


def _free(host: str, port: int) -> None:
    try:
        family, kind, *_rest, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as fault:
        raise CannotServe(
            _("Port %(port)d on %(host)s is taken or not allowed. Choose another with --port.")
            % {"port": port, "host": host}
        ) from fault


def _answers(
    host: str, port: int, pages: subprocess.Popen[bytes], stopping: Callable[[], bool]
) -> bool:
    while pages.poll() is None and not stopping():
        if _answers_once(host, port):
            return True
        time.sleep(0.1)
    return False


def _answers_once(host: str, port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{_reached(host)}:{port}/healthz", timeout=10):
            return True
    except urllib.error.HTTPError:
        return True  # it answers, if only to say that this host name is not its own
    except OSError:
        return False


def _reached(host: str) -> str:
    """The name in an address under which whoever serves at `host` is reached from here."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"[{here}]" if ":" in here else here


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    until = time.monotonic() + 10
    for process in processes:
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()


def workers_by_default() -> int:
    return max(1, min(4, os.cpu_count() or 1))
