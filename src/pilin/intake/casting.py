"""Ballots that arrive together are checked, entered in their log and counted together.

All of it is one transaction under the lock of the poll's log: what is told to a voter after its
commit is stored, and nobody counts twice. A voter's later ballot replaces the earlier one; which is
later is told by when the page that was voted on was made, so a ballot sent again is known as such.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from pilin.ledger import log

from . import shapes
from .models import VOTERS, log_of


@dataclass(frozen=True)
class Ballot:
    """`by` is who entered a ballot given on paper."""

    poll: int
    voter: str
    item: int
    said: tuple[str, ...]
    serial: int
    by: str = ""


@dataclass(frozen=True)
class Counted:
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

    Two trips to the database and the commit: what is asked and what is written travel together.
    Raises django.db.Error; then nothing is counted, or the commit's answer was lost.
    """
    at = now or timezone.now()
    with connection.wrap_database_errors, transaction.atomic():
        cursors = [log.prepared() for _ in range(3)]
        with connection.connection.pipeline():
            # Each is a statement of its own, so that it sees what was committed before the lock.
            cursors[0].execute(log.LOCK, [log_of(poll)], prepare=True)
            cursors[1].execute(_RULES, [poll], prepare=True)
            cursors[2].execute(_STANDING, _asked(poll, ballots), prepare=True)
        end, found = cursors[0].fetchone(), cursors[1].fetchone()
        if end is None or found is None:
            return [NotCounted("no-poll")] * len(ballots)
        matter, shape, most, items, until, closed = found
        if closed or until < at:
            return [NotCounted("closed")] * len(ballots)
        rules = _Rules(matter, shape, most, frozenset(items))
        head = log.head_of(log_of(poll), end)
        batch = _Batch(poll, rules, head.size, cursors[2].fetchall(), at)
        answers = [batch.take(ballot) for ballot in ballots]
        if batch.bodies:
            with connection.connection.pipeline():
                log.extend(head, batch.bodies, cursors[0])
                batch.write(cursors[1])
    return answers


@dataclass(frozen=True)
class _Rules:
    matter: int
    shape: str
    most: int
    items: frozenset[int]


_RULES = "SELECT matter, shape, most, items, until, closed FROM intake_poll WHERE id = %s"
#: The ballots these would replace, and which of the voters have voted before.
_STANDING = (
    "SELECT k.voter, k.item, b.serial, b.number, b.choice, EXISTS"
    " (SELECT 1 FROM intake_ballot o WHERE o.poll = %s AND o.voter = k.voter)"
    " FROM unnest(string_to_array(%s, ' '), string_to_array(%s, ' ')::int[]) k (voter, item)"
    " LEFT JOIN intake_ballot b ON b.poll = %s AND b.voter = k.voter AND b.item = k.item"
)


def _asked(poll: int, ballots: Sequence[Ballot]) -> list[object]:
    voters = " ".join(b.voter for b in ballots)
    return [poll, voters, " ".join(str(b.item) for b in ballots), poll]


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
        self.bodies: list[dict[str, object]] = []
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
        number = self.size + len(self.bodies)
        self.bodies.append(self._body(ballot, choice))
        self._tally(ballot, before, choice)
        self.kept[key] = _Kept(ballot.serial, number, choice)
        self.changed.add(key)
        return Counted(log_of(self.poll), number, before is not None)

    def _body(self, ballot: Ballot, choice: str) -> dict[str, object]:
        body: dict[str, object] = {
            "matter": self.rules.matter,
            "kind": "ballot",
            "poll": self.poll,
            "voter": ballot.voter,
            "item": ballot.item,
            "choice": choice,
            "serial": ballot.serial,
            "at": self.at,
        }
        return {**body, "by": ballot.by} if ballot.by else body

    def _tally(self, ballot: Ballot, before: _Kept | None, choice: str) -> None:
        shape = self.rules.shape
        if before:
            self.counts.subtract(shapes.counted(shape, ballot.item, before.choice))
        self.counts.update(shapes.counted(shape, ballot.item, choice))
        if ballot.voter not in self.known:
            self.known.add(ballot.voter)
            self.counts[0, VOTERS] += 1

    def write(self, cursor: Any) -> None:
        rows = [
            (*key, k.choice, k.serial, k.number)
            for key in sorted(self.changed)
            for k in (self.kept[key],)
        ]
        counts = sorted((item, choice, n) for (item, choice), n in self.counts.items() if n)
        write(cursor, self.poll, rows, counts)


_WRITE = (
    "WITH c AS (INSERT INTO intake_count (poll, item, choice, n)"
    " SELECT %s, * FROM unnest(string_to_array(%s, ' ')::int[], string_to_array(%s, ' '),"
    " string_to_array(%s, ' ')::int[])"
    " ON CONFLICT (poll, item, choice) DO UPDATE SET n = intake_count.n + excluded.n)"
    " INSERT INTO intake_ballot (poll, voter, item, choice, serial, number)"
    " SELECT %s, * FROM unnest(string_to_array(%s, ' '), string_to_array(%s, ' ')::int[],"
    " string_to_array(%s, ' '), string_to_array(%s, ' ')::bigint[],"
    " string_to_array(%s, ' ')::bigint[]) ON CONFLICT (poll, voter, item) DO UPDATE"
    " SET choice = excluded.choice, serial = excluded.serial, number = excluded.number"
)


def write(
    cursor: Any,
    poll: int,
    rows: Sequence[tuple[str, int, str, int, int]],
    counts: Sequence[tuple[int, str, int]],
) -> None:
    """Put ballots (voter, item, choice, serial, number) in place of those before them; add to counts.

    Sorted rows, so that two who write at once lock in the same order.
    """
    columns = [" ".join(map(str, c)) for c in zip(*rows, strict=True)] or [""] * 5
    tallies = [" ".join(map(str, c)) for c in zip(*counts, strict=True)] or [""] * 3
    cursor.execute(_WRITE, [poll, *tallies, poll, *columns], prepare=True)
