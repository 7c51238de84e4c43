"""A record under another key, or under another name: how that is written and how it is checked.

Whoever holds a checkpoint under the first key can follow to the newest: each change names the keys
before and after, and is signed by both (`statement`).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.db import connection

from pilin.wording.saying import say

from . import keys, note
from .tree import Frontier


def statement(before: str, after: str, size: int) -> bytes:
    """What both keys sign: their vkeys, and how many entries there were."""
    return f"pilin-key-change-v1\n{before}\n{after}\n{size}\n".encode()


def sign_anew(key: Ed25519PrivateKey) -> None:
    """Pin every log to this key, and sign its checkpoint with it. Runs inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, size, frontier, generation FROM ledger_log ORDER BY name FOR UPDATE"
        )
        for log, size, frontier, generation in cursor.fetchall():
            verifier = note.verifier_of(keys.origin(log, generation), key)
            root = Frontier.from_bytes(size, bytes(frontier)).root()
            signed = note.sign(note.Checkpoint(verifier.name, size, root), key, verifier)
            cursor.execute(_PIN, [verifier.vkey, signed if size else "", generation, log])


def begin_successor(log: str) -> None:
    """The log goes on under the name of its next generation. Runs inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO ledger_log (name) VALUES (%s) ON CONFLICT DO NOTHING", [log])
        cursor.execute(
            "SELECT size, frontier, generation FROM ledger_log WHERE name = %s FOR UPDATE", [log]
        )
        size, frontier, generation = cursor.fetchone()
        verifier = keys.verifier(log, generation + 1)
        root = Frontier.from_bytes(size, bytes(frontier)).root()
        signed = note.sign(note.Checkpoint(verifier.name, size, root), keys.signing_key(), verifier)
        cursor.execute(_PIN, [verifier.vkey, signed if size else "", generation + 1, log])


_PIN = "UPDATE ledger_log SET vkey = %s, checkpoint = %s, generation = %s WHERE name = %s"


def changes(log: str) -> Iterator[dict[str, Any]]:
    """The entries that change the key or the name, in their order; read without being checked."""
    with connection.cursor() as cursor:
        rows = cursor.execute(
            "SELECT body FROM ledger_entry WHERE log = %s AND (body LIKE %s OR body LIKE %s)"
            " ORDER BY number",
            [log, '%"step":"change_key"%', '%"step":"succeed"%'],
        ).fetchall()
    return (json.loads(body) for (body,) in rows)


def faults(log: str, entries: Iterable[dict[str, Any]], vkey: str) -> Iterator[tuple[int, str]]:
    """By number of an entry, what is wrong with the way from the first key to `vkey`, the newest."""
    last: tuple[int, str, str] | None = None
    for body in entries:
        said, number = body["data"], body["number"]
        if body["step"] == "succeed":
            if last and any(lost["log"] == log for lost in said["logs"]):
                last = number, last[1], last[2]
            continue
        before, after = said["key_before"], said["key_after"]
        if last and last[2] != _key(before):
            yield number, say("the key before it is not the one changed to last")
        last = number, before, _key(after)
        signed = statement(before, after, number)
        for name, by in (("by_before", before), ("by_after", after)):
            if not _holds(by, said[name], signed):
                yield number, say("the change of the key is not signed by {which}", which=by)
    if last and vkey and last[2] != _key(vkey):
        yield last[0], say("the record is signed by another key than the one changed to")


def leads(before: str, after: str, entries: Iterable[dict[str, Any]]) -> bool:
    """Whether entries that both keys signed lead from one key to the other."""
    key = _key(before)
    for body in entries:
        said = body["data"]
        if body["step"] != "change_key" or _key(said["key_before"]) != key:
            continue
        signed = statement(said["key_before"], said["key_after"], body["number"])
        if all(
            _holds(said[f"key_{one}"], said[f"by_{one}"], signed) for one in ("before", "after")
        ):
            key = _key(said["key_after"])
    return key == _key(after)


def _key(vkey: str) -> str:
    """The key itself: names change with a successor."""
    return vkey.split("+", 2)[-1]


def _holds(vkey: str, signature: str, said: bytes) -> bool:
    try:
        public = note.Verifier.from_vkey(vkey).public
        Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(signature), said)
    except (InvalidSignature, ValueError):
        return False
    return True
