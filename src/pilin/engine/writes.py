"""What applying entries writes into the loop's own tables: of one step at once, or of many.

One step's rows go out in one round trip. Where many entries are applied `together`, rows wait until
there are many of them, or until somebody reads a table that has rows waiting: then those are written
first. So whoever reads sees what was applied before, whether it waited or not.
"""

from __future__ import annotations

import gc
import secrets
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from pydantic_core import to_json

from pilin.ledger import asking
from pilin.people import known, read_model
from pilin.people.remembered import Memory

from .course import TABLES, Courses
from .models import Matter, Rating
from .search import as_vector

#: The scopes a matter counts in; as what: kind, state, how it was closed, due day.
Counted = tuple[tuple[str, ...], tuple[str, str, str, date | None]]


@dataclass
class Writes:
    """Rows not written yet; `seen` are matters as they are now, written or not."""

    matters: dict[int, Matter] = field(default_factory=dict)
    vectors: dict[int, list[str]] = field(default_factory=dict)  # what they are found by, where new
    parties: list[tuple[int, str, str]] = field(default_factory=list)
    evidence: list[dict[str, Any]] = field(default_factory=list)
    ratings: dict[tuple[int, str], int] = field(default_factory=dict)
    nudges: dict[tuple[int, str], str] = field(default_factory=dict)
    said: dict[int, tuple[int, list[str]]] = field(default_factory=dict)
    questions: list[tuple[int, int, str, str]] = field(default_factory=list)
    replies: list[tuple[int, int, bool, str, str]] = field(default_factory=list)
    causes: list[tuple[int, str, int]] = field(default_factory=list)
    courses: Courses = field(default_factory=Courses)
    counts: Counter[Counted] = field(default_factory=Counter)
    numbers: dict[str, int] = field(default_factory=dict)  # of the newest entry, by scope
    moved: dict[tuple[str, ...], int] = field(default_factory=dict)  # of many scopes at once
    scopes: dict[Any, tuple[str, ...]] = field(
        default_factory=dict
    )  # by place, sides, organisation
    seen: dict[int, Matter] = field(default_factory=dict)
    results: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    flush: Callable[[], None] | None = None
    memory: Memory = field(default_factory=Memory)  # rows of programmes
    anew: bool = False  # nothing is counted yet
    stand: known.Stand | None = None  # where the registers stood when first asked
    name: str = field(default_factory=lambda: secrets.token_hex(8))

    def opened(self, matter: Matter) -> None:
        self.memory.begins(Matter, matter.pk)

    def matter(self, key: int) -> Matter:
        """The matter as it is now. Where it is not remembered, nothing of it waits either."""
        found = self.seen.get(key)
        if found is None:
            with self.memory.aside():
                found = Matter.objects.get(pk=key)
        return found

    def sourced(self, matter: Matter, was: int | None) -> None:
        """What its source is has changed."""
        if self.anew:
            self.results[was or 0].discard(matter.pk)
            self.results[matter.source_id or 0].add(matter.pk)

    def results_of(self, matter: Matter) -> Iterable[int]:
        """The matters whose source it is."""
        if self.anew:  # all there are were seen: nothing need be written first to be found
            return self.results.get(matter.pk, ())
        return matter.results.values_list("pk", flat=True)

    def changed(self, scopes: Iterable[str], number: int) -> None:
        """What these scopes show was changed by this entry."""
        for scope in scopes:
            self.numbers[scope] = number
            if scope == "register:place":
                self.scopes = {}

    def settle(self) -> None:
        """Where very much waits or is remembered: write it, and forget what is written."""
        much = len(self.seen) + self.memory.knows >= SEEN
        if self.flush and (much or max(len(self.matters), self.memory.waits) >= ROWS):
            self.flush()
        if much:
            self.seen = dict(self.matters)
            self.memory.forget()

    def rows(self) -> list[asking.Ask]:
        """The statements that write matters with what belongs to them; they wait no longer."""
        found = []
        if self.matters:
            # What a matter is found by may be known before the matter itself has moved.
            rows = [_matter_row(m, self.vectors.pop(m.pk, None)) for m in self.matters.values()]
            found.append(asking.Ask(_MATTERS, [_json(rows)]))
        if self.parties:
            found.append(asking.Ask(_PARTIES, [_json(self.parties)]))
        if self.evidence:
            found.append(asking.Ask(_EVIDENCE, [_json(self.evidence)]))
        if self.ratings:
            ratings = [(*key, score) for key, score in self.ratings.items()]
            found.append(asking.Ask(_RATINGS, [_json(ratings)]))
        if self.nudges:
            nudges = [(*key, day) for key, day in self.nudges.items()]
            found.append(asking.Ask(_NUDGES, [_json(nudges)]))
        if self.said:
            said = [(key, matter, as_vector(pieces)) for key, (matter, pieces) in self.said.items()]
            found.append(asking.Ask(_SAID, [_json(said)]))
        if self.questions:
            found.append(asking.Ask(_QUESTIONS, [_json(self.questions)]))
        if self.replies:  # after the questions: one may wait for both
            found.append(asking.Ask(_REPLIES, [_json(self.replies)]))
        if self.causes:
            found.append(asking.Ask(_CAUSES, [_json(self.causes)]))
        found += self.courses.asks()
        self.matters, self.parties, self.evidence, self.causes = {}, [], [], []
        self.ratings, self.nudges, self.said, self.questions, self.replies = {}, {}, {}, [], []
        return found

    def sums(self) -> list[asking.Ask]:
        """The statements that write counts and positions; they wait no longer."""
        found = []
        counts: defaultdict[Any, int] = defaultdict(int)
        for (scopes, what), n in self.counts.items():
            for scope in scopes:
                counts[scope, *what] += n
        if counts:
            tally = _TALLY_ANEW if self.anew else _TALLY
            found.append(asking.Ask(tally, [_json([(*key, n) for key, n in counts.items()])]))
        numbers = self.numbers
        for scopes, number in self.moved.items():
            for scope in scopes:
                numbers[scope] = max(number, numbers.get(scope, number))
        if numbers:
            found.append(asking.Ask(_POSITIONS, [_json(sorted(numbers.items()))]))
        self.counts, self.numbers, self.moved = Counter(), {}, {}
        return found


