"""`kill -9` under full load: no acknowledged ballot is lost, and none is counted twice."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.installation import alive, data_folder, environment, postmaster
from tools.ports import free_port

CLIENTS = 16
#: Seconds without a ballot acknowledged after which something is taken to hang.
STILL = 120
SETUP = """
import json, sys
from datetime import timedelta
from pilin.run import environment
environment.setup()
from django.utils import timezone
from pilin.intake import apply, shapes, token
from pilin.ledger.log import Record
from pilin.people.read_model import applying
until = timezone.now() + timedelta(hours=1)
with applying():
    apply.opened(Record("main", 1, {"matter": 1}, b""), shapes.STANCE, until, [1, 2, 3])
print(json.dumps([token.issue(1, f"v{n}", until.timestamp()) for n in range(30000)]))
"""
CHECK = """
import json
from pilin.run import environment
environment.setup(fit=False)
from pilin.intake.models import Ballot, Count
from pilin.ledger import log, verify
entries = {r.number: (r.body["voter"], r.body["item"]) for r in log.read("ballots-1")}
kept = {f"{v} {i}": n for v, i, n in Ballot.objects.values_list("voter", "item", "number")}
print(json.dumps({
    "entries": entries,
    "kept": kept,
    "counted": sum(Count.objects.exclude(item=0).values_list("n", flat=True)),
    "problems": [str(p) for p in verify.check_database("ballots-1").problems],
}))
"""


class Server:
    """An installation with its own PostgreSQL, as an operator starts it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.env = environment(folder)
        self.process = None
        self.poll = 1
        self.voters: list[Voters] = []
        self.words: list[str] = []

    def voters_anew(self) -> "Voters":
        """Voters who have not voted yet, and leave when the test ends, however it does."""
        first = len(self.words) // 5 * len(self.voters)
        self.voters.append(Voters(self.port, self.words, first=first))
        return self.voters[-1]

    def run(self, code: str):
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code],
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.strip().splitlines()[-1])

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pilin", "serve", "--port", str(self.port), "--workers", "2"],
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        said = []
        for line in self.process.stdout:
            said.append(line)
            if "answers at" in line:
                break
        else:
            pytest.fail("the server did not start:\n" + "".join(said))
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def kill(self) -> None:
        """The server, its workers and its jobs: all of the session we started. Ended are they when
        the last of them is: until then it listens where the next one wants to."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        while alive(self.process.pid):
            time.sleep(0.01)

    def writer(self) -> int:
        """The process that writes ballots: a child of the one that was started."""
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                parent = int((folder / "stat").read_text().rsplit(")")[-1].split()[1])
                command = (folder / "cmdline").read_text()
                if parent == self.process.pid and "pilin.run.ballots" in command:
                    return int(folder.name)
        raise AssertionError("nobody writes ballots")

    def postmaster(self) -> int:
        return postmaster(self.folder)


@pytest.fixture(scope="module")
def installation():
    with data_folder("ballots", begun=True) as folder:
        server = Server(folder)
        server.words = server.run(SETUP)
        server.start()
        yield server
        if server.process.poll() is None:
            server.process.terminate()
            server.process.wait()


@pytest.fixture
def server(installation):
    yield installation
    for voters in installation.voters:
        voters.end()


class Voters:
    """Connections that each send a ballot, wait for its answer, and send the next; and the same one
    again where none came."""

    def __init__(
        self, port: int, words: list[str], poll: int = 1, pause: float = 0.0, first: int = 0
    ) -> None:
        self.port, self.words, self.poll, self.pause = port, words, poll, pause
        self.next = iter(range(first, len(words)))
        self.lock = threading.Lock()
        self.acknowledged: dict[int, int] = {}  # ballot → number
        self.told_before: dict[int, int] = {}  # answered only at a second try
        self.stop = threading.Event()
        self.threads = [threading.Thread(target=self._run) for _ in range(CLIENTS)]
        for thread in self.threads:
            thread.start()

    def _run(self) -> None:
        connection = None
        while not self.stop.is_set():
            with self.lock:
                n = next(self.next)
            body = json.dumps({"token": self.words[n], "item": n % 3 + 1, "choice": 1})
            while True:
                try:
                    connection = connection or http.client.HTTPConnection(
                        "127.0.0.1", self.port, timeout=20
                    )
                    connection.request(
                        "POST", f"/ballots/{self.poll}/", body, {"Content-Type": "application/json"}
                    )
                    answer = connection.getresponse()
                    said = json.loads(answer.read())
                except (OSError, http.client.HTTPException, ValueError):
                    connection = None
                    if self.stop.is_set():
                        return
                    time.sleep(0.05)
                    continue
                if answer.status == 201:
                    self.acknowledged[n] = said["number"]
                elif answer.status == 409 and said["error"] == "duplicate":
                    self.told_before[n] = said["number"]
                elif answer.status == 503 and not self.stop.is_set():
                    time.sleep(0.05)
                    continue
                break
            if self.pause:
                self.stop.wait(self.pause)

    def wait_for(self, more: int) -> None:
        """Until so many more are acknowledged. On a busy machine that may take long; it must go on."""
        goal = len(self.acknowledged) + more
        before, since = 0, time.monotonic()
        while (there := len(self.acknowledged)) < goal:
            if there > before:
                before, since = there, time.monotonic()
            assert time.monotonic() - since < STILL, f"stands still at {there} of {goal}"
            time.sleep(0.02)

    def end(self) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(30)


def compare(server: Server, voters: Voters) -> None:
    found = server.run(CHECK.replace("ballots-1", f"ballots-{server.poll}"))
    assert found["problems"] == []
    entries = {int(n): tuple(who) for n, who in found["entries"].items()}
    for told in (voters.acknowledged, voters.told_before):
        for n, number in told.items():
            assert entries[number] == (f"v{n}", n % 3 + 1), f"ballot {n} is lost"
    assert len(set(entries.values())) == len(entries), "a ballot is counted twice"
    assert found["counted"] == len(entries) == len(found["kept"])
    assert sorted(entries) == list(range(len(entries)))


def test_the_server_is_killed_under_load(server):
    voters = server.voters_anew()
    for _ in range(2):
        voters.wait_for(150)
        server.kill()
        server.start()
    voters.wait_for(150)
    voters.end()
    compare(server, voters)
    assert len(voters.acknowledged) >= 450


@pytest.mark.parametrize("part", ["postmaster", "writer"])
def test_postgresql_or_the_process_that_writes_is_killed_and_comes_back_by_itself(server, part):
    voters = server.voters_anew()
    for _ in range(2):
        voters.wait_for(150)
        os.kill(getattr(server, part)(), signal.SIGKILL)
    voters.wait_for(150)
    voters.end()
    compare(server, voters)
    assert len(voters.acknowledged) >= 450
    assert server.process.poll() is None


def test_postgresql_is_killed_again_before_it_is_seen_to_be_back(server):
    voters = server.voters_anew()
    voters.wait_for(150)
    first = server.postmaster()
    os.kill(first, signal.SIGKILL)
    until, again = time.monotonic() + STILL, first
    while again == first:
        assert time.monotonic() < until
        with contextlib.suppress(OSError, ValueError, IndexError):
            again = server.postmaster()
    with contextlib.suppress(ProcessLookupError):
        os.kill(again, signal.SIGKILL)
    voters.wait_for(150)
    voters.end()
    compare(server, voters)
