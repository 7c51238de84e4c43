"""Ballots that arrive together are checked, entered in their log and counted together.

All of it is one transaction under the lock of the poll's log: what is told to a voter after its
commit is stored, and nobody counts twice. A voter's later ballot replaces the earlier one; which is
later is told by when the page that was voted on was made, so a ballot sent again is known as such.

An entry carries the salted hash of its choice; the choice lies beside it (`ledger.words`) and is opened
when the vote is closed. Entries from before that hold the choice itself.

What is asked of the database and what follows from its answers is here; who carries it there and back
is `cast`, which waits, or the fast lane's `writer`, which does not, and often writes unasked: as if
these were the first ballots of their voters and nobody else wrote. Where that is not so the database
refuses, and the ballots take the long way.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from os import urandom
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from pilin.ledger import asking, log, words
from pilin.ledger.asking import Ask
from pilin.ledger.head import Head

from . import shapes
from .models import VOTERS, log_of


class Ballot(NamedTuple):
    """`by` are those who read a ballot given on paper."""

    poll: int
    voter: str
    item: int
    said: tuple[str, ...]
    serial: int
    by: tuple[str, ...] = ()


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


class PollRules(NamedTuple):
    """What a poll takes. `version` is the transaction that last changed its row (xmin): whoever keeps
    rules must not be that transaction itself."""

    version: str
    matter: int
    shape: str
    most: int
    items: frozenset[int]
    until: float
    closed: bool


class Decided(NamedTuple):
    """What became of each ballot, in order, once `asks` are done and committed.

    The log ended at `start` and ends at `head` then; `first` says that no voter had voted on the same
    before.
    """

    answers: list[Counted | NotCounted]
    asks: list[Ask]
    rules: PollRules | None = None
    start: int = 0
    head: Head | None = None
    first: bool = False


def cast(
    poll: int, ballots: Sequence[Ballot], now: datetime | None = None
) -> list[Counted | NotCounted]:
    """Count what can be counted of one poll's ballots; says of each, in order, what became of it.

    Raises django.db.Error; then nothing is counted, or the commit's answer was lost.
    """
    with transaction.atomic():
        found = [asking.ask(each) for each in asked(poll, ballots)]
        decided = decide(poll, ballots, found, None, now or timezone.now())
        for each in decided.asks:
            asking.ask(each)
        if decided.asks and decided.head:
            decided.head.keep_signed()
    return decided.answers


def asked(poll: int, ballots: Sequence[Ballot], known: PollRules | None = None) -> list[Ask]:
    """What has to be known of these ballots: two statements, to be run in a transaction.

    Two, so that the second sees what was committed before the lock was had.
    """
    voters = " ".join([ballot.voter for ballot in ballots])
    items = " ".join([str(ballot.item) for ballot in ballots])
    version = known.version if known else ""
    return [log.locking(log_of(poll)), Ask(_STANDING, [str(poll), version, voters, items])]


#: The poll, in full where it is not as it was known; and of each ballot that would replace one its
#: place, with serial, number and choice of that one. LIMIT keeps each lookup one by key, whatever the
#: planner thinks of a table it has not seen full: it would else read all ballots for every batch.
_STANDING = (
    "SELECT p.xmin::text, CASE WHEN p.xmin::text <> $2 THEN json_build_array(p.matter, p.shape, p.most,"
    " p.items, extract(epoch FROM p.until), p.closed)::text END,"
    " (SELECT string_agg(concat_ws(' ', k.n, b.serial, b.number, b.choice), ';')"
    " FROM unnest(string_to_array($3, ' '), string_to_array($4, ' ')::int[])"
    " WITH ORDINALITY k (voter, item, n), LATERAL (SELECT serial, number, choice FROM intake_ballot"
    " WHERE poll = $1::bigint AND voter = k.voter AND item = k.item LIMIT 1) b)"
    " FROM intake_poll p WHERE p.id = $1::bigint"
)


def decide(
    poll: int,
    ballots: Sequence[Ballot],
    found: Sequence[Sequence[Sequence[Any]]],
    known: PollRules | None,
    now: datetime,
) -> Decided:
    """`found` are the rows of each statement of `asked`, which was told of the same `known`."""
    end, standing = found
    if not end or not standing:
        return Decided([NotCounted("no-poll")] * len(ballots), [])
    version, fresh, before = standing[0]
    rules = _rules(version, fresh) if fresh else known
    assert rules
    return _decide(poll, ballots, rules, Head.of(log_of(poll), end[0]), now, before or "")


def guess(
    poll: int, ballots: Sequence[Ballot], rules: PollRules, head: Head, now: datetime
) -> Decided:
    """Decide without having asked. `asks` fail, and nothing is written, where the log does not end at
    `head`, the poll is not as `rules` say, or somebody has voted on the same before."""
    return _decide(poll, ballots, rules, head, now, None)


def _decide(
    poll: int,
    ballots: Sequence[Ballot],
    rules: PollRules,
    head: Head,
    now: datetime,
    before: str | None,
) -> Decided:
    if rules.closed or rules.until < now.timestamp():
        return Decided([NotCounted("closed")] * len(ballots), [], rules)
    batch = _Batch(poll, rules, head.size, now)
    if before:
        batch.remember(ballots, before)
    answers = [batch.take(ballot) for ballot in ballots]
    if not batch.texts:
        return Decided(answers, [], rules)
    asks = log.extending(head, batch.texts, batch.beside)
    if before is None:  # after the log is held, so that it sees what was committed before
        asks.append(Ask(_UNCHANGED, [str(poll), rules.version]))
    asks += batch.changes(_FIRST if before is None else _REPLACE)
    return Decided(answers, asks, rules, batch.size, head, not before)


_UNCHANGED = "SELECT 1 / count(*) FROM intake_poll WHERE id = $1::bigint AND xmin::text = $2"


def _rules(version: str, text: str) -> PollRules:
    matter, shape, most, items, until, closed = json.loads(text)
    return PollRules(version, matter, shape, most, frozenset(items), until, closed)


class _Kept(NamedTuple):
    """A voter's ballot on an item as it stands: in the tables, or earlier in this batch."""

    voter: str
    item: int
    choice: str
    serial: int
    number: int


