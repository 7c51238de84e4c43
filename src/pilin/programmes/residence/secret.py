"""Numbers of documents and codes as they are kept: HMAC-SHA256 under a key in the data folder.

Numbers of documents can be guessed: a bare hash of one could be tried out by whoever has the
database. The key lies beside that of the ledger, outside the database and its dumps.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import secrets
from datetime import date
from pathlib import Path

from django.conf import settings

from pilin.ledger.keys import write_once
from pilin.ledger.refusing import KeyChanged, KeyMissing
from pilin.people import codes
from pilin.people.codes import new as new_code

from .models import KeyInUse

__all__ = ["new_code", "of_code", "of_number", "of_resident", "path"]


def path() -> Path:
    return Path(settings.KEYS) / "residents.key"


@functools.lru_cache(maxsize=4)
def _key(_folder: object) -> bytes:
    target = path()
    if not target.exists():
        if KeyInUse.objects.exists():
            raise KeyMissing(target)
        write_once(target, secrets.token_bytes(32))
    key = target.read_bytes()
    if len(key) != 32:
        raise TypeError(f"{target} holds no key of 32 bytes")
    fingerprint = hashlib.sha256(key).hexdigest()
    if not KeyInUse.objects.filter(fingerprint=fingerprint).exists():
        if KeyInUse.objects.exists():
            raise KeyChanged(target)
        KeyInUse.objects.create(fingerprint=fingerprint)
    return key


def _hmac(*parts: str) -> str:
    return hmac.new(_key(settings.KEYS), "\0".join(parts).encode(), hashlib.sha256).hexdigest()


def of_number(number: str) -> str:
    """64 hexadecimal digits that stand for a document, wherever its holder lives."""
    return _hmac("document", number)


def of_resident(number: str, birth: date, place: int) -> str:
    """64 hexadecimal digits that stand for a row of a register."""
    return _hmac("resident", number, birth.isoformat(), str(place))


def of_address(address: str) -> str:
    """32 hexadecimal digits that stand for where a visitor comes from."""
    return _hmac("address", address)[:32]


def of_code(code: str) -> str:
    """The same, of a code as somebody typed it: spaces, dashes and small letters do not matter."""
    return _hmac("code", codes.plain(code))
