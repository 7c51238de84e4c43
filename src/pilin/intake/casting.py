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

from django.db import connection, transaction
from django.utils import timezone

from pilin.ledger import log

from . import shapes
from .models import log_of


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
    """Count what can be counted of one poll's ballots; says of each, in their order, what became of it."""
    with transaction.atomic():
        head = log.lock(log_of(poll))
        rules = _rules(poll, now or timezone.now())
        if isinstance(rules, NotCounted):
            return [rules] * len(ballots)
        kept, known = _standing(poll, ballots)
        batch = _Batch(poll, rules, head.size, kept, known, now or timezone.now())
        answers = [batch.take(ballot) for ballot in ballots]
        if batch.bodies:
            log.extend(head, batch.bodies)
            _write(poll, batch)
    return answers


@dataclass(frozen=True)
class _Rules:
    matter: int
    shape: str
    most: int
    items: frozenset[int]


def _rules(poll: int, now: datetime) -> _Rules | NotCounted:
    """Read after the log is locked: whoever closes a poll holds that lock."""
    with connection.cursor() as cursor:
        row = cursor.execute(
            "SELECT matter, shape, most, items, until, closed FROM intake_poll WHERE id = %s",
            [poll],
        ).fetchone()
    if row is None:
        return NotCounted("no-poll")
    matter, shape, most, items, until, closed = row
    if closed or until < now:
        return NotCounted("closed")
    return _Rules(matter, shape, most, frozenset(items))


def _standing(poll: int, ballots: Sequence[Ballot]) -> tuple[dict[Key, _Kept], set[str]]:
    """The ballots these would replace, and which of the voters have voted before."""
    with connection.cursor() as cursor:
        rows = cursor.execute(
            "SELECT k.voter, k.item, b.serial, b.number, b.choice, EXISTS"
            " (SELECT 1 FROM intake_ballot o WHERE o.poll = %s AND o.voter = k.voter)"
            " FROM unnest(%s::text[], %s::int[]) k (voter, item) LEFT JOIN intake_ballot b"
            " ON b.poll = %s AND b.voter = k.voter AND b.item = k.item",
            [poll, [b.voter for b in ballots], [b.item for b in ballots], poll],
        ).fetchall()
    kept = {(r[0], r[1]): _Kept(*r[2:5]) for r in rows if r[2] is not None}
    return kept, {r[0] for r in rows if r[5]}


class _Batch:
    """Takes ballots one after another; keeps what is to be written."""

    def __init__(
        self,
        poll: int,
        rules: _Rules,
        size: int,
        kept: dict[Key, _Kept],
        known: set[str],
        now: datetime,
    ) -> None:
        self.poll, self.rules, self.size = poll, rules, size
        self.kept, self.known = kept, known
        self.at = now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self.bodies: list[dict[str, object]] = []
        self.changed: set[Key] = set()
        self.counts: Counter[tuple[int, str]] = Counter()

    def take(self, ballot: Ballot) -> Counted | NotCounted:
        rules, key = self.rules, (ballot.voter, ballot.item)
        choice = shapes.choice_of(rules.shape, ballot.said)
        if choice is None:
            return NotCounted("choice")
        if not shapes.fits(rules.shape, ballot.item, choice, rules.items, rules.most):
            return NotCounted("item")
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
            self.counts[0, ""] += 1


def _write(poll: int, batch: _Batch) -> None:
    keys = sorted(batch.changed)
    kept = [batch.kept[key] for key in keys]
    counts = sorted((item, choice, n) for (item, choice), n in batch.counts.items() if n)
    write(
        poll,
        [(*key, k.choice, k.serial, k.number) for key, k in zip(keys, kept, strict=True)],
        counts,
    )


def write(
    poll: int,
    rows: Sequence[tuple[str, int, str, int, int]],
    counts: Sequence[tuple[int, str, int]],
) -> None:
    """Put ballots (voter, item, choice, serial, number) in place of those before them, and add to the counts."""
    columns = [list(c) for c in zip(*rows, strict=True)] or [[]] * 5
    tallies = [list(c) for c in zip(*counts, strict=True)] or [[]] * 3
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH c AS (INSERT INTO intake_count (poll, item, choice, n)"
            " SELECT %s, * FROM unnest(%s::int[], %s::text[], %s::int[])"
            " ON CONFLICT (poll, item, choice) DO UPDATE SET n = intake_count.n + excluded.n)"
            " INSERT INTO intake_ballot (poll, voter, item, choice, serial, number)"
            " SELECT %s, * FROM unnest(%s::text[], %s::int[], %s::text[], %s::bigint[],"
            " %s::bigint[]) ON CONFLICT (poll, voter, item) DO UPDATE SET choice = excluded.choice,"
            " serial = excluded.serial, number = excluded.number",
            [poll, *tallies, poll, *columns],
        )
