"""What the operator does with the record's name, key and end: each is an entry, signed and public."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from functools import partial
from typing import Any

import psycopg
from django.db import connection, transaction
from django.utils.translation import gettext as _

from pilin.engine.act import act
from pilin.engine.rebuild import rebuild
from pilin.intake import marking
from pilin.ledger import ends, filling, keys, log, note, pins, succession
from pilin.ledger.refusing import Refuses, Shorter
from pilin.people.actor import HOUSE


class Cannot(Exception):
    """It cannot be done, and why."""


def status() -> Iterator[tuple[str, int, str, int]]:
    """Of each log its name, its entries, who signs it, and how many entries are known outside."""
    with connection.cursor() as cursor:
        rows = cursor.execute("SELECT name, size, vkey FROM ledger_log ORDER BY 1").fetchall()
    for name, size, vkey in rows:
        yield name, size, vkey, ends.entries(name)


def rotate(reason: str) -> int:
    """Sign the record with a new key from now on; gives the entry that says so, signed by both.

    Killed on the way, it has happened or has not: the next key waits in a file of its own, and takes its
    place once the record is signed with it. Raises Cannot, Refuses.
    """
    if not keys.next_path().exists():
        keys.make(keys.next_path())
    with transaction.atomic():
        head = log.lock(log.MAIN)
        if not head.size:
            raise Cannot(_("Nothing is recorded yet: there is no key to change."))
        following = keys.read(keys.next_path())
        before, after = head.verifier, note.verifier_of(head.verifier.name, following)
        said = succession.statement(before.vkey, after.vkey, head.size)
        entry = act(
            HOUSE,
            "manage",
            "change_key",
            {
                "key_before": before.vkey,
                "key_after": after.vkey,
                "by_before": _signature(keys.signing_key(), said),
                "by_after": _signature(following, said),
                "reason": reason,
            },
        )
        succession.sign_anew(following)
    keys.take_next(after.vkey)
    return entry.number


def succeed(reason: str) -> int:
    """Go on without entries that were acknowledged and are lost, under another name, and say so.

    Gives the entry that declares it. Raises Cannot where nothing is missing.
    """
    lost = [fault for fault in pins.examined() if isinstance(fault, Shorter)]
    if not lost:
        raise Cannot(_("No entries are missing: the record needs no successor."))
    logs = [{"log": f.log, "kept": ends.kept(f.log), "size": f.size} for f in lost]
    with transaction.atomic():
        for fault in lost:
            succession.begin_successor(fault.log)
            ends.release(fault.log)
            transaction.on_commit(partial(ends.put_aside, fault.log))
        entry = act(HOUSE, "manage", "succeed", {"logs": logs, "reason": reason})
    return entry.number


def believe(reason: str) -> int:
    """Say in public that a backup that was brought back lacks nothing, where nobody can be asked.

    Gives the entry that says so. Raises Cannot, Refuses.
    """
    if not ends.is_unasked():
        raise Cannot(_("No backup was brought back that waits for an answer."))
    with transaction.atomic():
        size = log.size(log.MAIN)
        if size < ends.entries(log.MAIN):
            raise Shorter(log.MAIN, size, ends.entries(log.MAIN))
        ends.release(log.MAIN)
        transaction.on_commit(ends.believed)
        entry = act(HOUSE, "manage", "believe", {"size": size, "reason": reason})
    return entry.number


def fill(database: str) -> int:
    """Bring back the entries that are missing here from another database, a newer copy of this one.

    Gives how many. Raises Cannot, Refuses; then nothing was changed.
    """
    try:
        with psycopg.connect(database) as other, transaction.atomic():
            found = filling.fill(filling.Database(other))
    except psycopg.OperationalError as fault:
        raise Cannot(str(fault)) from fault
    if found:
        rebuild()
        marking.held_back()
    return found


def _signature(key: Any, said: bytes) -> str:
    return base64.b64encode(key.sign(said)).decode()


__all__ = ["Cannot", "Refuses", "believe", "fill", "rotate", "status", "succeed"]
