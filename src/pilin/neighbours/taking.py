"""A neighbour's entries are taken into our copy: verified against their signed checkpoint, and in order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pilin.database import elsewhere
from pilin.ledger import log, note
from pilin.ledger.tree import Frontier, leaf_hash
from pilin.ledger.words import MARK, at, hash_of, missing
from pilin.people.neighbour_models import Neighbour

from . import protocol
from .models import Copy
from .protocol import Silent

#: Whoever takes a neighbour's entries holds an advisory lock of this number with the neighbour's.
TAKING = 5421


class Forked(Exception):
    """Their record is not the one we have a copy of: two notes that they signed exclude each other."""

    def __init__(self, held: str, now: str) -> None:
        super().__init__(held, now)
        self.evidence = f"{held}\n{now}"


class Shorter(Exception):
    """Their record has fewer entries than they once signed: brought back from an older copy, perhaps."""

    def __init__(self, held: int, now: int) -> None:
        super().__init__(held, now)
        self.held, self.now = held, now


def hold(neighbour: Neighbour) -> bool:
    """Whether nobody else takes theirs just now; held to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [TAKING, neighbour.pk % 2**31])
        return bool(cursor.fetchone()[0])


def take(neighbour: Neighbour) -> list[dict[str, Any]]:
    """Store what is new in their record; gives it, as it stands there.

    Raises Silent, NoteFault, Forked, Shorter; then nothing of it is kept.
    """
    signed = protocol.checkpoint(neighbour)
    point = note.open_checkpoint(signed, note.Verifier.from_vkey(neighbour.log))
    if point.origin != neighbour.main:
        raise note.NoteFault(_("the checkpoint is another log's"))
    taken: list[dict[str, Any]] = []
    with transaction.atomic():
        if not hold(neighbour):
            return []
        copy = Copy.objects.select_for_update().get(pk=neighbour.pk)
        with elsewhere.reading(neighbour.there, only=False):
            frontier, held = _head()
            if point.size < frontier.size:
                raise Shorter(frontier.size, point.size)
            for entries in protocol.bundles(neighbour, frontier.size, point.size):
                taken += _store(frontier, entries)
            if frontier.root() != point.root:
                raise Forked(held, signed)
            _move(frontier, signed, neighbour.log)
        copy.size, copy.seen = frontier.size, timezone.now()
        copy.save()
    return taken


def _head() -> tuple[Frontier, str]:
    """Where our copy ends, and the checkpoint it was verified with."""
    log.begin(log.MAIN)
    with connection.cursor() as cursor:
        size, hashes, signed = cursor.execute(
            "SELECT size, frontier, checkpoint FROM ledger_log WHERE name = %s FOR UPDATE",
            [log.MAIN],
        ).fetchone()
    return Frontier.from_bytes(size, bytes(hashes)), signed


def _store(frontier: Frontier, entries: list[bytes]) -> list[dict[str, Any]]:
    """Raises Silent where these are no entries that could follow."""
    found, rows = [], []
    leaves = [leaf_hash(entry) for entry in entries]
    for n, entry in enumerate(entries, frontier.size):
        try:
            body = json.loads(entry)
            fits = body["log"] == log.MAIN and body["number"] == n
        except (ValueError, TypeError, KeyError):
            fits = False
        if not fits:
            raise Silent(f"entry {n}")
        found.append(body)
        rows.append((log.MAIN, n, entry.decode(), leaves[n - frontier.size]))
    nodes = frontier.extend(leaves)
    with connection.cursor() as cursor:
        with cursor.copy(
            "COPY ledger_entry (log, number, body, leaf) FROM STDIN WITH (FORMAT BINARY)"
        ) as copy:
            copy.set_types(["varchar", "int8", "text", "bytea"])
            for row in rows:
                copy.write_row(row)
        cursor.executemany(
            "INSERT INTO ledger_node (log, level, index, hash) VALUES (%s, %s, %s, %s)",
            [(log.MAIN, level // 8, index, value) for level, index, value in nodes],
        )
    return found


def _move(frontier: Frontier, signed: str, vkey: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_log SET size = %s, frontier = %s, checkpoint = %s, vkey = %s WHERE name = %s",
            [frontier.size, frontier.to_bytes(), signed, vkey, log.MAIN],
        )


def take_words(neighbour: Neighbour) -> None:
    """Store what lies beside their entries. What is not what an entry's hash says is left out, as if it had
    not come. Raises Silent, NotKnown."""
    copy = Copy.objects.get(pk=neighbour.pk)
    while copy.worded < copy.size:
        stop = min(copy.size, copy.worded + protocol.WORDS)
        said = dict(protocol.words(neighbour, copy.worded, stop))
        with transaction.atomic():
            if not hold(neighbour):
                return
            with elsewhere.reading(neighbour.there, only=False):
                _keep(said)
            copy.worded = stop
            copy.save(update_fields=["worded"])


def _keep(said: dict[int, dict[str, Any]]) -> None:
    numbers = list(said)
    with connection.cursor() as cursor:
        bodies = cursor.execute(
            "SELECT number, body FROM ledger_entry WHERE log = %s AND number = ANY(%s)",
            [log.MAIN, numbers],
        ).fetchall()
        rows = [
            (log.MAIN, number, json.dumps(kept, ensure_ascii=False))
            for number, body in bodies
            if (kept := dict(_true(json.loads(body), said[number])))
        ]
        cursor.executemany(
            "INSERT INTO ledger_words (log, number, data) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            rows,
        )


def _true(body: dict[str, Any], said: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Those words whose hash the entry has; None where they say that it was struck."""
    places = set(missing(body))
    for path, words in said.items():
        if path not in places:
            continue
        if words is None:
            yield path, None
        elif isinstance(words, list) and len(words) == 2 and all(isinstance(w, str) for w in words):
            salt, text = words
            try:
                right = at(body, path) == {MARK: hash_of(salt, text)}
            except ValueError:
                right = False
            if right:
                yield path, [salt, text]


__all__ = ["Forked", "Shorter", "Silent", "hold", "take", "take_words"]
