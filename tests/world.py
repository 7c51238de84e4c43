"""A small fixed cast for tests: two neighbours, a town and a village each, and who works there."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction

from pilin.engine.act import act
from pilin.engine.models import Matter
from pilin.engine.programme import registry
from pilin.ledger import ends
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
    """The places, organisations and offices, in whatever record there is.

    Into an empty one they are recorded once in a process, and copied row by row where they are needed
    again.
    """
    if Entry.objects.exists() or (settings.KEYS, settings.ORIGIN) != OURS:
        return _recorded()
    with transaction.atomic():
        if not _built:
            before = rows("public")
            first = _recorded()
            _built.append((first, changes(before, rows("public")), numbers("public")))
            return World(dict(first.ids), dict(first.people))
        first, *kept = _built[0]
        copy_in(*kept)
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            signed = cursor.execute("SELECT name, checkpoint FROM ledger_log").fetchall()
        for log, checkpoint in signed:  # as after any commit
            ends.keep(log, checkpoint)
    people = Account.objects.in_bulk([a.pk for a in first.people.values()])
    return World(dict(first.ids), {n: people[a.pk] for n, a in first.people.items()})


def _recorded() -> World:
    """Record them through the one door."""
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
    return build()


#: Whose record is copied: its checkpoint is signed with this key.
OURS = (settings.KEYS, settings.ORIGIN)
#: The rows before and after of tables that were changed.
Changes = dict[str, tuple[bytes, bytes]]
#: The world as it was recorded first, what this changed, and where the numbers of tables stood then.
_built: list[tuple[World, Changes, dict[str, int]]] = []


def rows(*schemas: str) -> dict[str, bytes]:
    """The rows of each table of these schemas that has any, as COPY writes them."""
    found = {}
    with connection.cursor() as cursor:
        for table in used(*schemas):
            with cursor.copy(f"COPY {table} TO STDOUT") as written:
                found[table] = b"".join(bytes(row) for row in written)
    return {table: said for table, said in found.items() if said}


def used(*schemas: str) -> list[str]:
    """The tables that have, or had, a row."""
    asked = (
        "SELECT format('%%I.%%I', nspname, relname) FROM pg_class JOIN pg_namespace n"
        " ON n.oid = relnamespace WHERE nspname = ANY(%s) AND relkind = 'r'"
        " AND pg_relation_size(pg_class.oid) > 0 ORDER BY 1"
    )
    with connection.cursor() as cursor:
        return [table for (table,) in cursor.execute(asked, [list(schemas)]).fetchall()]


def changes(before: dict[str, bytes], after: dict[str, bytes]) -> Changes:
    return {
        table: (before.get(table, b""), after.get(table, b""))
        for table in before | after
        if after.get(table) != before.get(table)
    }


def copy_in(tables: Changes, numbers_then: dict[str, int]) -> None:
    """Rows as they were written, and every sequence where it stood then at least; in a transaction.

    What triggers and references see to was seen to when they were written.
    """
    there = numbers(*{name.partition(".")[0] for name in numbers_then})
    with connection.cursor() as cursor:
        asked = "SELECT current_setting('session_replication_role')"
        role = cursor.execute(asked).fetchone()[0]
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, (before, after) in tables.items():
            if not after.startswith(before):  # some changed or went
                cursor.execute(f"DELETE FROM {table}")
                before = b""
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(after[len(before) :])
        cursor.execute(f"SET LOCAL session_replication_role = {role}")
        for name, number in numbers_then.items():
            if there.get(name, 0) < number:
                cursor.execute("SELECT setval(%s, %s)", [name, number])


def numbers(*schemas: str) -> dict[str, int]:
    """The last number of each sequence of these schemas that gave any."""
    asked = (
        "SELECT format('%%I.%%I', schemaname, sequencename), last_value FROM pg_sequences"
        " WHERE schemaname = ANY(%s) AND last_value IS NOT NULL"
    )
    with connection.cursor() as cursor:
        return dict(cursor.execute(asked, [list(schemas)]).fetchall())


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
    _make(name, of)
    try:
        yield name
    finally:
        _drop(name)


def _make(name: str, of: str) -> str:
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{of}"')
    return name


@pytest.fixture(scope="session")
def template_database(django_db_setup: None, django_db_blocker) -> Iterator[str]:
    """A migrated, empty database, to be cloned by tests that must commit."""
    made = connection.settings_dict["NAME"]
    # pytest-django makes no test database when none of the chosen tests asks it for one.
    source = made if made.startswith("test_") else "template0"
    # What that one is a copy of has not grown with what was rolled back in it.
    source = connection.settings_dict["TEST"].get("TEMPLATE") or source
    with django_db_blocker.unblock(), _copy(f"pilin_template_{os.getpid()}", source) as name:
        with _using(name):
            call_command("migrate", verbosity=0)
            _as_made.append(_made())
        try:
            yield name
        finally:
            while _spare:
                _drop(_spare.pop())


@pytest.fixture
def own_database(template_database: str, django_db_blocker) -> Iterator[str]:
    """A database of one's own, where commits are real: entries cannot be truncated away.

    To copy its fifteen hundred files takes longer than most tests do. Where a test leaves nothing but rows
    they are taken out, and the next has the same database.
    """
    with django_db_blocker.unblock():
        if not _spare:
            connections.close_all()
            _spare.append(_make(f"pilin_own_{uuid.uuid4().hex[:12]}", template_database))
        name = _spare.pop()
        try:
            with _using(name):
                yield name
            with _using(name):
                again = _emptied()
        except BaseException:
            _drop(name)
            raise
        if again:
            _spare.append(name)
        else:
            _drop(name)


class Made(NamedTuple):
    """All that a database consists of, in a hash; the rows it has; where the numbers of its tables stand."""

    parts: str
    rows: dict[str, bytes]
    numbers: dict[str, int]


#: Databases that are as they were made, and what those consist of.
_spare: list[str] = []
_as_made: list[Made] = []


def _made() -> Made:
    with connection.cursor() as cursor:
        (parts,) = cursor.execute(_PARTS).fetchone()
    return Made(parts, rows("public"), numbers("public"))


def _emptied() -> bool:
    """Take out every row that was not there in the beginning; False where more than rows is not as it was."""
    made = _as_made[0]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        if cursor.execute(_PARTS).fetchone()[0] != made.parts:
            return False
        if gone := [table for table in used("public") if table not in made.rows]:
            with transaction.atomic():
                cursor.execute("SET LOCAL session_replication_role = replica")
                cursor.execute(f"TRUNCATE {', '.join(gone)} RESTART IDENTITY CASCADE")
        for name in numbers("public"):
            number = made.numbers.get(name)
            cursor.execute("SELECT setval(%s, %s, %s)", [name, number or 1, number is not None])
    return _made() == made


#: Schemas, tables, columns, constraints, indexes, triggers, functions and settings, with rights.
_PARTS = """
    WITH space AS (SELECT oid, nspname, nspacl FROM pg_namespace
                   WHERE nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%'),
    rel AS (SELECT nspname || '.' || relname AS name, c.* FROM pg_class c
            JOIN space ON space.oid = relnamespace)
    SELECT md5(string_agg(part, chr(10) ORDER BY part)) FROM (
        SELECT concat_ws(' ', 'schema', nspname, nspacl) AS part FROM space
        UNION ALL SELECT concat_ws(' ', 'rel', name, relkind, relowner, relacl, relpersistence,
            reloptions, relrowsecurity) FROM rel
        UNION ALL SELECT concat_ws(' ', 'col', name, attnum, attname, atttypid::regtype, atttypmod,
            attnotnull, attacl) FROM pg_attribute JOIN rel ON rel.oid = attrelid
            WHERE attnum > 0 AND relkind <> 'i'
        UNION ALL SELECT concat_ws(' ', 'default', name, adnum, pg_get_expr(adbin, adrelid))
            FROM pg_attrdef JOIN rel ON rel.oid = adrelid
        UNION ALL SELECT concat_ws(' ', 'constraint', name, conname, pg_get_constraintdef(c.oid))
            FROM pg_constraint c JOIN rel ON rel.oid = conrelid
        UNION ALL SELECT concat_ws(' ', 'index', pg_get_indexdef(indexrelid), indisvalid)
            FROM pg_index JOIN rel ON rel.oid = indrelid
        UNION ALL SELECT concat_ws(' ', 'trigger', tgenabled, pg_get_triggerdef(t.oid))
            FROM pg_trigger t JOIN rel ON rel.oid = tgrelid WHERE NOT tgisinternal
        UNION ALL SELECT concat_ws(' ', 'function', oid::regprocedure, proacl, md5(prosrc))
            FROM pg_proc WHERE pronamespace IN (SELECT oid FROM space)
        UNION ALL SELECT concat_ws(' ', 'set', setrole, setconfig) FROM pg_db_role_setting
            WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
        UNION ALL SELECT concat_ws(' ', 'extension', extname) FROM pg_extension
        UNION ALL SELECT concat_ws(' ', 'base', datacl) FROM pg_database
            WHERE datname = current_database()
        UNION ALL SELECT concat_ws(' ', 'large', oid) FROM pg_largeobject_metadata
        UNION ALL SELECT concat_ws(' ', 'slot', slot_name) FROM pg_replication_slots
            WHERE database = current_database()
    ) parts
"""


def _drop(name: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def empty_database() -> Iterator[str]:
    """A database without a single table, to be brought up from the first migration on."""
    name = f"pilin_empty_{uuid.uuid4().hex[:12]}"
    with _copy(name, "template0"), _using(name):
        yield name