class _Batch:
    """Takes ballots one after another; keeps what is to be written."""

    def __init__(self, poll: int, rules: PollRules, size: int, now: datetime) -> None:
        self.poll, self.rules, self.size = poll, rules, size
        self.log = log_of(poll)
        at = now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        # An entry is canonical JSON: its keys sorted, and nothing in it that needs escaping.
        self.first = f'{{"at":"{at}",'
        self.middle = f'"kind":"ballot","log":"{self.log}","matter":{rules.matter},"number":'
        self.last = f',"poll":{poll},"seal":null,"serial":'
        self.before: dict[tuple[str, int], _Kept] = {}
        self.kept: dict[tuple[str, int], _Kept] = {}
        self.texts: list[str] = []
        self.beside: list[str] = []  # of each entry the choice, with the salt of its hash
        self.counts: defaultdict[tuple[int, str], int] = defaultdict(int)

    def remember(self, ballots: Sequence[Ballot], before: str) -> None:
        """What the tables hold of these voters, as `_STANDING` tells it."""
        for told in before.split(";"):
            place, serial, number, choice = told.split(" ")
            _poll, voter, item, *_rest = ballots[int(place) - 1]
            self.before[voter, item] = _Kept(voter, item, choice, int(serial), int(number))

    def take(self, ballot: Ballot) -> Counted | NotCounted:
        _poll, voter, item, said, serial, by = ballot
        rules, shape = self.rules, self.rules.shape
        choice = shapes.choice_of(shape, said)
        if choice is None:
            return NotCounted("choice")
        if not shapes.fits(shape, item, choice, rules.items):
            return NotCounted("item")
        if len(choice.picks) > rules.most:
            return NotCounted("many")
        key = voter, item
        before = self.kept.get(key) or self.before.get(key)
        if before and before.serial >= serial:
            same = before.serial == serial
            if same and before.choice == choice.text:  # sent again: it is counted, and said so
                return Counted(self.log, before.number, False)
            return NotCounted("duplicate" if same else "replayed", before.number)
        number = self.size + len(self.texts)
        who = f'"by":{json.dumps(by, separators=(",", ":"))},' if by else ""
        salt = urandom(16)
        self.beside.append(f'{{"choice":["{salt.hex()}","{choice.text}"]}}')
        hidden = words.hash_with(salt, choice.text.encode())
        self.texts.append(
            f'{self.first}{who}"choice":{{"{words.MARK}":"{hidden}"}},'
            f'"item":{item},{self.middle}{number}{self.last}{serial},"v":1,"voter":"{voter}"}}'
        )
        if before:
            for counted in shapes.counted(shape, item, before.choice):
                self.counts[counted] -= 1
        for counted in shapes.counted(shape, item, choice.text):
            self.counts[counted] += 1
        self.kept[key] = _Kept(voter, item, choice.text, serial, number)
        return Counted(self.log, number, before is not None)

    def changes(self, statement: str) -> list[Ask]:
        counts = [(item, choice, n) for (item, choice), n in self.counts.items() if n]
        return replacing(self.poll, list(self.kept.values()), counts, statement)


