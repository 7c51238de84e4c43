"""A thousand signed-in people at once for a minute, ballots beside them: how long do they wait, and for what?"""

from __future__ import annotations

import asyncio
import json
import os
import re
import time
from collections import Counter, defaultdict
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import psutil

from bench.installations import Installations, env, measured, serving
from bench.table import Table

MATTERS, PEOPLE, VOTERS, SECONDS = 1_000, 1_000, 16, 60
#: A poll of nobody's matter.
POLL = 9_000_001
CSRF = "a" * 32
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
CHECK = re.compile(rb"\r\nlocation: [^\r]*\?check=([\w-]+)", re.IGNORECASE)
#: Of ten things somebody does: pages, a support, a matter raised.
DOES = ("page",) * 7 + ("support",) * 2 + ("raise",)


class Person:
    """One connection; asks, waits for the answer, asks again."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port, self.cookie = port, cookie
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(
        self, method: str, path: str, body: bytes = b"", kind: str = ""
    ) -> tuple[int, bytes]:
        """Status and head of the answer. Raises OSError, also where the connection ends."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self._streams
        writer.write(
            (
                f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept-Language: zh-CN\r\n"
                f"Cookie: {self.cookie}; csrftoken={CSRF}\r\nContent-Length: {len(body)}\r\n"
                f"Content-Type: {kind or 'application/x-www-form-urlencoded'}\r\n\r\n"
            ).encode()
            + body
        )
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            found = LENGTH.search(head)
            await reader.readexactly(int(found[1]) if found else 0)
        except (asyncio.IncompleteReadError, OSError) as fault:
            self._streams = None
            raise OSError(str(fault)) from fault
        return int(head[9:12]), head

    async def post(self, path: str, said: str) -> int:
        """A step, and what is shown once more before it is recorded: the status of the last answer."""
        form = f"csrfmiddlewaretoken={CSRF}&"
        status, head = await self.ask("POST", path, (form + said).encode())
        if looked := CHECK.search(head):
            more = f"{form}do=record&token={looked[1].decode()}".encode()
            status, _head = await self.ask("POST", path, more)
        return status


class Crowd:
    def __init__(self, port: int, made: dict[str, list[str]], forum: str) -> None:
        self.port, self.made, self.forum = port, made, forum
        self.waited: dict[str, list[float]] = defaultdict(list)
        self.answers: Counter[str] = Counter()
        self._until = 0.0

    async def run(self) -> None:
        self._until = time.perf_counter() + SECONDS
        words = iter(self.made["words"])
        people = (self._person(n, cookie) for n, cookie in enumerate(self.made["cookies"]))
        await asyncio.gather(*people, *(self._voter(words) for _ in range(VOTERS)))

    async def _person(self, n: int, cookie: str) -> None:
        person, matters = Person(self.port, cookie), self.made["matters"]
        turn = n
        while time.perf_counter() < self._until:
            turn += 1
            does = DOES[turn * 7 % len(DOES)]
            matter = matters[(turn * 131 + n) % len(matters)]
            if does == "page":
                pages = ("/", "/matters/", f"/matters/{matter}/")
                asked = person.ask("GET", pages[turn % 3])
                await self._counted("a page", self._status(asked))
            elif does == "support":
                await self._counted("supporting", person.post(f"/matters/{matter}/support/", ""))
            else:
                said = f"title={quote('路灯坏了')}{n}-{turn}&text={quote('晚上很黑')}&forum={self.forum}"
                await self._counted("raising", person.post("/new/consultation/raise/", said))

    @staticmethod
    async def _status(asked) -> int:  # type: ignore[no-untyped-def]
        return int((await asked)[0])

    async def _voter(self, words) -> None:  # type: ignore[no-untyped-def]
        voter = Person(self.port, "none=1")
        while time.perf_counter() < self._until:
            body = json.dumps({"token": next(words), "item": 0, "choice": [1]}).encode()
            asked = voter.ask("POST", f"/ballots/{POLL}/", body, "application/json")
            await self._counted("a ballot", self._status(asked))

    async def _counted(self, what: str, asked) -> None:  # type: ignore[no-untyped-def]
        since = time.perf_counter()
        try:
            status = str(await asked)
        except OSError:
            status = "no answer"
        self.waited[what].append(time.perf_counter() - since)
        self.answers[f"{what} {status}"] += 1


