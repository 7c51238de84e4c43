"""Two servers in one process: each with a schema, keys and a name of its own, and a line between them.

Whoever asks a neighbour asks the other's pages, over a line that can lose, delay, cut short or change what
it carries. Nothing is committed: a test's transaction holds both.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from pilin.database import elsewhere
from pilin.engine.act import act
from pilin.engine.beside import Beside
from pilin.kit import drawn
from pilin.ledger import ends, log
from pilin.neighbours import keys, protocol, twins
from pilin.neighbours.following import follow
from pilin.neighbours.models import Copy
from pilin.neighbours.protocol import NotKnown, Silent
from pilin.people import known
from pilin.people.actor import HOUSE
from pilin.people.models import Account
from pilin.people.neighbour_models import Neighbour
from tests.databases import Changes, changes, copy_in, numbers, rows
from tests.world import World, build

OTHER = "other"
_OURS = ("ORIGIN", "SIDE", "SITE_URL", "KEYS", "ENDS", "WITNESS")


@dataclass
class Server:
    """One of the two. `back` is what the other's matter about it is called here: its number."""

    name: str
    side: str
    schema: str  # "" for the one in which tests run anyway
    folder: Path
    world: World = field(default_factory=World)
    neighbour: int = 0
    clock: timedelta = timedelta()  # how far it goes before or behind
    plain: dict[str, Any] = field(
        default_factory=dict
    )  # where it is the one in which tests run anyway

    @property
    def url(self) -> str:
        return f"http://{self.name}.test"

    @property
    def origin(self) -> str:
        return f"{self.name}.example"

    @property
    def settings(self) -> dict[str, Any]:
        return self.plain or {
            "ORIGIN": self.origin,
            "SIDE": self.side,
            "SITE_URL": self.url,
            "KEYS": self.folder / "keys",
            "ENDS": self.folder / "ends",
            "WITNESS": self.folder / "witness",
        }


@dataclass
class Line:
    """What the line between them does with an answer: gives it, another one, or raises Silent."""

    carries: Callable[[str, bytes], bytes] = lambda url, body: body
    asked: list[str] = field(default_factory=list)


class Two:
    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left = Server("left", "a", "", folder / "left")
        self.right = Server("right", "b", OTHER, folder / "right")
        self.line = Line()
        self._at: Server | None = None
        now = timezone.now
        monkeypatch.setattr(timezone, "now", lambda: now() + self._clock())
        monkeypatch.setattr(protocol, "_get", self._get)
        monkeypatch.setattr(protocol, "AHEAD", 0)  # whoever asks stands in one transaction
        monkeypatch.setattr(protocol, "wake", lambda of: None)
        monkeypatch.setattr(elsewhere, "schema_of", self._schema_of)
        monkeypatch.setattr(twins, "schema_of", self._schema_of)

    @property
    def both(self) -> tuple[tuple[Server, Server], tuple[Server, Server]]:
        return (self.left, self.right), (self.right, self.left)

    def _clock(self) -> timedelta:
        return self._at.clock if self._at else timedelta()

    def _schema_of(self, number: int) -> str:
        """Each server is one database in earnest: here both share one."""
        mark = self._at.schema if self._at else ""
        return f"neighbour_{mark}{number}"

    @contextmanager
    def at(self, server: Server) -> Iterator[World]:
        """Within, everything is this server's."""
        before = {name: getattr(settings, name) for name in _OURS}
        was, self._at = self._at, server
        token = elsewhere._where.set(None)
        with connection.cursor() as cursor:
            (path,) = cursor.execute("SELECT current_setting('search_path')").fetchone()
            first = f"{server.schema}, " if server.schema else ""
            cursor.execute("SELECT set_config('search_path', %s, true)", [f"{first}public"])
        for name, value in server.settings.items():
            setattr(settings, name, value)
        self._forget()
        try:
            yield server.world
        finally:
            self._forget()
            for name, value in before.items():
                setattr(settings, name, value)
            elsewhere._where.reset(token)
            self._at = was
            if not connection.needs_rollback:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT set_config('search_path', %s, true)", [path])

    def _forget(self) -> None:
        """In one transaction, positions of two records may be the same."""
        known._newest.clear()
        drawn.forget()
        ends._known.clear()

    def server(self, url: str) -> Server:
        return self.left if url.startswith(self.left.url) else self.right

    def _get(self, url: str, headers: Any = None, room: int = protocol.ROOM) -> bytes:
        """As `protocol._get`, of the other server in this process."""
        self.line.asked.append(url)
        self.line.carries(url, b"")  # a line that is cut does not even bring the question
        parts = urlsplit(url)
        named = {f"HTTP_{k.upper().replace('-', '_')}": v for k, v in (headers or {}).items()}
        with self.at(self.server(url)):
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            answer = Client(SERVER_NAME="localhost").get(path, **named)
            body = b"".join(answer) if answer.streaming else answer.content
        if answer.status_code == 403:
            raise NotKnown("403")
        if answer.status_code != 200:
            raise Silent(str(answer.status_code))
        carried = self.line.carries(url, body)
        if len(carried) > room:
            raise Silent("too long")
        return carried

    # What the two do ----------------------------------------------------------------------------

    def join(self) -> None:
        """The left one invites, the right one joins."""
        for step, (server, other) in zip(("invite", "join"), self.both, strict=True):
            with self.at(other):
                said = {name: keys.about()[name] for name in keys.SAID}
            with self.at(server):
                server.neighbour = act(
                    HOUSE, "neighbour", step, said | {"address": other.url}
                ).number
                twins.make(Neighbour.objects.get(pk=server.neighbour))
        self.settle()

    def follow(self, server: Server) -> int:
        """One look of a server at the other."""
        with self.at(server):
            return follow(Neighbour.objects.get(pk=server.neighbour))

    def settle(self) -> None:
        """Both look until nothing comes of it."""
        for _round in range(20):
            before = self.size(self.left), self.size(self.right)
            for server, _other in self.both * 2:
                self.follow(server)
            if before == (self.size(self.left), self.size(self.right)):
                return
        raise AssertionError("they never come to rest")

    def copy(self, server: Server) -> Copy:
        with self.at(server):
            return Copy.objects.get(pk=server.neighbour)

    @contextmanager
    def theirs(self, server: Server) -> Iterator[None]:
        """The other's record, as a server holds it."""
        with self.at(server):
            there = Neighbour.objects.get(pk=server.neighbour).there
            with elsewhere.reading(there):
                yield

    def size(self, server: Server) -> int:
        with self.at(server):
            return log.size(log.MAIN)


