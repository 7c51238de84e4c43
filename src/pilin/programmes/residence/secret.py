"""Numbers of documents and codes as they are kept: HMAC-SHA256 under a key in the data folder.

Numbers of documents can be guessed: a bare hash of one could be tried out by whoever has the
database. The key lies beside that of the ledger, outside the database and its dumps.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import os
import secrets
import tempfile
from datetime import date
from pathlib import Path

from django.conf import settings

#: Letters and digits of codes: none that is taken for another.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LENGTH = 10


def path() -> Path:
    return Path(settings.DATA) / "keys" / "residents.key"


@functools.lru_cache(maxsize=4)
def _key(_folder: object) -> bytes:
    target = path()
    if not target.exists():
        _make(target)
    key = target.read_bytes()
    if len(key) != 32:
        raise TypeError(f"{target} holds no key of 32 bytes")
    return key


def _make(target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=target.parent)  # mode 0600
    with os.fdopen(handle, "wb") as out:
        out.write(secrets.token_bytes(32))
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(temporary, target)  # fails where another process was first: then its key counts
    except FileExistsError:
        pass
    finally:
        os.unlink(temporary)


def _hmac(*parts: str) -> str:
    return hmac.new(_key(settings.DATA), "\0".join(parts).encode(), hashlib.sha256).hexdigest()


def of_number(number: str) -> str:
    """64 hexadecimal digits that stand for a document, wherever its holder lives."""
    return _hmac("document", number)


def of_resident(number: str, birth: date, place: int) -> str:
    """64 hexadecimal digits that stand for a row of a register."""
    return _hmac("resident", number, birth.isoformat(), str(place))


def of_code(code: str) -> str:
    """The same, of a code as somebody typed it: spaces, dashes and small letters do not matter."""
    return _hmac("code", "".join(c for c in code.upper() if c in ALPHABET)[: LENGTH * 2])


def new_code() -> str:
    """Ten letters and digits (49 bits), in two groups."""
    word = "".join(secrets.choice(ALPHABET) for _n in range(LENGTH))
    return f"{word[:5]}-{word[5:]}"
