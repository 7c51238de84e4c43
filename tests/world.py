"""A small fixed cast for tests: two neighbours, a town and a village each, and who works there."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from pilin.engine.act import act
from pilin.engine.models import Matter
from pilin.engine.programme import registry
from pilin.ledger.models import Entry
from pilin.people.actor import HOUSE, Actor, actor_of
from pilin.people.models import Account

#: A Monday in a plain working week, so that due days are easy to say.
MONDAY = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)


@dataclass
class World:
    """Ids of places and organisations by name, and the people by login."""

    ids: dict[str, int] = field(default_factory=dict)
    people: dict[str, Account] = field(default_factory=dict)

    def __getitem__(self, name: str) -> int:
        return self.ids[name]

    def actor(self, login: str) -> Actor:
        return actor_of(self.people[login])

    def take(self, login: str, matter: Matter | int | str, step: str, **data: object) -> Matter:
        """Take a step as somebody, with evidence where the step wants some."""
        files = data.pop("files", None)
        if files is None:
            files = [PHOTO] if self._rule(matter, step) else []
        at = data.pop("at", None)
        record = act(self.actor(login), matter, step, data, files=files, at=at)
        return Matter.objects.get(pk=record.body["matter"])

    def known(self, *persons: str) -> None:
        """These pseudonyms live in the left village, as far as the house knows."""
        said = {"people": list(persons), "place": self["左村"], "until": "2099-12-31"}
        act(HOUSE, "residence", "enrol", said)

    def publishes(self, wish: Matter | int, **words: object) -> Matter:
        """The clerk has read a wish over and publishes it."""
        return self.take("clerk", wish, "publish", **{"title": "一盏台灯", **words})

    def gives(self, wish: Matter | int, *logins: str) -> None:
        """These have offered to fulfil wishes, and the coordinator has accepted them."""
        for login in logins:
            entry = self.take(login, wish, "offer", contact=f"电话 {login}").last
            self.take("coordinator", wish, "accept_giver", giver=entry)

    def _rule(self, matter: Matter | int | str, step: str) -> int:
        """How much evidence the step wants."""
        kind = matter if isinstance(matter, str) else ""
        if not kind:
            key = matter.pk if isinstance(matter, Matter) else matter
            kind = Matter.objects.filter(pk=key).values_list("kind", flat=True).first() or ""
        rules = registry.latest(kind)
        rule = rules.step(step) if rules else None
        return rule.evidence if rule else 0

    def raised(self, login: str = "resident", **data: object) -> Matter:
        answers = {
            "title": "村口的路灯坏了",
            "text": "晚上很黑。",
            "forum": self["左村驿站"],
            **data,
        }
        return self.take(login, "consultation", "raise", **answers)

    def raised_for(self, person: str) -> Matter:
        """Raised by the host for somebody whose name is kept sealed."""
        return self.take(
            "host",
            "consultation",
            "raise_for",
            title="村口的路灯坏了",
            text="晚上很黑。",
            forum=self["左村驿站"],
            person=person,
            channel="phone",
        )

    def decided(self, **data: object) -> Matter:
        """A matter whose meeting was held and whose outcomes are recorded."""
        m = self.raised(**data)
        self.take("host", m, "accept", reason="公共事务")
        self.take("host", m, "convene", time="2099-01-05T19:00", where="驿站", invitees="村民")
        self.take("host", m, "hold", attendance=9, statements="要修", minutes="同意修")
        return self.take("host", m, "decide", outcomes="换新灯\n定期检查")

    def converted(self, **data: object) -> tuple[Matter, Matter]:
        """That matter under way, and the project its first outcome became."""
        m = self.decided()
        answers = {
            "outcome": 1,
            "title": "换路灯",
            "lead": self["左镇"],
            "partners": [self["右镇"]],
            "category": "民生",
            "finish": "2099-02-01",
        }
        self.take("host", m, "convert", **{**answers, **data})
        return Matter.objects.get(pk=m.pk), Matter.objects.get(source=m)

    def delivered(self) -> tuple[Matter, Matter]:
        """Both outcomes done and accepted: waiting for those who raised it."""
        m, p = self.converted()
        self.take("host", m, "settle", outcome=2, answer="每月检查一次")
        self.take("lead", p, "approve", words="同意")
        self.take("lead", p, "start", start="2026-03-20")
        self.take("lead", p, "deliver", words="换好了")
        self.take("host", p, "accept", words="看过了")
        return Matter.objects.get(pk=m.pk), Matter.objects.get(pk=p.pk)


#: Those whose home was checked, left of the border; nobody knows where the strangers live.
LEFT_PEOPLE = ("resident", "host", "clerk", "lead")

#: Evidence as the loop keeps it; tests of keeping files make real ones.
PHOTO = {"name": "a.png", "type": "image/png", "size": 1, "sha256": "0" * 64}


def build() -> World:
    """Record the places, organisations and offices through the one door."""
    world = World()
    book = act(HOUSE, "register", "open", {"title": "登记"}, at=MONDAY).number

    def record(kind: str, name: str, **row: object) -> None:
        named = row if kind == "office" else {"name": name, **row}
        answers = {"type": kind, "row": named}
        world.ids[name] = act(HOUSE, book, "record", answers, at=MONDAY).number

    for code, name in (("a", "左县"), ("b", "右县")):
        act(HOUSE, book, "record", {"type": "side", "row": {"code": code, "name": name}}, at=MONDAY)
    for side, letter in (("左", "a"), ("右", "b")):
        record("place", f"{side}县", level="county", side=letter)
        record("place", f"{side}镇", level="town", side=letter, parent=world[f"{side}县"])
        record("place", f"{side}村", level="village", side=letter, parent=world[f"{side}镇"])
        record(
            "organisation",
            f"{side}镇议事堂",
            category="hall",
            sides=letter,
            places=[world[f"{side}镇"]],
        )
        record(
            "organisation",
            f"{side}村驿站",
            category="station",
            sides=letter,
            places=[world[f"{side}村"]],
            parent=world[f"{side}镇议事堂"],
        )
        record(
            "organisation",
            f"{side}小学",
            category="school",
            sides=letter,
            places=[world[f"{side}村"]],
        )
    for name, category in (
        ("左工作室", "studio"),
        ("左服务中心", "service-centre"),
        ("左企业", "company"),
    ):
        record(
            "organisation",
            name,
            category=category,
            sides="a",
            places=[world["左镇"], world["右镇"]],
        )
    record("room", "共用直播间", where="左村", side="a", place=world["左村"])
    for login, role, org in (
        ("coordinator", "coordinator", "左小学"),
        ("coordinator-right", "coordinator", "右小学"),
        ("delegate", "delegate", "左工作室"),
        ("delegate-2", "delegate", "左工作室"),
        ("desk", "desk", "左服务中心"),
        ("treasurer", "treasurer", "左镇"),
        ("clerk-town", "clerk", "左镇"),
        ("lead-firm", "lead", "左企业"),
        ("host", "host", "左村驿站"),
        ("clerk", "clerk", "左镇议事堂"),
        ("lead", "lead", "左镇"),
        ("host-right", "host", "右村驿站"),
        ("clerk-right", "clerk", "右镇议事堂"),
        ("lead-right", "lead", "右镇"),
        ("lead-county", "lead", "左县"),
        ("resident", "", ""),
        ("neighbour", "", ""),
    ):
        account = Account.objects.create(username=login, person=f"p-{login}")
        world.people[login] = account
        if role:
            record(
                "office",
                f"{login}的岗位",
                role=role,
                organisation=world[org],
                person=account.person,
                since="2020-01-01",
            )
    act(HOUSE, book, "close", at=MONDAY)
    for name, logins in (("左村", LEFT_PEOPLE), ("右村", ("neighbour", "host-right"))):
        people = [f"p-{login}" for login in logins if login in world.people]
        said = {"people": people, "place": world[name], "until": "2099-12-31"}
        act(HOUSE, "residence", "enrol", said, at=MONDAY)
    for login in ("stranger", "stranger-2"):
        world.people[login] = Account.objects.create(username=login, person=f"p-{login}")
    return world


@pytest.fixture
def world(db: None) -> World:
    """Built through the one door once in a process, and copied row by row where it is needed again."""
    if Entry.objects.exists():
        return build()
    if not _built:
        before = _rows()
        first = build()
        changed = {t: (before[t], rows) for t, rows in _rows().items() if rows != before[t]}
        _built.append((first, changed))
    else:
        _copy_in(_built[0][1])
    first = _built[0][0]
    people = Account.objects.in_bulk([a.pk for a in first.people.values()])
    return World(dict(first.ids), {n: people[a.pk] for n, a in first.people.items()})


#: The world as it was built first, and the rows before and after of the tables that this changed.
_built: list[tuple[World, dict[str, tuple[bytes, bytes]]]] = []


def _rows() -> dict[str, bytes]:
    """Every table's rows, as COPY writes them."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            with cursor.copy(f'COPY "{table}" TO STDOUT') as rows:
                found[table] = b"".join(bytes(row) for row in rows)
    return found


