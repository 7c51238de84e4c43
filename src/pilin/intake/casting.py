"""Ballots that arrive together are checked, entered in their log and counted together.

All of it is one transaction under the lock of the poll's log: what is told to a voter after its
commit is stored, and nobody counts twice. A voter's later ballot replaces the earlier one; which is
later is told by when the page that was voted on was made, so a ballot sent again is known as such.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from pilin.ledger import log

from . import shapes
from .models import VOTERS, log_of


class Ballot(NamedTuple):
    """`by` is who entered a ballot given on paper."""

    poll: int
    voter: str
    item: int
    said: tuple[str, ...]
    serial: int
    by: str = ""


class Counted(NamedTuple):
    """Where the ballot is entered, and whether it replaced an earlier one."""

    log: str
    number: int
    replaced: bool


#: Why a ballot is not counted, and the status of HTTP that says so.
STATUS = {
    "malformed": 400,
    "forged": 403,
    "elsewhere": 403,
    "no-poll": 404,
    "method": 405,
    "duplicate": 409,
    "replayed": 409,
    "closed": 410,
    "expired": 410,
    "oversized": 413,
    "type": 415,
    "item": 422,
    "choice": 422,
    "many": 422,
    "busy": 503,
    "unavailable": 503,
}


class NotCounted(Exception):
    """A ballot that was not counted: `code` is a key of STATUS."""

    def __init__(self, code: str, number: int | None = None) -> None:
        super().__init__(code)
        self.code, self.number = code, number

    @property
    def status(self) -> int:
        return STATUS[self.code]


@dataclass
class _Kept:
    """A voter's ballot on an item as it stands: in the tables, or earlier in this batch."""

    serial: int
    number: int
    choice: str


Key = tuple[str, int]


def cast(
    poll: int, ballots: Sequence[Ballot], now: datetime | None = None
) -> list[Counted | NotCounted]:
    """Count what can be counted of one poll's ballots; says of each, in order, what became of it.

    Two trips to the database: what is asked travels together, and what is written with the commit.
    Raises django.db.Error; then nothing is counted, or the commit's answer was lost.
    """
    at = now or timezone.now()
    with connection.wrap_database_errors, _together():
        first, second = log.prepared(), log.prepared()
        # Two statements, so that the second sees what was committed before the lock was had.
        first.execute(log.LOCK, [log_of(poll)], prepare=True)
        second.execute(_STANDING, _asked(poll, ballots), prepare=True)
        end, standing = first.fetchone(), second.fetchall()
        if end is None or not standing:
            return [NotCounted("no-poll")] * len(ballots)
        matter, shape, most, items, until, closed = standing[0][:6]
        if closed or until < at:
            return [NotCounted("closed")] * len(ballots)
        rules = _Rules(matter, shape, most, _numbers(items))
        head = log.head_of(log_of(poll), end)
        batch = _Batch(poll, rules, head.size, [row[6:] for row in standing], at)
        answers = [batch.take(ballot) for ballot in ballots]
        if batch.texts:
            values = log.extension(head, batch.texts) + batch.changes()
            first.execute(_WRITE, values, prepare=True)
    return answers


@contextmanager
def _together() -> Iterator[None]:
    """A transaction whose statements wait for each other only where an answer is read."""
    if connection.in_atomic_block:
        with transaction.atomic(), connection.connection.pipeline():
            yield
        return
    connection.ensure_connection()
    with connection.connection.pipeline(), connection.connection.transaction():
        yield


@dataclass(frozen=True)
class _Rules:
    matter: int
    shape: str
    most: int
    items: frozenset[int]


#: What is voted on (items in the first row only), the ballots these would replace, and who of the
#: voters has voted before. LIMIT keeps each lookup one by key, whatever the planner thinks of a table
#: it has not seen full: it would else read all ballots for every batch.
_STANDING = (
    "SELECT p.matter, p.shape, p.most, CASE WHEN k.n = 1 THEN array_to_string(p.items, ' ') END,"
    " p.until, p.closed, k.voter, k.item, b.serial, b.number, b.choice, o.known"
    " FROM unnest(string_to_array(%s, ' '), string_to_array(%s, ' ')::int[])"
    " WITH ORDINALITY k (voter, item, n)"
    " JOIN intake_poll p ON p.id = %s"
    " LEFT JOIN LATERAL (SELECT serial, number, choice FROM intake_ballot"
    " WHERE poll = p.id AND voter = k.voter AND item = k.item LIMIT 1) b ON true"
    " LEFT JOIN LATERAL (SELECT true AS known FROM intake_ballot"
    " WHERE poll = p.id AND voter = k.voter LIMIT 1) o ON true"
    " ORDER BY k.n"
)


