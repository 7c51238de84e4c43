"""A small fixed cast for tests: two neighbours, a town and a village each, and who works there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.db import connection, transaction

from pilin.engine.act import act
from pilin.engine.models import Matter
from pilin.engine.programme import registry
from pilin.ledger import ends
from pilin.ledger.models import Entry
from pilin.people.actor import HOUSE, Actor, actor_of
from pilin.people.models import Account
from tests.databases import (
    Changes,
    changes,
    copy_in,
    empty_database,  # noqa: F401 (tests of frozen records know it from here)
    numbers,
    rows,
)

#: A Monday in a plain working week, so that due days are easy to say.
MONDAY = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)


#: Whose record is copied: its checkpoint is signed with this key.
OURS = (settings.KEYS, settings.ORIGIN)
#: The world as it was recorded first, what this changed, and where the numbers of tables stood then.
_built: list[tuple[World, Changes, dict[str, int]]] = []


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
