"""Made-up matters in any number, for trying and measuring: the same for the same seed and day.

Entries and tables are written in bulk, thousands of times as fast as step by step. That the tables
are those `pilin rebuild` makes of the entries is tested.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pilin.deciding import promises
from pilin.engine import evidence, search, workdays
from pilin.engine.act import LOG, act
from pilin.engine.course import STAGES, row_of
from pilin.engine.positions import as_they_stand
from pilin.ledger import log
from pilin.people.actor import HOUSE
from pilin.people.models import Account, Office, Organisation, Place
from pilin.programmes.residence import checking

from .columns import COLUMNS
from .forums import Move, Scenario
from .scenarios import SCENARIOS

#: Beside its hall, each made-up town has these, with somebody in the office that answers for each.
TOWN_HAS = {"school": "coordinator", "studio": "delegate", "service-centre": "desk"}
TITLES = {"school": "中心小学", "studio": "委员工作室", "service-centre": "党群服务中心"}
PHOTO = {"name": "a.png", "type": "image/png", "size": 1, "sha256": evidence.MADE_UP}

Progress = Callable[[int, int], None]
BATCH = 5000
SIDES = (("a", "东溪县"), ("b", "西塘区"))
TOWNS = ("北桥镇", "南浦镇", "石泾镇", "新港镇")
VILLAGES = ("前", "后", "东", "西", "上", "下", "大", "小")


class NotEmpty(Exception):
    """Made-up matters never get among real ones."""


@dataclass
class World:
    """Where matters are made up: forums and towns with the scopes their matters count in."""

    stations: list[tuple[int, int, str, str, tuple[str, ...]]] = field(default_factory=list)
    towns: list[tuple[int, int, str, str, tuple[str, ...]]] = field(default_factory=list)
    desks: list[tuple[int, int, str, str, tuple[str, ...]]] = field(default_factory=list)
    near: dict[int, dict[str, int]] = field(default_factory=dict)  # by town: category → id
    offices: dict[int, dict[str, Any]] = field(default_factory=dict)
    holders: dict[int, str] = field(default_factory=dict)
    people: list[str] = field(default_factory=list)


def simulate(matters: int, people: int, seed: int, progress: Progress | None = None) -> int:
    """Fill an empty installation; gives the number of entries. Raises NotEmpty."""
    if log.size(LOG):
        raise NotEmpty(_("The record is not empty: made-up matters never get among real ones."))
    random = Random(seed)
    today = timezone.localdate()
    with transaction.atomic():
        world = _settle(people, random, today)
        filling = _Filling(world, random, today)
        with as_they_stand():  # while rows are copied in, the connection answers no question
            for start in range(0, matters, BATCH):
                filling.batch(min(BATCH, matters - start))
                if progress:
                    progress(min(start + BATCH, matters), matters)
        filling.finish()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return log.size(LOG)


def _settle(people: int, random: Random, today: date) -> World:
    """Two sides with towns, villages, halls, stations and offices, through the one door."""
    at = datetime.combine(today - timedelta(days=400), time(1), UTC)
    book = act(HOUSE, "register", "open", {"title": _("Made-up places")}, at=at).number

    def record(kind: str, **row: Any) -> int:
        return act(HOUSE, book, "record", {"type": kind, "row": row}, at=at).number

    accounts = Account.objects.bulk_create(
        [
            Account(
                username=f"made-up-{seed_n}",
                person=f"p-{random.getrandbits(64):016x}",
                password="!",
            )
            for seed_n in range(max(people, 100))
        ]
    )
    persons = [a.person for a in accounts]
    posts = iter(persons)
    villages: list[int] = []
    for code, county in SIDES:
        record("side", code=code, name=county)
        root = record("place", name=county, level="county", side=code)
        for n, town in enumerate(TOWNS):
            name = f"{county[0]}{town}"
            town_id = record("place", name=name, level="town", side=code, parent=root)
            hall = record(
                "organisation", name=f"{name}议事堂", category="hall", places=[town_id], sides=code
            )
            for category, role in TOWN_HAS.items():
                org = record(
                    "organisation",
                    name=f"{name}{TITLES[category]}",
                    category=category,
                    places=[town_id],
                    sides=code,
                )
                _post(record, role, org, next(posts, persons[n]), at)
            _post(record, "clerk", hall, next(posts, persons[n]), at)
            _post(record, "lead", town_id, next(posts, persons[n]), at)
            for village in VILLAGES:
                villages.append(
                    v := record(
                        "place",
                        name=f"{village}{name[:-1]}村",
                        level="village",
                        side=code,
                        parent=town_id,
                    )
                )
                station = record(
                    "organisation",
                    name=f"{village}{name[:-1]}村驿站",
                    sides=code,
                    category="station",
                    places=[v],
                    parent=hall,
                )
                _post(record, "host", station, next(posts, persons[n]), at)
    record("document", title="老旧小区改造办法（虚拟）", type="办法", requirements=["听取居民需求"])
    act(HOUSE, book, "close", at=at)
    until = today + timedelta(days=400)
    for n, v in enumerate(villages):  # everyone lives somewhere, in turn
        checking.enrol(persons[n :: len(villages)], v, until, at)
    return _world(persons)


def _post(record: Callable[..., int], role: str, org: int, person: str, at: datetime) -> None:
    record("office", role=role, organisation=org, person=person, since=at.date().isoformat())


def _world(people: list[str]) -> World:
    world = World(people=people)
    paths = dict(Place.objects.values_list("pk", "path"))
    for org in Organisation.objects.order_by("id"):
        scopes = (
            "all",
            f"side:{org.sides}",
            *(f"place:{k}" for k in paths[org.place_id]),
            f"org:{org.pk}",
        )
        row = (org.pk, org.place_id or 0, org.sides, org.name, scopes)
        if org.category == "station":
            world.stations.append(row)
        elif org.category == "government" and len(paths[org.pk]) == 2:
            world.towns.append(row)
        elif org.category in TOWN_HAS:
            world.near.setdefault(org.place_id or 0, {})[org.category] = org.pk
            world.desks += [row] if org.category == "service-centre" else []
    for office in Office.objects.order_by("id"):
        world.holders[office.organisation_id] = office.person
        world.offices[office.organisation_id] = {
            "id": office.pk,
            "role": office.role,
            "org": office.organisation_id,
        }
    return world


class _Filling:
    """Writes matters batch by batch and keeps the counts until the end."""

    def __init__(self, world: World, random: Random, today: date) -> None:
        self.world = world
        self.random = random
        self.today = today
        self.counts: Counter[tuple[str, str, str, str, date | None]] = Counter()
        self.positions: dict[str, int] = {}
        self.next = log.size(LOG)
        self.names = list(SCENARIOS)
        self.weights = [SCENARIOS[name].weight for name in self.names]
        # Due days are looked up, not computed, a million times.
        first = today - timedelta(days=420)
        self.workdays = [d for n in range(900) if workdays.is_workday(d := first + timedelta(n))]
        self.at = {
            first + timedelta(n): workdays_before(self.workdays, first + timedelta(n))
            for n in range(880)
        }

    def due(self, day: date, days: int) -> date:
        return self.workdays[self.at[day] + days - 1]

    def batch(self, n: int) -> None:
        tables: dict[str, list[tuple[Any, ...]]] = {name: [] for name in COLUMNS}
        log.append_many(LOG, self._bodies(n, tables))
        with connection.cursor() as cursor:
            for name, rows in tables.items():
                _copy(cursor, name, COLUMNS[name], rows)

    def _bodies(self, n: int, tables: dict[str, list[tuple[Any, ...]]]) -> Iterator[dict[str, Any]]:
        for _i in range(n):
            name = self.random.choices(self.names, self.weights)[0]
            yield from self._one(SCENARIOS[name], tables)

    def _one(
        self, scenario: Scenario, tables: dict[str, list[tuple[Any, ...]]]
    ) -> Iterator[dict[str, Any]]:
        random, world = self.random, self.world
        at_desks = world.desks if scenario.kind == "service" else world.towns
        forum = random.choice(world.stations if scenario.kind == "consultation" else at_desks)
        raiser = random.choice(world.people)
        title, text = scenario.words(random, forum[3])
        age = random.randint(*scenario.age)
        day = self.today - timedelta(days=age)
        key, scopes = self.next, forum[4]
        matter: dict[str, Any] = {}
        before: tuple[str, str, str, str, date | None] | None = None
        near = world.near.get(forum[1], {})
        moves = scenario.moves(random, forum, near, raiser, title, text, day)
        went: promises.Course | None = None
        move: Move | None = next(moves)
        while move is not None:
            day = min(self.today, day + timedelta(days=move.pause))
            at = datetime.combine(day, time(1, move.minute), UTC)
            office = world.offices.get(forum[0]) if move.by == "holder" else None
            actor = {
                "raiser": raiser,
                "holder": world.holders[forum[0]],
                "house": "house",
                "clock": "clock",
                "other": move.who,
            }[move.by]
            due = None if move.closes else move.due or self.due(day, move.days)
            person = raiser if move.to_raiser else move.held_by
            org = move.held_at or forum[0]
            holder = (
                None
                if move.closes
                else {"person": person}
                if person
                else {"org": org, "role": world.offices[org]["role"]}
            )
            number = self.next
            self.next += 1
            body = {
                "matter": key,
                "kind": scenario.kind,
                "procedure": 1,
                "step": move.step,
                "actor": actor,
                "office": office,
                "at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "day": day.isoformat(),
                "from": matter.get("state"),
                "to": move.to,
                "closes": move.closes,
                "joins": move.joins,
                "holder": holder,
                "due": due.isoformat() if due else None,
                "set": move.set,
                "data": move.data,
                "files": [PHOTO] * move.files,
            }
            yield body
            entry = {**body, "number": number}
            went = went or promises.begun(entry)
            promises.follow(went, entry, STAGES)
            tables["loop_evidence"] += [(key, number, *PHOTO.values())] * move.files
            titled = "title" in move.set
            if not titled and (found := search.found_by(move.data, [PHOTO] * move.files)):
                tables["loop_said"].append((number, key, search.as_vector(found)))
            if not matter:
                matter = {"raiser": actor, "opened": at}
                tables["loop_party"].append((key, actor, "raiser"))
            if titled:
                matter |= {"title": move.set["title"], "data": move.data}
            matter |= {
                "state": move.to,
                "due": due,
                "orgs": move.set.get("orgs", matter.get("orgs")),
                "holder": holder or {},
                "last": number,
                "closed": at if move.closes else None,
                "how": move.closes,
            }
            after = (scenario.kind, move.to, move.closes, due)
            for scope in scopes:
                if before:
                    self.counts[(scope, *before[1:])] -= 1
                self.counts[(scope, *after)] += 1
            before = ("", *after)
            for table, row in move.rows:
                tables[table].append((key, *row))
            for scope in move.scopes:
                self.positions[scope] = number
            try:
                move = moves.send(number)
            except StopIteration:
                move = None
        for scope in (*scopes, f"matter:{key}", f"kind:{scenario.kind}"):
            self.positions[scope] = matter["last"]
        assert went is not None
        tables["loop_course"].append(row_of(went))
        tables["loop_dueday"] += [tuple(end) for end in went.settled]
        holder = matter["holder"]
        tables["loop_matter"].append(
            (
                key,
                scenario.kind,
                1,
                matter["state"],
                not matter["how"],
                matter["title"],
                forum[1],
                forum[2],
                forum[0],
                matter["orgs"],
                holder.get("org"),
                holder.get("role", ""),
                holder.get("person", ""),
                matter["due"],
                matter["raiser"],
                False,
                None,
                None,
                matter["opened"],
                matter["closed"],
                matter["how"],
                0,
                None,
                matter["last"],
                _lexemes(search.text_of(matter["title"], matter["data"])),
            )
        )

    def finish(self) -> None:
        with connection.cursor() as cursor:
            counts: Iterable[tuple[Any, ...]] = ((*key, n) for key, n in self.counts.items())
            _upsert(
                cursor,
                "loop_tally",
                ("scope", "kind", "state", "how", "due", "n"),
                counts,
                "(scope, kind, state, how, due) DO UPDATE SET n = loop_tally.n + excluded.n",
            )
            _upsert(
                cursor,
                "loop_position",
                ("scope", "number"),
                self.positions.items(),
                "(scope) DO UPDATE SET number = excluded.number",
            )


def _copy(cursor: Any, table: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _upsert(
    cursor: Any, table: str, columns: tuple[str, ...], rows: Iterable[Any], how: str
) -> None:
    cursor.execute(f"CREATE TEMP TABLE filling (LIKE {table} INCLUDING DEFAULTS) ON COMMIT DROP")
    cursor.execute("ALTER TABLE filling DROP COLUMN IF EXISTS id")
    with cursor.copy(f"COPY filling ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    names = ", ".join(columns)
    cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM filling ON CONFLICT {how}")
    cursor.execute("DROP TABLE filling")


def _lexemes(text: str) -> str:
    """What a matter is found by, written as a tsvector."""
    return search.as_vector(search.grams(text))


def workdays_before(days: list[date], day: date) -> int:
    """How many of `days` (sorted) are not after `day`."""
    import bisect  # noqa: PLC0415

    return bisect.bisect_right(days, day)