def prepare() -> None:
    """The other server's schema, and those in which each holds the other's record, unless they are there.

    Called outside of a test's transaction they are made once: some two hundred and fifty tables.
    """
    with connection.cursor() as cursor:
        if cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [OTHER]).fetchone():
            return
    ours = [m for m in apps.get_models(include_auto_created=True) if _is_ours(m)]
    with transaction.atomic():
        Beside(ours, schema=OTHER).finish()
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        with transaction.atomic(), built(Path(folder), patched) as found:
            found.join()
            numbers = [(server, server.neighbour) for server, _other in found.both]
            transaction.set_rollback(True)
        for server, number in numbers:
            with transaction.atomic(), found.at(server):
                twins.begin(found._schema_of(number))


def _is_ours(model: Any) -> bool:
    return not re.match(
        "procrastinate|django_(content_type|migrations)|auth_", model._meta.db_table
    )


@pytest.fixture(scope="session")
def two_schemas(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        prepare()


@pytest.fixture
def two(
    two_schemas: None, db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Two]:
    """Two servers that have joined, with the same registers."""
    with joined(tmp_path, monkeypatch) as found:
        yield found


@dataclass
class Joined:
    """What two servers are made of that have joined: in the folder, in the tables and in hand."""

    folder: TemporaryDirectory[str]
    changed: Changes
    numbers: dict[str, int]
    hands: list[tuple[World, int]]


#: As they were the first time in this process.
_joined: list[Joined] = []


@contextmanager
def joined(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Two]:
    """Two servers that have joined: they do so once in a process, and are copied when they are needed again.

    Wants the fixture `two_schemas`, and a transaction in which nothing is recorded yet.
    """
    if _joined:
        yield _again(_joined[0], folder, monkeypatch)
        return
    before = rows(*_schemas())
    with built(folder, monkeypatch) as found:
        found.join()
        kept = TemporaryDirectory(prefix="pilin-joined-")
        shutil.copytree(folder, kept.name, dirs_exist_ok=True)
        hands = [(copy(server.world), server.neighbour) for server, _other in found.both]
        there = _schemas()
        _joined.append(Joined(kept, changes(before, rows(*there)), numbers(*there), hands))
        yield found


def _again(first: Joined, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Two:
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", ["localhost", "testserver"])
    shutil.copytree(first.folder.name, folder, dirs_exist_ok=True)
    copy_in(first.changed, first.numbers)
    found = Two(folder, monkeypatch)
    for (server, _other), (world, neighbour) in zip(found.both, first.hands, strict=True):
        with found.at(server):
            people = Account.objects.in_bulk([a.pk for a in world.people.values()])
        server.world = World(dict(world.ids), {n: people[a.pk] for n, a in world.people.items()})
        server.neighbour = neighbour
    return found


def _schemas() -> list[str]:
    """Those in which the two and what each holds of the other lie."""
    asked = "SELECT nspname FROM pg_namespace WHERE nspname IN ('public', %s) OR nspname LIKE 'neighbour%%'"
    with connection.cursor() as cursor:
        return [name for (name,) in cursor.execute(asked, [OTHER]).fetchall()]


@contextmanager
def neighboured(world: World) -> Iterator[str]:
    """Within, the server that runs the test has a neighbour; gives an organisation there as forms offer it.

    Wants the fixture `two_schemas`.
    """
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        patched.setattr(settings, "ALLOWED_HOSTS", ["localhost", "testserver"])
        found = Two(Path(folder), patched)
        found.left.world = world
        with found.at(found.right):
            found.right.world = build()
        found.left.plain = {name: getattr(settings, name) for name in _OURS}
        found.join()
        yield f"{found.left.neighbour}:{found.right.world['右镇']}"


@contextmanager
def built(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Two]:
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", ["localhost", "testserver"])
    found = Two(folder, monkeypatch)
    for server, _other in found.both:
        with found.at(server):
            server.world = build()
    yield found
