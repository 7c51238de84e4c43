"""Whoever is killed, no orphan holds the port, and pages come back."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import psutil
import pytest

from tests.installation import data_folder

from .test_ballots_survive import Server

#: Seconds within which pages answer again, or everything has ended.
SOON = 60


@pytest.fixture(scope="module")
def server():
    with data_folder("supervised", begun=True) as folder:
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
    assert psutil.pid_exists(server.postmaster()), "others may be using it; the next start does"
    server.start()
    assert answers(server.port)


def test_while_postgresql_is_killed_again_and_again_pages_answer_and_never_with_500(server):
    def ask(path):
        request = urllib.request.Request(f"http://127.0.0.1:{server.port}{path}")
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.headers.get("Retry-After")
        except urllib.error.HTTPError as fault:
            return fault.code, fault.headers.get("Retry-After")

    seen = {ask(path)[0] for path in ("/", "/matters/", "/search/?q=x")}
    assert seen == {200}
    until, killed = time.monotonic() + 5, 0
    while time.monotonic() < until:
        with contextlib.suppress(OSError, ValueError, IndexError):
            os.kill(server.postmaster(), signal.SIGKILL)
            killed += 1
        for path in ("/", "/matters/", "/search/?q=x", "/account/login/"):
            status, again = ask(path)
            assert status in (200, 503), (path, status)
            assert status == 200 or again
            seen.add(status)
    assert killed > 2 and seen == {200, 503}
    assert in_time(lambda: ask("/search/?q=y")[0] == 200)


def test_a_child_whose_parent_has_gone_before_it_could_ask_ends_itself():
    code = "from pilin.run.tether import tether; tether({}); print('goes on')"
    for parent, ends in ((os.getpid(), 0), (2**22 - 1, -signal.SIGTERM)):
        done = subprocess.run(
            [sys.executable, "-c", code.format(f"parent={parent}")],
            capture_output=True,
            check=False,
        )
        assert (done.returncode, b"goes on" in done.stdout) == (ends, ends == 0)
