"""Words that stand beside an entry: it carries the salted hash of each, so that they can be struck.

In the entry, a text that somebody wrote is replaced by {"~": HASH}, HASH being base64url of SHA-256 over
16 bytes of salt and the text in UTF-8. Salt and text lie in `ledger_words`, one row an entry, by where
the text stands ("data.text", "data.statements.0"). Each has a salt of its own: once it is struck, nobody
can find out by guessing what it was. A text struck is kept as null there. Of entries from before there
were words beside them the texts stand inside, for ever; struck, they are masked when they are read.
"""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from copy import deepcopy
from hashlib import sha256
from typing import Any

from django.db import connection
from pydantic_core import from_json

from pilin.wording.saying import say

from .asking import Ask

#: What is read in place of a text that was struck: no letter, so that nothing is found by it.
STRUCK = "■■■■"
#: The key in an entry of what stands in place of a text.
MARK = "~"
_IN_TEXT = f'{{"{MARK}":'

Beside = dict[str, tuple[str, str]]  # salt in hex, and the text, by where it stands


def hash_of(salt: str, text: str) -> str:
    return hash_with(bytes.fromhex(salt), text.encode())


def hash_with(salt: bytes, text: bytes) -> str:
    return urlsafe_b64encode(sha256(salt + text).digest())[:-1].decode()  # 32 bytes end in one "="


def lay_beside(body: Mapping[str, Any], texts: Mapping[str, str]) -> tuple[dict[str, Any], Beside]:
    """The body with hashes in place of these of its texts, and what lies beside it."""
    bare = deepcopy(dict(body))
    beside: Beside = {}
    for path, text in texts.items():
        salt = secrets.token_hex(16)
        beside[path] = salt, text
        _put(bare, path, {MARK: hash_of(salt, text)})
    return bare, beside


def put_back(body: dict[str, Any], text: str, beside: str | None) -> dict[str, Any]:
    """The body as it is read: with the words that lie beside it, and what was struck masked.

    `text` is the entry as it is stored, `beside` the row of `ledger_words`, as JSON.
    """
    for path, said in (from_json(beside) if beside else {}).items():
        _put(body, path, STRUCK if said is None else said[1])
    if _IN_TEXT in text:
        for path in list(missing(body)):
            _put(body, path, STRUCK)
    return body


def are_inside(text: str, beside: str | None) -> bool:
    """Whether words of an entry were struck that stand in the entry itself, so in every copy of it."""
    return bool(beside) and ":null" in str(beside).replace(" ", "") and _IN_TEXT not in text


def missing(value: Any, at: str = "") -> Iterator[str]:
    """Where a hash stands in place of a text."""
    if isinstance(value, dict):
        if value.keys() == {MARK}:
            yield at
            return
        for name, inner in value.items():
            yield from missing(inner, f"{at}.{name}" if at else name)
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            yield from missing(inner, f"{at}.{n}")


def at(body: Mapping[str, Any], path: str) -> Any:
    """What stands there; None where there is no such place."""
    found: Any = body
    for name in path.split("."):
        try:
            found = found[int(name)] if isinstance(found, list) else found[name]
        except (KeyError, IndexError, ValueError, TypeError):
            return None
    return found


def _put(body: dict[str, Any], path: str, value: Any) -> None:
    *way, last = path.split(".")
    found: Any = body
    for name in way:
        found = found[int(name)] if isinstance(found, list) else found[name]
    found[int(last) if isinstance(found, list) else last] = value


def keeping(log: str, number: int, beside: Beside) -> Ask:
    return Ask(_KEEP, [log, str(number), json.dumps(beside, ensure_ascii=False)])


def row_of(log: str, number: int) -> dict[str, Any]:
    """What lies beside an entry, null where it was struck; {} for nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT data FROM ledger_words WHERE log = %s AND number = %s", [log, number]
        )
        row = cursor.fetchone()
    found: dict[str, Any] = json.loads(row[0]) if row else {}
    return found


def salts_of(log: str, path: str) -> dict[int, str]:
    """The salt of what lies at `path` beside each entry of a log, by number; without what was struck."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, data::json -> %s ->> 0 FROM ledger_words WHERE log = %s", [path, log]
        )
        return {number: salt for number, salt in cursor.fetchall() if salt}


def strike(log: str, number: int, paths: list[str]) -> None:
    """Destroy these words of an entry, with their salts; for good, in this database."""
    left = {**row_of(log, number), **dict.fromkeys(paths)}
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_words WHERE log = %s AND number = %s", [log, number])
        cursor.execute(_KEEP_WORDS, [log, number, json.dumps(left, ensure_ascii=False)])


_KEEP = "INSERT INTO ledger_words (log, number, data) VALUES ($1, $2::bigint, $3)"
_KEEP_WORDS = "INSERT INTO ledger_words (log, number, data) VALUES (%s, %s, %s)"
#: A column of a question about `ledger_entry e`: what lies beside it.
BESIDE = "(SELECT data FROM ledger_words w WHERE w.log = e.log AND w.number = e.number)"


def faults(body: dict[str, Any], beside: str | None, struck: frozenset[str]) -> Iterator[str]:
    """What is wrong with the words of an entry, of which `struck` are those that a later entry struck.

    `body` is the entry as it is stored.
    """
    kept: dict[str, Any] = json.loads(beside) if beside else {}
    for path, said in kept.items():
        stands = at(body, path)
        if said is None and path not in struck:
            yield say("its words at {path} are gone, and no entry struck them", path=path)
        elif said is not None and stands != {MARK: hash_of(*said)}:
            yield say("its words at {path} were changed", path=path)
    for path in missing(body):
        if path not in kept and path not in struck:
            yield say("its words at {path} are missing", path=path)
