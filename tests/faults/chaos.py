"""Kill, stop and rebuild at random moments while people act; then compare what they were told with what
is there. A short run is a test (`test_chaos.py`), a long one `make chaos`."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import psutil

from .test_ballots_survive import Server, Voters, compare

SETUP = """
import json
from datetime import timedelta
from pilin.run import environment
environment.setup()
from django.test import Client
from django.utils import timezone
from pilin.intake import token
from pilin.intake.models import Poll
from tests.world import build
world = build()
m = world.raised()
world.take("host", m, "accept", reason="归我们管")
days = timezone.localdate() + timedelta(days=9)
world.take("host", m, "ask", question="先做什么？", statements="修桥\\n修路\\n修灯", until=days)
poll = Poll.objects.get()
assert list(poll.items) == [1, 2, 3], poll.items
until = timezone.now() + timedelta(hours=6)
def session(login):
    client = Client()
    client.force_login(world.people[login], "django.contrib.auth.backends.ModelBackend")
    return client.cookies["sessionid"].value
print(json.dumps({
    "words": [token.issue(poll.pk, f"v{n}", until.timestamp()) for n in range(%d)],
    "sessions": [session(login) for login in ("resident", "neighbour")],
    "forum": world["左村驿站"],
    "poll": poll.pk,
}))
"""
CHECK_STEPS = """
import json
from pilin.run import environment
environment.setup(fit=False)
from pilin.engine.models import Matter
from pilin.engine.rebuild import digests, rebuild
from pilin.ledger import log, pins, verify
before = digests()
rebuild()
after = digests()
print(json.dumps({
    "titles": dict(Matter.objects.values_list("pk", "title")),
    "problems": [str(p) for name in log.sizes() for p in verify.check_database(name).problems]
        + [str(fault) for fault in pins.examined()],
    "differing": [t for t in after if after[t] != before[t]],
}))
"""


class Residents:
    """Each raises one matter after another: where no answer comes, the same one is sent again.

    One who reads asks for pages beside them.
    """

    def __init__(self, port: int, sessions: list[str], forum: int) -> None:
        self.port, self.forum = port, forum
        self.acknowledged: dict[str, int] = {}  # title → number
        self.statuses: Counter[int] = Counter()
        self.looked_again = 0
        self.stop = threading.Event()
        self.threads = [
            threading.Thread(target=self._run, args=(n, session))
            for n, session in enumerate(sessions)
        ]
        self.threads.append(threading.Thread(target=self._read))
        for thread in self.threads:
            thread.start()

    def _ask(self, method: str, path: str, session: str = "", said: dict | None = None):
        """Status and Location of the answer; None where none came."""
        secret = "c" * 32
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            headers = {"Cookie": f"sessionid={session}; csrftoken={secret}"} if session else {}
            body = None
            if said is not None:
                body = urlencode({**said, "csrfmiddlewaretoken": secret})
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.read()
            self.statuses[answer.status] += 1
            return answer.status, answer.headers.get("Location", "")
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def _until(self, *asked, **more):
        while not self.stop.is_set():
            answer = self._ask(*asked, **more)
            if answer is not None and answer[0] not in (502, 503, 504):  # the latter a proxy's
                return answer
            time.sleep(0.1)
        return None

    def _run(self, who: int, session: str) -> None:
        chance = random.Random(who)
        while not self.stop.is_set():
            # Like no other: whoever raises what was raised already is offered that instead.
            title = "第" + "".join(chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(9))
            while not self.stop.is_set() and not self._raise(title, session):
                pass

    def _raise(self, title: str, session: str) -> bool:
        """Whether it was acknowledged. Where the page asks to look once more, it is begun anew."""
        said = {"title": title, "text": "说明", "forum": self.forum}
        first = self._until("POST", "/new/consultation/raise/", session=session, said=said)
        if first is None:
            return False
        assert first[0] == 302 and "?check=" in first[1], first
        path, _, token = first[1].partition("?check=")
        done = self._until("POST", path, session=session, said={"do": "record", "token": token})
        if done is None:
            return False
        if done[1].endswith("?change=1"):  # a statement of one who was killed came after all
            self.looked_again += 1
            return False
        found = re.search(r"/matters/(\d+)/", done[1])
        assert done[0] == 302 and found, done
        self.acknowledged[title] = int(found[1])
        return True

    def _read(self) -> None:
        while not self.stop.is_set():
            for path in ("/", "/matters/", "/search/?q=事"):
                self._ask("GET", path.replace("事", "%E4%BA%8B"))
            time.sleep(0.05)

    def end(self) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(60)


class Chaos:
    """What is done to an installation; `did` counts it."""

    def __init__(self, server: Server, seed: int) -> None:
        self.server, self.chance = server, random.Random(seed)
        self.did: Counter[str] = Counter()
        self.beside: list[subprocess.Popen[bytes]] = []

    def once(self) -> None:
        kinds = [self.part, self.part, self.part, self.database, self.all, self.pause, self.rebuild]
        if self.server.folder.is_mount():  # a disk of its own, which can be filled
            kinds += [self.full, self.full]
        act = self.chance.choice(kinds)
        with contextlib.suppress(psutil.NoSuchProcess, OSError, ValueError, IndexError):
            act()
        time.sleep(self.chance.uniform(0.2, 2.5))

    def part(self) -> None:
        """One of the processes below `pilin serve`."""
        found = [
            p
            for p in psutil.Process(self.server.process.pid).children(recursive=True)
            if "postgres" not in p.name()
        ]
        victim = self.chance.choice(found)
        said = " ".join(victim.cmdline())
        victim.kill()
        named = ("pilin.run.web", "pilin.run.worker", "pilin.run.ballots")
        self.did[next((n for n in named if n in said), "a process that answers")] += 1

    def database(self) -> None:
        """PostgreSQL: the whole of it, or one of its processes, which makes it start over."""
        master = psutil.Process(self.server.postmaster())
        below = master.children()
        victim = self.chance.choice([master, *below])
        victim.kill()
        self.did["PostgreSQL" if victim == master else "a process of PostgreSQL's"] += 1

    def all(self) -> None:
        """Who supervises, and so everything; then it is started again."""
        os.kill(self.server.process.pid, signal.SIGKILL)
        self.server.process.wait()
        self.did["pilin serve"] += 1
        self.server.start_in_time()

    def pause(self) -> None:
        """A process stands still for a while, as one whose machine is overloaded or cut off."""
        victim = self.chance.choice(
            psutil.Process(self.server.process.pid).children(recursive=True)
        )
        victim.suspend()
        time.sleep(self.chance.uniform(0.5, 3))
        victim.resume()
        self.did["stood still"] += 1

    def full(self) -> None:
        """The disk has no room left for some seconds; whatever is written then fails."""
        filler = self.server.folder / "filler"
        try:
            with filler.open("wb") as file, contextlib.suppress(OSError):
                while True:
                    file.write(b"x" * 2**20)
            time.sleep(self.chance.uniform(1, 4))
        finally:
            filler.unlink()
        self.did["disk full"] += 1

    def rebuild(self) -> None:
        """A rebuild beside everything else, killed on the way or not."""
        command = [sys.executable, "-m", "pilin", "rebuild"]
        found = subprocess.Popen(
            command, env=self.server.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.beside.append(found)
        self.did["rebuild"] += 1
        if self.chance.random() < 0.4:
            time.sleep(self.chance.uniform(0.5, 3))
            found.kill()

    def end(self) -> None:
        for each in self.beside:
            with contextlib.suppress(subprocess.TimeoutExpired):
                each.wait(120)
            if each.poll() is None:
                each.kill()


class Restarting(Server):
    """As somebody starts it again who has just seen it die: until its port is free."""

    def start_in_time(self, tries: int = 20) -> None:
        for _ in range(tries):
            with contextlib.suppress(BaseException):
                self.start()
                return
            time.sleep(1)
        raise AssertionError("it does not start any more")


def run(folder, moments: int, seed: int) -> dict[str, object]:
    """Do so many things to an installation in `folder`; gives what came of it. Raises AssertionError."""
    server = Restarting(folder)
    server.env |= {"PILIN_WAITING": "1000000", "PYTHONPATH": os.getcwd()}
    made = server.run(SETUP % (3_000 + 600 * moments))
    server.start()
    server.poll = made["poll"]
    voters = Voters(server.port, made["words"], server.poll, pause=0.2)
    residents = Residents(server.port, made["sessions"], made["forum"])
    chaos = Chaos(server, seed)
    try:
        for _ in range(moments):
            chaos.once()
            assert all(t.is_alive() for t in (*residents.threads, *voters.threads)), (
                "somebody gave up"
            )
        chaos.end()
        before = len(residents.acknowledged)
        voters.wait_for(50)
        until = time.monotonic() + 120
        while len(residents.acknowledged) < before + 3:
            assert time.monotonic() < until, "steps are taken no more"
            time.sleep(0.1)
    finally:
        residents.end()
        voters.end()
        chaos.end()
        server.process.terminate()
        server.process.wait(60)
    compare(server, voters)
    found = server.run(CHECK_STEPS)
    titles = {int(n): title for n, title in found["titles"].items()}
    lost = [t for t, n in residents.acknowledged.items() if titles.get(n) != t]
    doubled = [t for t, n in Counter(titles.values()).items() if n > 1 and t.startswith("第")]
    return {
        "moments": dict(chaos.did.most_common()),
        "steps acknowledged": len(residents.acknowledged),
        "steps lost": lost,
        "steps doubled": doubled,
        "ballots acknowledged": len(voters.acknowledged) + len(voters.told_before),
        "ballots lost or doubled": 0,  # `compare` has seen to it
        "asked to look once more": residents.looked_again,
        "answers by status": {str(k): n for k, n in sorted(residents.statuses.items())},
        "problems": found["problems"] + found["differing"],
    }


@contextlib.contextmanager
def disk(folder: Path) -> Iterator[None]:
    """A small disk of its own in memory, where we may mount one; else the disk is not filled."""
    command = ["mount", "-t", "tmpfs", "-o", "size=3g,mode=755", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and not subprocess.call(command, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=False)


def main() -> None:
    """`python -m tests.faults.chaos [MOMENTS [SEED]]`: prints what came of it as JSON."""
    from tests.installation import data_folder

    given = [int(a) for a in sys.argv[1:]]
    moments, seed = (*given, *(100, 1)[len(given) :])
    with data_folder("chaos") as folder, disk(folder):
        print(json.dumps(run(folder, moments, seed), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
