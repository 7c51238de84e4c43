"""Adding to a log and reading it.

A log's row is locked from the first append of a transaction to its commit, so entries are numbered
without gaps and the checkpoint always covers exactly what is there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.db import connection, transaction
from pydantic_core import from_json

from pilin.database import elsewhere

from . import pins, sealing, words
from .asking import Ask, ask, later
from .canonical import canonical
from .head import Head
from .tree import leaf_hash

#: The log that steps are entered in.
MAIN = "main"
#: An entry bundle of tlog-tiles gives an entry's length in 16 bits.
LONGEST = 65_535
SEPARATOR = "\x1f"
#: What the log itself says in an entry, beside the matter it opens.
ADDED = ("v", "log", "number", "seal")


class EntryTooLong(ValueError):
    """An entry above 65,535 bytes, which tiles cannot carry."""


@dataclass(frozen=True)
class Record:
    """An entry as it stands in the log: `number` is its leaf's index, `leaf` its hash."""

    log: str
    number: int
    body: dict[str, Any]
    leaf: bytes
    inside: bool = False  # words of it are struck that stand inside it, as older entries have them


def append(
    log: str,
    body: Mapping[str, Any],
    sealed: Mapping[str, Any] | None = None,
    texts: Mapping[str, str] = MappingProxyType({}),
) -> Record:
    """Add one entry; gives it with its number. Must run inside a transaction.

    `texts` are those of its words that are laid beside it, by where they stand.

    `v`, `log`, `number` and `seal` are added to the body, and `matter` where it is None: then the
    entry opens the matter that bears its number. Raises EntryTooLong.
    """
    head = lock(log)
    number = head.size
    seal, asks = None, []
    if sealed:
        seal, keeping = sealing.seal(log, number, sealed)
        asks.append(keeping)
    stored, beside = words.lay_beside(body, texts) if texts else (body, {})
    full, text = _complete(log, number, stored, seal)
    leaf = leaf_hash(text)
    nodes = [n for n in head.frontier.add(leaf) if n[0] % 8 == 0]
    if beside:
        asks.append(words.keeping(log, number, beside))
        full = {**body, **{name: full[name] for name in (*ADDED, "matter")}}
    asks += [Ask(_NODE, [log, str(n // 8), str(i), value.hex()]) for n, i, value in nodes]
    entry = [log, str(number), text.decode(), leaf.hex()]
    held = _held.get()
    if held is not None and held.head is head:
        held.add(entry, asks)
    else:
        moved = [str(head.size), head.frontier.to_bytes().hex(), head.sign(), head.verifier.vkey]
        later([Ask(_APPEND, entry + moved), *asks])
        head.keep_signed()
    return Record(log, number, full, leaf)


def append_many(
    log: str, bodies: Iterable[Mapping[str, Any]], each: Callable[[Record], None] | None = None
) -> int:
    """Add many entries with one lock and one checkpoint; gives how many. `each` sees every one.

    Must run inside a transaction. For filling a log at speed: no sealed parts.
    """
    head = lock(log)
    start = head.size
    nodes: list[tuple[int, int, bytes]] = []
    with connection.cursor() as cursor:
        with cursor.copy(
            "COPY ledger_entry (log, number, body, leaf) FROM STDIN WITH (FORMAT BINARY)"
        ) as copy:
            copy.set_types(["varchar", "int8", "text", "bytea"])
            for body in bodies:
                number = head.size
                full, text = _complete(log, number, body, None)
                leaf = leaf_hash(text)
                nodes += [n for n in head.frontier.add(leaf) if n[0] % 8 == 0]
                copy.write_row((log, number, text.decode(), leaf))
                if each:
                    each(Record(log, number, full, leaf))
        _keep_nodes(cursor, log, nodes)
        _move(cursor, head)
    return head.size - start


def locking(log: str) -> Ask:
    """Gives what `Head.of` reads; holds the log until the transaction ends."""
    return Ask(_LOCK, [log])


def extending(head: Head, texts: Sequence[str], beside: Sequence[str] = ()) -> list[Ask]:
    """What adds entries without sealed parts to a log, and moves `head` on.

    `beside`, where given, is what lies beside each of them: a row of `ledger_words`, as JSON.

    The first statement fails, and with it the transaction, where the log does not end at `head` (any
    more): whoever is sure that nobody else adds to it need not hold it first. `texts` are canonical
    JSON with the log's name and the numbers that follow `head`: that they are is the caller's promise.
    A column travels as one text, which costs less than an array; the separator is a control character,
    and JSON has none.
    """
    before = [head.name, str(head.size), head.frontier.to_bytes().hex()]
    leaves = [leaf_hash(text.encode()) for text in texts]
    nodes = head.frontier.extend(leaves)
    after = [str(head.size), head.frontier.to_bytes().hex(), head.sign(), head.verifier.vkey]
    entries = SEPARATOR.join(texts), SEPARATOR.join([leaf.hex() for leaf in leaves])
    rows = [*before[:2], *entries]
    adding = Ask(_WITH_WORDS, [*rows, SEPARATOR.join(beside)]) if beside else Ask(_ENTRIES, rows)
    asks = [Ask(_END, before + after), adding]
    if nodes:
        made = [(level // 8, index, value.hex()) for level, index, value in nodes]
        asks.append(Ask(_NODES, [head.name, json.dumps(made)]))
    return asks


_LOCK = (
    f"SELECT size, encode(frontier, 'hex'), {pins.COLUMNS} FROM ledger_log"
    " WHERE name = $1 FOR UPDATE"
)
_ENTRIES = (
    "INSERT INTO ledger_entry (log, number, body, leaf)"
    " SELECT $1, $2::bigint + n - 1, body, decode(leaf, 'hex')"
    " FROM unnest(string_to_array($3, chr(31)), string_to_array($4, chr(31)))"
    " WITH ORDINALITY AS u (body, leaf, n)"
)
_WITH_WORDS = (
    "WITH u AS (SELECT $2::bigint + n - 1 AS number, body, leaf, data FROM unnest("
    "string_to_array($3, chr(31)), string_to_array($4, chr(31)), string_to_array($5, chr(31)))"
    " WITH ORDINALITY AS u (body, leaf, data, n)),"
    " w AS (INSERT INTO ledger_words (log, number, data) SELECT $1, number, data FROM u)"
    " INSERT INTO ledger_entry (log, number, body, leaf)"
    " SELECT $1, number, body, decode(leaf, 'hex') FROM u"
)
_NODES = (
    "INSERT INTO ledger_node (log, level, index, hash)"
    " SELECT $1, (n ->> 0)::int, (n ->> 1)::bigint, decode(n ->> 2, 'hex')"
    " FROM json_array_elements($2::json) n"
)
_END = (
    "WITH moved AS (UPDATE ledger_log SET size = $4::bigint, frontier = decode($5, 'hex'),"
    " checkpoint = $6, vkey = $7 WHERE name = $1 AND size = $2::bigint"
    " AND frontier = decode($3, 'hex') AND vkey IN ('', $7)"
    " RETURNING 1) SELECT 1 / count(*) FROM moved"
)


def begin(log: str) -> None:
    """Make an empty log, where there is none of this name yet."""
    with connection.cursor() as cursor:
        # Looked for first: a replay in one moment of everything may not touch what moves on meanwhile.
        cursor.execute(
            "INSERT INTO ledger_log (name) SELECT %s"
            " WHERE NOT EXISTS (SELECT FROM ledger_log WHERE name = %s) ON CONFLICT DO NOTHING",
            [log, log],
        )


class _Held:
    """A log held for many entries, which wait and are written many at a time."""

    def __init__(self, head: Head) -> None:
        self.head = head
        self._entries: list[list[str]] = []
        self._asks: list[Ask] = []

    def add(self, entry: list[str], asks: list[Ask]) -> None:
        self._entries.append(entry[1:])
        self._asks += asks
        if len(self._entries) >= HELD:
            self.write()

    def write(self) -> None:
        entries, self._entries = self._entries, []
        asks, self._asks = self._asks, []
        if entries:
            rows = json.dumps(entries, ensure_ascii=False)
            later([Ask(_HELD_ENTRIES, [self.head.name, rows]), *asks])


@contextmanager
def held(log: str) -> Iterator[None]:
    """Append many entries one by one with one lock, one signature and one change of the log's row.

    A row changed thousands of times in one transaction is found ever more slowly. Must run inside
    a transaction; what is appended becomes visible to others, as always, with its commit.
    """
    kept = _Held(lock(log))
    token = _held.set(kept)
    try:
        yield
        kept.write()
        with connection.cursor() as cursor:
            _move(cursor, kept.head)
    finally:
        _held.reset(token)


def settle() -> None:
    """Write what waits while a log is held: somebody is about to read it."""
    kept = _held.get()
    if kept is not None:
        kept.write()


#: Entries that wait at most while a log is held.
HELD = 1_000
_held: ContextVar[_Held | None] = ContextVar("held", default=None)
_MOVE = "UPDATE ledger_log SET size = %s, frontier = %s, checkpoint = %s, vkey = %s WHERE name = %s"
_APPEND = (
    "WITH e AS (INSERT INTO ledger_entry (log, number, body, leaf)"
    " VALUES ($1, $2::bigint, $3, decode($4, 'hex')))"
    " UPDATE ledger_log SET size = $5::bigint, frontier = decode($6, 'hex'), checkpoint = $7, vkey = $8"
    " WHERE name = $1"
)
_NODE = (
    "INSERT INTO ledger_node (log, level, index, hash)"
    " VALUES ($1, $2::int, $3::bigint, decode($4, 'hex'))"
)
_HELD_ENTRIES = (
    "INSERT INTO ledger_entry (log, number, body, leaf)"
    " SELECT $1, (r ->> 0)::bigint, r ->> 1, decode(r ->> 2, 'hex')"
    " FROM json_array_elements($2::json) r"
)


def _move(cursor: Any, head: Head) -> None:
    signed = head.sign()
    moved = [head.size, head.frontier.to_bytes(), signed, head.verifier.vkey, head.name]
    cursor.execute(_MOVE, moved)
    head.keep_signed()


def _complete(
    log: str, number: int, body: Mapping[str, Any], seal: str | None
) -> tuple[dict[str, Any], bytes]:
    full = {**body, "v": 1, "log": log, "number": number, "seal": seal}
    if full.get("matter") is None:
        full["matter"] = number
    text = canonical(full)
    if len(text) > LONGEST:
        raise EntryTooLong(f"an entry may have {LONGEST} bytes; this one has {len(text)}")
    return full, text


def _keep_nodes(cursor: Any, log: str, nodes: Sequence[tuple[int, int, bytes]]) -> None:
    if nodes:
        cursor.executemany(
            "INSERT INTO ledger_node (log, level, index, hash) VALUES (%s, %s, %s, %s)",
            [(log, level // 8, index, value) for level, index, value in nodes],
        )


def lock(log: str) -> Head:
    """Hold the log until this transaction ends: nobody else can add to it meanwhile."""
    assert elsewhere.where() is None, "a neighbour's record is never written as ours"
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("the ledger is written inside a transaction")
    kept = _held.get()
    if kept is not None and kept.head.name == log:
        return kept.head
    rows = ask(locking(log))
    if not rows:
        begin(log)
        rows = ask(locking(log))
    return Head.of(log, rows[0])


def record_of(log: str, row: Sequence[Any]) -> Record:
    number, text, leaf, beside = row[:4]
    body = words.put_back(from_json(text), text, beside)
    return Record(log, number, body, bytes(leaf), words.are_inside(text, beside))


def read(log: str, start: int = 0, stop: int | None = None, batch: int = 2000) -> Iterator[Record]:
    """Entries from `start` up to but not including `stop`, in order, a batch at a time."""
    settle()
    while stop is None or start < stop:
        most = batch if stop is None else min(batch, stop - start)
        with connection.cursor() as cursor:
            rows = cursor.execute(
                f"SELECT number, body, leaf, {words.BESIDE} FROM ledger_entry e"
                " WHERE log = %s AND number >= %s ORDER BY number LIMIT %s",
                [log, start, most],
            ).fetchall()
        for row in rows:
            yield record_of(log, row)
        if len(rows) < most:
            return
        start = rows[-1][0] + 1


def of_matter(
    log: str, matter: int, last: int | None = None, before: int | None = None
) -> list[Record]:
    """A matter's entries, oldest first; only the newest `last`, only those numbered below `before`."""
    settle()
    with connection.cursor() as cursor:
        rows = cursor.execute(
            f"SELECT number, body, leaf, {words.BESIDE} FROM ledger_entry e"
            " WHERE log = %s AND matter = %s AND (%s::bigint IS NULL OR number < %s) ORDER BY number DESC LIMIT %s",
            [log, matter, before, before, last],
        ).fetchall()
    return [record_of(log, row) for row in reversed(rows)]


def get(log: str, number: int) -> Record | None:
    return next(read(log, number, number + 1), None)


def some(log: str, numbers: Iterable[int]) -> list[Record]:
    """The entries with these numbers, as far as there are such. One query."""
    settle()
    with connection.cursor() as cursor:
        rows = cursor.execute(
            f"SELECT number, body, leaf, {words.BESIDE} FROM ledger_entry e"
            " WHERE log = %s AND number = ANY(%s)",
            [log, list(numbers)],
        ).fetchall()
    return [record_of(log, row) for row in rows]


def size(log: str) -> int:
    kept = _held.get()
    if kept is not None and kept.head.name == log:
        return kept.head.size
    with connection.cursor() as cursor:
        row = cursor.execute("SELECT size FROM ledger_log WHERE name = %s", [log]).fetchone()
    return int(row[0]) if row else 0


def sizes() -> dict[str, int]:
    """The number of entries of every log, by its name."""
    with connection.cursor() as cursor:
        return dict(cursor.execute("SELECT name, size FROM ledger_log").fetchall())


def checkpoint(log: str) -> str:
    """The signed note of the log as it stands; "" for a log nothing was entered in."""
    with connection.cursor() as cursor:
        row = cursor.execute("SELECT checkpoint FROM ledger_log WHERE name = %s", [log]).fetchone()
    return str(row[0]) if row else ""


def matters_of(log: str, actor: str) -> list[int]:
    """The matters in which somebody took a step. Reads the whole log: for what happens seldom."""
    settle()
    with connection.cursor() as cursor:
        rows = cursor.execute(
            "SELECT DISTINCT matter FROM ledger_entry WHERE log = %s AND body LIKE %s"
            " AND body::json ->> 'actor' = %s ORDER BY 1",
            [log, f'%"actor":"{actor}"%', actor],
        ).fetchall()
    return [row[0] for row in rows if row[0] is not None]
