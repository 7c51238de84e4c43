"""Walking the entries of a log in spans, each on its own: what `verify` spends its time on.

Knows psycopg and nothing of Django, so that spans can be walked by processes side by side.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any

import psycopg
from psycopg.types.string import ByteaBinaryLoader

from pilin.wording.saying import gettext_noop, say

from .tree import WIDTH

#: Entries of a span; a multiple of a tile's.
SPAN = 200 * WIDTH
#: From so many spans on, processes that walk side by side are worth starting.
WORTH = 4
CHANGED = gettext_noop("its text was changed: it no longer has its hash")
ANOTHER = gettext_noop("it says that it is another entry")


def entry(number: int) -> str:
    return say("entry {n}", n=number)


@dataclass
class Walk:
    """What a span holds: `tiles` are the hashes of its full tiles, `rest` the leaves after them.

    `faults` name an entry and what is wrong with it; `gaps` says that entries are missing.
    """

    leaves: int = 0
    tiles: list[bytes] = field(default_factory=list)
    rest: list[bytes] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)
    gaps: bool = False


def walk(db: psycopg.Connection[Any], log: str, start: int, stop: int | None) -> Walk:
    """Recompute every leaf from `start` (a multiple of a tile's entries) up to `stop` or the end.

    A whole span comes tile by tile; only where one of them does not hold is it read entry by entry,
    to name the one.
    """
    found = Walk()
    cursor = psycopg.Cursor(db)
    # The texts come as the bytes that were hashed, without being decoded.
    cursor.adapters.register_loader("text", ByteaBinaryLoader)
    if stop is not None and (leaves := _whole(cursor, log, start, stop)):
        found.leaves, found.tiles = len(leaves), _tiles(leaves)
        return found
    rows = cursor.execute(
        "SELECT number, body, leaf FROM ledger_entry WHERE log = %s"
        " AND number >= %s AND (%s::bigint IS NULL OR number < %s) ORDER BY number",
        [log, start, stop, stop],
        binary=True,
    ).fetchall()
    numbers = [number for number, _, _ in rows]
    leaves = [leaf for _, _, leaf in rows]
    _gaps(found, numbers, start, stop)
    _texts(found, log, rows)
    found.leaves = len(leaves)
    full = len(leaves) - len(leaves) % WIDTH
    found.tiles, found.rest = _tiles(leaves[:full]), leaves[full:]
    return found


#: Between the texts of a tile; canonical JSON never holds this character unescaped.
_APART = b"\x1e"
_TILES = (
    "SELECT s.n, t.texts, t.leaves FROM generate_series(%s::bigint, %s::bigint, %s) AS s (n),"
    " LATERAL (SELECT string_agg(body, chr(30)) AS texts, string_agg(leaf, ''::bytea) AS leaves"
    " FROM (SELECT body, leaf FROM ledger_entry WHERE log = %s AND number >= s.n"
    " AND number < s.n + %s ORDER BY number) AS entries) AS t"
)


def _whole(cursor: psycopg.Cursor[Any], log: str, start: int, stop: int) -> list[bytes]:
    """The leaves of a span of whole tiles; [] where anything about it does not hold."""
    asked = [start, stop - 1, WIDTH, log, WIDTH]
    sha256, mark = hashlib.sha256, b',"log":%s,' % json.dumps(log).encode()
    found: list[bytes] = []
    # Put in order here: the server would sort megabytes on its disk.
    for _first, texts, leaves in sorted(cursor.execute(_TILES, asked, binary=True).fetchall()):
        entries = texts.split(_APART) if texts else []
        computed = [sha256(b"\x00" + text).digest() for text in entries]
        if len(entries) != WIDTH or b"".join(computed) != leaves:
            return []
        numbered = enumerate(entries, start + len(found))
        if not all(b'"number":%d,' % n in text and mark in text for n, text in numbered):
            return []
        found += computed
    return found


def _gaps(found: Walk, numbers: list[int], start: int, stop: int | None) -> None:
    end = start + len(numbers) if stop is None else stop
    if numbers == list(range(start, end)):
        return
    expected = start
    for number in [*numbers, *([] if stop is None else [stop])]:
        if number != expected:
            found.gaps = True
            found.faults.append(
                (
                    entry(expected),
                    say("entries {first} to {last} are gone", first=expected, last=number - 1),
                )
            )
        expected = number + 1


def _texts(found: Walk, log: str, rows: list[tuple[int, bytes, bytes]]) -> None:
    sha256 = hashlib.sha256
    mark = b',"log":%s,' % json.dumps(log).encode()
    for number, text, leaf in rows:
        if sha256(b"\x00" + text).digest() != leaf:
            what = say(CHANGED)
        elif b'"number":%d,' % number not in text or mark not in text:
            what = say(ANOTHER)
        else:
            continue
        found.faults.append((entry(number), what))


def _tiles(hashes: list[bytes]) -> list[bytes]:
    """The hash over each tile's leaves (RFC 9162 section 2.1.1)."""
    sha256 = hashlib.sha256
    for _level in range(WIDTH.bit_length() - 1):
        pairs = zip(hashes[::2], hashes[1::2], strict=True)
        hashes = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return hashes


def walks(
    db: psycopg.Connection[Any], address: Mapping[str, Any], log: str, size: int
) -> Iterator[Walk]:
    """Walk a log of `size` entries span by span, in order.

    Few spans are walked on `db`; many by processes that connect to `address` on their own, which
    they may because what is entered never changes.
    """
    starts = range(0, max(size, 1), SPAN)
    spans = [(start, start + SPAN if start + SPAN < size else None) for start in starts]
    cores = os.cpu_count() or 1
    if len(spans) < WORTH or cores == 1:
        yield from (walk(db, log, *span) for span in spans)
        return
    with ProcessPoolExecutor(
        min(cores, 8), get_context("spawn"), initializer=_connect, initargs=(dict(address),)
    ) as pool:
        yield from pool.map(_walk, [(log, *span) for span in spans])


_db: psycopg.Connection[Any]


def _connect(address: dict[str, Any]) -> None:
    global _db  # noqa: PLW0603 (one connection for each process)
    _db = psycopg.connect(**address, autocommit=True)


def _walk(span: tuple[str, int, int | None]) -> Walk:
    return walk(_db, *span)
