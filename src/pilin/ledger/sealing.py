"""The sealed part of an entry: personal, outside its hash, encrypted with a key of its own.

Keys lie in a table apart, which backups can leave out: a part whose key is gone is gone in every copy. The
entry has the salted hash of the part; the salt is encrypted along, so that a copy without the key can't be
searched by guessing. Parts from before there were keys lie open until `pilin` migrates; they read the same.
"""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection

from .asking import Ask
from .canonical import canonical, seal_of

SALT, NONCE, KEY = 32, 12, 32


def seal(log: str, number: int, part: Mapping[str, Any]) -> tuple[str, Ask]:
    """The hash of a part, for its entry, and the statement that keeps it."""
    salt, text = secrets.token_bytes(SALT), canonical(part).decode()
    key, nonce = secrets.token_bytes(KEY), secrets.token_bytes(NONCE)
    data = _closed(key, nonce, log, number, salt, text)
    return seal_of(salt, text), Ask(_KEEP, [log, str(number), nonce.hex(), data, key.hex()])


def _closed(key: bytes, nonce: bytes, log: str, number: int, salt: bytes, text: str) -> str:
    """AES-256-GCM over salt and text; it belongs to this entry and no other."""
    name = f"{log}/{number}".encode()
    return b64encode(AESGCM(key).encrypt(nonce, salt + text.encode(), name)).decode()


def opened(log: str, number: int, row: tuple[Any, Any, Any]) -> tuple[bytes, str] | None:
    """Salt and text of a stored part (salt or nonce, data, key); None where it cannot be opened."""
    salt, data, key = row
    if key is None:
        return (bytes(salt), data) if is_open(data) else None
    name = f"{log}/{number}".encode()
    try:
        found = AESGCM(bytes(key)).decrypt(bytes(salt), b64decode(data), name)
    except (InvalidTag, ValueError):
        return None
    return found[:SALT], found[SALT:].decode()


def is_open(data: str) -> bool:
    """Whether it was kept before parts were encrypted."""
    return data.startswith("{")


_KEEP = (
    "WITH k AS (INSERT INTO ledger_key (log, number, key) VALUES ($1, $2::bigint, decode($5, 'hex')))"
    " INSERT INTO ledger_sealed (log, number, salt, data)"
    " VALUES ($1, $2::bigint, decode($3, 'hex'), $4)"
)


def encrypt_open() -> int:
    """Encrypt what was kept before parts were; gives how much it was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT log, number, salt, data FROM ledger_sealed WHERE data LIKE '{%'")
        rows = cursor.fetchall()
        for log, number, salt, text in rows:
            key, nonce = secrets.token_bytes(KEY), secrets.token_bytes(NONCE)
            data = _closed(key, nonce, log, number, bytes(salt), text)
            which = [log, number]
            cursor.execute("DELETE FROM ledger_sealed WHERE log = %s AND number = %s", which)
            cursor.execute("INSERT INTO ledger_key VALUES (%s, %s, %s)", [*which, key])
            cursor.execute(
                "INSERT INTO ledger_sealed VALUES (%s, %s, %s, %s)", [*which, nonce, data]
            )
    return len(rows)