def _json(rows: Any) -> str:
    return to_json(rows, fallback=str).decode()


_COLUMNS = [f.attname for f in Matter._meta.concrete_fields if f.name != "search"]
_NAMES = ", ".join(_COLUMNS)


def _matter_row(matter: Matter, vector: list[str] | None) -> dict[str, Any]:
    row = dict(vars(matter))  # its columns are called as its attributes
    del row["_state"]
    row.pop("search", None)
    if vector is not None:
        row["search"] = as_vector(vector)
    return row


# One parameter each, as JSON: the same statement for one row and for thousands, prepared once.
_MATTERS = (
    f"INSERT INTO loop_matter ({_NAMES}, search)"
    f" SELECT {_NAMES}, search FROM json_populate_recordset(NULL::loop_matter, $1::json)"
    " ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{column} = excluded.{column}" for column in _COLUMNS if column != "id")
    + ", search = coalesce(excluded.search, loop_matter.search)"
)
_PARTIES = (
    "INSERT INTO loop_party (matter_id, person, role)"
    " SELECT (r ->> 0)::bigint, r ->> 1, r ->> 2 FROM json_array_elements($1::json) r"
    " ON CONFLICT (matter_id, person) DO NOTHING"
)
_EVIDENCE = (
    "INSERT INTO loop_evidence (matter_id, entry, sha256, name, type, size)"
    " SELECT matter_id, entry, sha256, name, type, size"
    " FROM json_populate_recordset(NULL::loop_evidence, $1::json)"
)
_RATINGS = (
    f"INSERT INTO {Rating._meta.db_table} (matter_id, person, score)"
    " SELECT (r ->> 0)::bigint, r ->> 1, (r ->> 2)::int FROM json_array_elements($1::json) r"
    " ON CONFLICT (matter_id, person) DO UPDATE SET score = excluded.score"
)
_NUDGES = (
    "INSERT INTO loop_nudge (matter_id, person, day)"
    " SELECT (r ->> 0)::bigint, r ->> 1, (r ->> 2)::date FROM json_array_elements($1::json) r"
    " ON CONFLICT (matter_id, person) DO UPDATE SET day = excluded.day"
)
_SAID = (
    "INSERT INTO loop_said (id, matter, search)"
    " SELECT (r ->> 0)::bigint, (r ->> 1)::bigint, (r ->> 2)::tsvector"
    " FROM json_array_elements($1::json) r"
    " ON CONFLICT (id) DO UPDATE SET search = excluded.search"
)
_QUESTIONS = (
    "INSERT INTO loop_enquiry (id, matter_id, person, asked, answered, words, reply)"
    " SELECT (r ->> 0)::bigint, (r ->> 1)::bigint, r ->> 2, (r ->> 3)::timestamptz, false, '', ''"
    " FROM json_array_elements($1::json) r"
)
_CAUSES = (
    "INSERT INTO loop_cause (entry, log, number)"
    " SELECT (r ->> 0)::bigint, r ->> 1, (r ->> 2)::bigint FROM json_array_elements($1::json) r"
)
_REPLIES = (
    "UPDATE loop_enquiry q SET settled = (r ->> 1)::bigint, answered = (r ->> 2)::boolean,"
    " words = r ->> 3, reply = r ->> 4"
    " FROM json_array_elements($1::json) r WHERE q.id = (r ->> 0)::bigint"
)
_TALLY = (
    "INSERT INTO loop_tally (scope, kind, state, how, due, n)"
    " SELECT r ->> 0, r ->> 1, r ->> 2, r ->> 3, (r ->> 4)::date, (r ->> 5)::int"
    " FROM json_array_elements($1::json) r"
    " ON CONFLICT (scope, kind, state, how, due) DO UPDATE SET n = loop_tally.n + excluded.n"
)
_TALLY_ANEW = _TALLY.partition(" ON CONFLICT")[0]
_POSITIONS = (
    "INSERT INTO loop_position (scope, number)"
    " SELECT r ->> 0, (r ->> 1)::bigint FROM json_array_elements($1::json) r"
    " ON CONFLICT (scope) DO UPDATE SET number = excluded.number"
)
#: Tables whose rows wait in `Writes`, beside those of programmes.
_TABLES = (
    "loop_matter",
    "loop_party",
    "loop_evidence",
    "loop_rating",
    "loop_nudge",
    "loop_enquiry",
    "loop_said",
    "loop_cause",
    *TABLES,
)