def _copy_in(tables: dict[str, tuple[bytes, bytes]]) -> None:
    """Numbers that a table gives itself were given since by no other: a sequence never goes back."""
    with connection.cursor() as cursor:
        for table, (before, rows) in tables.items():
            if before:
                cursor.execute(f'DELETE FROM "{table}"')
            with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                copy.write(rows)


@contextmanager
def _using(name: str) -> Iterator[None]:
    """Django speaks to the database `name` for a while."""
    before = connection.settings_dict["NAME"]
    connections.close_all()
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = before


@contextmanager
def _copy(name: str, of: str) -> Iterator[str]:
    connections.close_all()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{of}"')
    try:
        yield name
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def template_database(django_db_setup: None, django_db_blocker) -> Iterator[str]:
    """A migrated, empty database, to be cloned by tests that must commit."""
    made = connection.settings_dict["NAME"]
    # pytest-django makes no test database when none of the chosen tests asks it for one.
    source = made if made.startswith("test_") else "template0"
    with django_db_blocker.unblock(), _copy(f"pilin_template_{os.getpid()}", source) as name:
        with _using(name):
            call_command("migrate", verbosity=0)
        yield name


@pytest.fixture
def own_database(template_database: str, django_db_blocker) -> Iterator[str]:
    """A database of one's own, where commits are real: entries cannot be truncated away."""
    name = f"pilin_own_{uuid.uuid4().hex[:12]}"
    with django_db_blocker.unblock(), _copy(name, template_database), _using(name):
        yield name


@contextmanager
def empty_database() -> Iterator[str]:
    """A database without a single table, to be brought up from the first migration on."""
    name = f"pilin_empty_{uuid.uuid4().hex[:12]}"
    with _copy(name, "template0"), _using(name):
        yield name
