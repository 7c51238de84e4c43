"""Whoever is killed, no orphan holds the port, and pages come back."""

import contextlib
import os
import signal
import socket
import time
import urllib.request

import psutil
import pytest

from tests.installation import data_folder

from .test_ballots_survive import Server

#: Seconds within which pages answer again, or everything has ended.
SOON = 60


@pytest.fixture
def server():
    with data_folder("supervised") as folder:
        found = Server(folder)
        found.start()
        yield found
        with contextlib.suppress(ProcessLookupError):
            found.kill()


def below(pid, what=""):
    """The processes below one whose command says `what`."""
    children = psutil.Process(pid).children(recursive=True)
    return [p for p in children if what in " ".join(p.cmdline())]


def ended(processes):
    """Whether all of them end in time."""
    return not psutil.wait_procs(processes, SOON)[1]


def answers(port):
    with contextlib.suppress(OSError):
        return urllib.request.urlopen(f"http://127.0.0.1:{port}/verify/", timeout=5).status == 200
    return False


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def in_time(holds):
    until = time.monotonic() + SOON
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.1)
    return False


def test_the_process_above_those_that_answer_is_killed_and_pages_come_back(server):
    (pages,) = below(server.process.pid, "pilin.run.web")
    workers = below(pages.pid, "spawn_main")
    assert len(workers) == 2
    pages.kill()
    assert ended(workers), "they went on and held the port"
    assert in_time(lambda: answers(server.port))
    assert server.process.poll() is None


def test_who_supervises_is_killed_and_nobody_goes_on(server):
    own = below(server.process.pid, "pilin.run") + below(server.process.pid, "spawn_main")
    assert len(own) == 5
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()
    assert ended(own) and not listens(server.port)
    server.start()
    assert answers(server.port)