#: Rows that wait, and that are remembered, at most.
ROWS, SEEN = 2_000, 100_000

_waiting: ContextVar[Writes | None] = ContextVar("waiting", default=None)


def waiting() -> Writes | None:
    """What waits, where entries are applied together."""
    return _waiting.get()


def settle() -> None:
    """Write what waits: somebody is about to read it past Django."""
    waiting = _waiting.get()
    if waiting is not None and waiting.flush and (waiting.matters or waiting.parties):
        waiting.flush()


@contextmanager
def applied() -> Iterator[Writes]:
    """What one entry writes; what is left of it at the end is written, or waits with others."""
    waiting = _waiting.get()
    writes = Writes() if waiting is None else waiting
    yield writes
    if waiting is None:
        write(writes)
    else:
        waiting.settle()


def write(writes: Writes) -> None:
    """Write what one step changed, in one round trip; where many are applied, it waits."""
    if writes is not _waiting.get():
        asking.later([*writes.rows(), *writes.sums()])


@contextmanager
def together(*, anew: bool = False) -> Iterator[None]:
    """Apply many entries: their rows wait and are written many at a time, counts at the end.

    Nothing inside may read counts or positions. Must run inside a transaction. `anew` where there
    are no counts yet.
    """
    writes = Writes(anew=anew)
    flushes = _Flushes(writes)
    writes.flush = flushes.all
    token = _waiting.set(writes)
    try:
        with (
            read_model.remembering(writes.memory),
            connection.execute_wrapper(flushes),
            _uncollected(),
        ):
            yield
            flushes.all()
            flushes.behind.done()
    finally:
        _waiting.reset(token)
        flushes.behind.close()
    asking.later(writes.sums())


@contextmanager
def _uncollected() -> Iterator[None]:
    """What is remembered has no circles: to look for them again and again takes a tenth more."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


class _Flushes:
    """Sees every statement; writes first what waits for a table that it names."""

    def __init__(self, writes: Writes) -> None:
        self.writes = writes
        self.memory = writes.memory
        self.behind = asking.Behind()

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        if not self.memory.apart and self._concerned(sql):
            self.all()
        self.behind.done()
        found = execute(sql, params, many, context)
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            self.memory.forget(sql)
        return found

    def _concerned(self, sql: str) -> bool:
        w = self.writes
        if (w.matters or w.parties) and any(table in sql for table in _TABLES):
            return True
        return any(table in sql for table in self.memory.waiting)

    def all(self) -> None:
        # Who steps asks again at once, who replays does not.
        send = self.behind.send if self.writes.anew else asking.later
        send([*self.writes.rows(), *self.memory.asks()])
