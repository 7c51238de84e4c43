"""A neighbour's entries are taken into our copy: verified against their signed checkpoint, and in order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pilin.database import elsewhere
from pilin.ledger import log, note, succession
from pilin.ledger.cosigning import Note
from pilin.ledger.policy import read
from pilin.ledger.tree import Frontier, leaf_hash
from pilin.ledger.words import MARK, at, hash_of, missing
from pilin.people.neighbour_models import Neighbour

from . import protocol
from .models import Copy
from .protocol import Silent

#: Whoever takes a neighbour's entries holds an advisory lock of this number with the neighbour's.
TAKING = 5421
#: Entries that are taken in one go: of a record that claims more nobody could see the end.
MOST = 10_000_000


class Forked(Exception):
    """Their record is not the one we have a copy of: two notes that they signed exclude each other."""

    def __init__(self, held: str, now: str) -> None:
        super().__init__(held, now)
        self.evidence = f"{held}\n{now}"


class Unwitnessed(Silent):
    """Those who must have witnessed their record have not (yet)."""

    code = "unwitnessed"


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
    """Store what is new in their record; gives of it what is about neighbours, as it stands there.

    Raises Silent, NoteFault, Forked, Shorter; then nothing of it is kept.
    """
    vkey = key_of(neighbour)
    signed = _offered(neighbour)
    changed = _is_by_another_key(signed, note.Verifier.from_vkey(vkey))
    if (
        changed
    ):  # which one, the entries say that come now: nothing of them is kept before that is known
        point = note.parse(signed.partition("\n\n")[0])
    else:
        point = note.open_checkpoint(signed, note.Verifier.from_vkey(vkey))
    if point.origin != neighbour.main:
        raise note.NoteFault(_("the checkpoint is another log's"))
    taken: list[dict[str, Any]] = []
    with transaction.atomic():
        if not hold(neighbour):
            return []
        copy = Copy.objects.select_for_update().get(pk=neighbour.pk)
        with elsewhere.reading(neighbour.there, only=False):
            frontier, held = _head()
            size, root = frontier.size, frontier.root()
            if point.size < size and settings.NEIGHBOUR_POLICY:
                return []  # what is witnessed already is behind what we hold
            if point.size < size:
                raise Shorter(size, point.size)
            if point.size - size > MOST:
                raise Silent(f"{point.size} entries")
            for entries in protocol.bundles(neighbour, frontier.size, point.size):
                taken += _store(frontier, entries)
            if changed:
                vkey = copy.key = _followed(vkey, signed, taken)
            if frontier.root() != point.root:
                _told_apart(neighbour, point, size, root)
                raise Forked(held, signed)
            _move(frontier, signed, vkey)
        if frontier.size > size:
            copy.looks(size)
        copy.size, copy.seen = frontier.size, timezone.now()
        copy.save()
    return taken


def key_of(neighbour: Neighbour) -> str:
    """The vkey that signs their record, as far as we have followed it."""
    found = Copy.objects.filter(pk=neighbour.pk).values_list("key", flat=True).first()
    return found or str(neighbour.log)


def _offered(neighbour: Neighbour) -> str:
    """The checkpoint up to which their entries are taken: the newest, or the newest that those have cosigned who
    must, where a policy says so. Raises Silent, Unwitnessed, NoteFault."""
    if not settings.NEIGHBOUR_POLICY:
        return protocol.checkpoint(neighbour)
    policy = read(Path(settings.NEIGHBOUR_POLICY).read_text())
    signed = protocol.witnessed(neighbour)
    if not policy.is_met(Note.read(signed)):
        raise Unwitnessed(neighbour.main)
    return signed


def _is_by_another_key(signed: str, known: note.Verifier) -> bool:
    """Whether a note bears the log's name, and a key of it that we do not know (yet)."""
    by = [raw[:4] for name, raw in Note.read(signed).signatures if name == known.name]
    return bool(by) and known.key_id not in by


def _followed(vkey: str, signed: str, entries: list[dict[str, Any]]) -> str:
    """The key that signed a checkpoint, where entries lead to it that both keys signed. Raises NoteFault."""
    turns = [body for body in entries if body["kind"] == "manage"]
    for body in turns:
        try:
            after = body["data"]["key_after"]
            if succession.leads(vkey, after, turns):
                note.open_checkpoint(signed, note.Verifier.from_vkey(after))
                return str(after)
        except (KeyError, TypeError, AttributeError, note.NoteFault):
            continue
    raise note.NoteFault(_("it is signed by another key than before, and no entry says so"))


def _told_apart(neighbour: Neighbour, point: note.Checkpoint, size: int, root: bytes) -> None:
    """Raises Silent unless they really signed another beginning than the one that is held here.

    At one size, two roots say so. Where theirs has grown, somebody on the way may have changed what came: so
    all hashes of their tree are asked for, which come to the root they signed, or are of no weight.
    """
    if point.size == size:
        return
    whole, beginning = Frontier(), b""
    for leaves in protocol.leaves(neighbour, point.size):
        for leaf in leaves:
            if whole.size == size:
                beginning = whole.root()
            whole.add(leaf)
    if whole.root() != point.root or beginning == root:
        raise Silent("entries that are not those signed")


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
        except (ValueError, TypeError, KeyError, RecursionError):
            fits = False
        if not fits:
            raise Silent(f"entry {n}")
        if (body.get("kind"), body.get("step")) == ("manage", "change_key") or body.get(
            "kind"
        ) == "neighbour":
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
    """Store what lies beside their entries. Raises Silent, NotKnown: where some of it is missing, or is not what
    an entry's hash says, nothing after it is taken, so that no line that fails leaves a gap for ever."""
    copy = Copy.objects.get(pk=neighbour.pk)
    for start, stop, said in protocol.words(neighbour, copy.worded, copy.size):
        with transaction.atomic():
            if not hold(neighbour):
                return
            with elsewhere.reading(neighbour.there, only=False):
                _keep(start, stop, said)
            copy.worded = stop
            copy.save(update_fields=["worded"])


def _keep(start: int, stop: int, said: dict[int, dict[str, Any]]) -> None:
    with connection.cursor() as cursor:
        bodies = cursor.execute(
            "SELECT number, body FROM ledger_entry WHERE log = %s AND number >= %s AND number < %s"
            f" AND body LIKE '%%{{\"{MARK}\":%%' ORDER BY number",
            [log.MAIN, start, stop],
        ).fetchall()
        rows = []
        for number, body in bodies:
            kept = dict(_true(number, json.loads(body), said.get(number, {})))
            if kept:
                rows.append((log.MAIN, number, json.dumps(kept, ensure_ascii=False)))
        cursor.executemany(
            "INSERT INTO ledger_words (log, number, data) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            rows,
        )


def _true(number: int, body: dict[str, Any], said: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """What stands at each place that has a hash: text and salt; None where it was struck. What is kept back
    (False) is left out. Raises Silent."""
    for path in missing(body):
        words: Any = said.get(path, ())
        if words in (None, False):
            if words is None:
                yield path, None
            continue
        try:
            salt, text = words
            right = at(body, path) == {MARK: hash_of(salt, text)}
        except (ValueError, TypeError, AttributeError):
            right = False
        if not right:
            raise Silent(f"words of entry {number}")
        yield path, [salt, text]


__all__ = ["Forked", "Shorter", "Silent", "hold", "take", "take_words"]