def replacing(
    poll: int,
    rows: Sequence[tuple[str, int, str, int, int]],
    counts: Sequence[tuple[int, str, int]],
    statement: str = "",
) -> list[Ask]:
    """What counts voters who are new, puts ballots (voter, item, choice, serial, number) in place of
    those before them, and adds to the counts (item, choice, how many). In any order: whoever does this
    holds the poll's log."""
    asks = []
    if rows:
        voters, *columns = [" ".join(map(str, column)) for column in zip(*rows, strict=True)]
        asks.append(Ask(_VOTERS, [str(poll), voters]))
        asks.append(Ask(statement or _REPLACE, [str(poll), voters, *columns]))
    if counts:
        columns = [" ".join(map(str, column)) for column in zip(*counts, strict=True)]
        asks.append(Ask(_COUNT, [str(poll), *columns]))
    return asks


_VOTERS = (
    "INSERT INTO intake_count (poll, item, choice, n)"
    f" SELECT $1::bigint, 0, '{VOTERS}', count(DISTINCT voter)"
    " FROM unnest(string_to_array($2, ' ')) k (voter) WHERE (SELECT true FROM intake_ballot"
    " WHERE poll = $1::bigint AND voter = k.voter LIMIT 1) IS NULL"
    " HAVING count(*) > 0 ON CONFLICT (poll, item, choice) DO UPDATE SET n = intake_count.n + excluded.n"
)
_FIRST = (
    "INSERT INTO intake_ballot (poll, voter, item, choice, serial, number)"
    " SELECT $1::bigint, * FROM unnest(string_to_array($2, ' '), string_to_array($3, ' ')::int[],"
    " string_to_array($4, ' '), string_to_array($5, ' ')::bigint[],"
    " string_to_array($6, ' ')::bigint[])"
)
_REPLACE = f"{_FIRST} ON CONFLICT (poll, voter, item) DO UPDATE" + (
    " SET choice = excluded.choice, serial = excluded.serial, number = excluded.number"
)
_COUNT = (
    "INSERT INTO intake_count (poll, item, choice, n)"
    " SELECT $1::bigint, * FROM unnest(string_to_array($2, ' ')::int[], string_to_array($3, ' '),"
    " string_to_array($4, ' ')::int[])"
    " ON CONFLICT (poll, item, choice) DO UPDATE SET n = intake_count.n + excluded.n"
)