def run(installations: Installations) -> Table:
    """Closed loop: each of 1,000 asks again as soon as it is answered, over a connection of its own.

    Two processes that answer. Load and server share two processors.
    """
    os.environ["PILIN_WAITING"] = "1000000"
    folder = installations.fresh("crowd")
    made = json.loads(measured("crowd", folder).splitlines()[-1])
    with serving(folder, workers=2) as port:
        server = next(
            p.parent() for p in psutil.process_iter() if _is(p, "pilin.run.web", str(port))
        )
        before = _spent(server)
        crowd = Crowd(port, made, made["forum"])
        asyncio.run(crowd.run())
        spent = {part: after - before.get(part, 0.0) for part, after in _spent(server).items()}
    table = Table(("What", "answered a second", "median, s", "95 of 100 within, s", "longest, s"))
    for what, times in sorted(crowd.waited.items()):
        times.sort()
        at = [times[int(len(times) * part)] for part in (0.5, 0.95)]
        table.add(what, len(times) / SECONDS, *at, times[-1])
    for said, n in sorted(crowd.answers.items()):
        table.add(f"answers: {said}", n, "", "", "")
    for part, seconds in sorted(spent.items(), key=lambda row: -row[1]):
        table.add(f"processors used by {part}, of 2", seconds / SECONDS, "", "", "")
    return table


def _is(process: psutil.Process, *words: str) -> bool:
    with suppress(psutil.Error):
        command = process.cmdline()
        return all(word in command for word in words)
    return False


def _spent(server: psutil.Process) -> dict[str, float]:
    """Processor seconds so far, by part of the installation and by who asks."""
    found: Counter[str] = Counter({"those who ask": sum(psutil.Process().cpu_times()[:2])})
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            said = " ".join(process.cmdline())
            if process.name() == "postgres":
                part = "PostgreSQL"
            elif process not in server.children(recursive=True):
                continue
            elif "pilin.run." in said and "pilin.run.web" not in said:
                part = said.split("pilin.run.")[1].split()[0]
            else:
                part = "pages"
            found[part] += sum(process.cpu_times()[:2])
    return dict(found)


def measure() -> None:
    import subprocess

    from bench.installations import PILIN

    folder = Path(os.environ["PILIN_DATA"])
    command = [
        *PILIN,
        "simulate",
        "--matters",
        str(MATTERS),
        "--people",
        str(PEOPLE),
        "--seed",
        "1",
    ]
    subprocess.run(command, env=env(folder), check=True)
    from pilin.run import environment

    environment.setup()
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.utils import timezone

    from pilin.engine.models import Matter
    from pilin.intake import apply as opening
    from pilin.intake import shapes, token
    from pilin.ledger.log import Record
    from pilin.people.models import Account, Office, Organisation
    from pilin.people.read_model import applying
    from pilin.people.sessions import SessionStore

    until = timezone.now() + timedelta(hours=2)
    with applying():
        record = Record("main", POLL, {"matter": POLL}, b"")
        opening.opened(record, shapes.APPROVAL, until, range(1, 11))
    serial = token.serial_now()
    words = [token.issue(POLL, f"{n:016x}", until.timestamp(), serial) for n in range(400_000)]
    # Without an office that asks for a second key.
    officers = Office.objects.exclude(role__in=["host", "clerk", "lead"]).values("person")
    cookies = []
    for person in Account.objects.exclude(person__in=officers).order_by("id")[:PEOPLE]:
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.create()
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={session.session_key}")
    raised = Matter.objects.filter(kind="consultation", state="raised").order_by("id")
    forum = Organisation.objects.filter(category="station").order_by("id").first()
    assert forum is not None
    matters = [str(pk) for pk in raised.values_list("pk", flat=True)]
    made = {"cookies": cookies, "words": words, "matters": matters, "forum": str(forum.pk)}
    print(json.dumps(made))


if __name__ == "__main__":
    measure()