def _asked(poll: int, ballots: Sequence[Ballot]) -> list[object]:
    voters = " ".join([b.voter for b in ballots])
    return [voters, " ".join([str(b.item) for b in ballots]), poll]


@lru_cache(maxsize=64)
def _numbers(text: str) -> frozenset[int]:
    return frozenset(map(int, text.split()))


class _Batch:
    """Takes ballots one after another; keeps what is to be written."""

    def __init__(
        self,
        poll: int,
        rules: _Rules,
        size: int,
        standing: Sequence[Sequence[Any]],
        now: datetime,
    ) -> None:
        self.poll, self.rules, self.size = poll, rules, size
        self.kept = {(r[0], r[1]): _Kept(*r[2:5]) for r in standing if r[2] is not None}
        self.known = {r[0] for r in standing if r[5]}
        self.at = now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self.texts: list[str] = []
        self.changed: set[Key] = set()
        self.counts: Counter[tuple[int, str]] = Counter()

    def take(self, ballot: Ballot) -> Counted | NotCounted:
        rules, key = self.rules, (ballot.voter, ballot.item)
        choice = shapes.choice_of(rules.shape, ballot.said)
        if choice is None:
            return NotCounted("choice")
        if not shapes.fits(rules.shape, ballot.item, choice, rules.items):
            return NotCounted("item")
        if shapes.too_many(rules.shape, choice, rules.most):
            return NotCounted("many")
        before = self.kept.get(key)
        if before and before.serial >= ballot.serial:
            same = before.serial == ballot.serial
            return NotCounted("duplicate" if same else "replayed", before.number)
        number = self.size + len(self.texts)
        self.texts.append(self._text(ballot, choice, number))
        self._tally(ballot, before, choice)
        self.kept[key] = _Kept(ballot.serial, number, choice)
        self.changed.add(key)
        return Counted(log_of(self.poll), number, before is not None)

    def _text(self, ballot: Ballot, choice: str, number: int) -> str:
        """The entry in canonical JSON: its keys sorted, and nothing in it that needs escaping."""
        by = f'"by":{json.dumps(ballot.by)},' if ballot.by else ""
        return (
            f'{{"at":"{self.at}",{by}"choice":"{choice}","item":{ballot.item},"kind":"ballot",'
            f'"log":"{log_of(self.poll)}","matter":{self.rules.matter},"number":{number},'
            f'"poll":{self.poll},"seal":null,"serial":{ballot.serial},"v":1,'
            f'"voter":"{ballot.voter}"}}'
        )

    def _tally(self, ballot: Ballot, before: _Kept | None, choice: str) -> None:
        shape = self.rules.shape
        if before:
            self.counts.subtract(shapes.counted(shape, ballot.item, before.choice))
        self.counts.update(shapes.counted(shape, ballot.item, choice))
        if ballot.voter not in self.known:
            self.known.add(ballot.voter)
            self.counts[0, VOTERS] += 1

    def changes(self) -> list[object]:
        """The values of `REPLACE`."""
        rows = [
            (*key, k.choice, k.serial, k.number)
            for key in sorted(self.changed)
            for k in (self.kept[key],)
        ]
        counts = sorted((item, choice, n) for (item, choice), n in self.counts.items() if n)
        return changes(self.poll, rows, counts)


#: Puts ballots in place of those before them and adds to the counts; `changes` gives the values.
REPLACE = (
    "c AS (INSERT INTO intake_count (poll, item, choice, n)"
    " SELECT %s, * FROM unnest(string_to_array(%s, ' ')::int[], string_to_array(%s, ' '),"
    " string_to_array(%s, ' ')::int[])"
    " ON CONFLICT (poll, item, choice) DO UPDATE SET n = intake_count.n + excluded.n)"
    " INSERT INTO intake_ballot (poll, voter, item, choice, serial, number)"
    " SELECT %s, * FROM unnest(string_to_array(%s, ' '), string_to_array(%s, ' ')::int[],"
    " string_to_array(%s, ' '), string_to_array(%s, ' ')::bigint[],"
    " string_to_array(%s, ' ')::bigint[]) ON CONFLICT (poll, voter, item) DO UPDATE"
    " SET choice = excluded.choice, serial = excluded.serial, number = excluded.number"
)
_WRITE = f"WITH {log.EXTEND}, {REPLACE}"


def changes(
    poll: int,
    rows: Sequence[tuple[str, int, str, int, int]],
    counts: Sequence[tuple[int, str, int]],
) -> list[object]:
    """Of ballots (voter, item, choice, serial, number), sorted, and of what is added to the counts."""
    columns = [" ".join(map(str, c)) for c in zip(*rows, strict=True)] or [""] * 5
    tallies = [" ".join(map(str, c)) for c in zip(*counts, strict=True)] or [""] * 3
    return [poll, *tallies, poll, *columns]
