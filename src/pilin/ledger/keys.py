"""The key that signs checkpoints: made before the first entry, kept in the data folder.

Once something is signed, no other is ever made in its place without being told to (`rotation.py`).
"""

from __future__ import annotations

import functools
import os
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.db import connection

from .note import Verifier, verifier_of
from .refusing import KeyMissing


def path() -> Path:
    return Path(settings.KEYS) / "ledger.pem"


def next_path() -> Path:
    """Where the key lies that the record is to be signed with from the next moment on."""
    return path().with_name("ledger.next.pem")


def signing_key() -> Ed25519PrivateKey:
    """The key in the data folder. Two processes that start at once end with the same one.

    Raises KeyMissing.
    """
    return _load(settings.KEYS)


@functools.lru_cache(maxsize=4)
def _load(_folder: object) -> Ed25519PrivateKey:
    target = path()
    if not target.exists():
        if _is_in_use():
            raise KeyMissing(target)
        make(target)
    return read(target)


def _is_in_use() -> bool:
    """Whether anything is signed already."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM ledger_log WHERE checkpoint <> '')")
        return bool(cursor.fetchone()[0])


def read(target: Path) -> Ed25519PrivateKey:
    key = load_pem_private_key(target.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{target} holds no Ed25519 key")
    return key


def make(target: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    write_once(target, pem)


def write_once(target: Path, content: bytes) -> None:
    """A private file that is whole or not there; where another process was first, its content counts."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=target.parent)  # mode 0600
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(temporary, target)  # fails where another process was first
    except FileExistsError:
        pass
    finally:
        os.unlink(temporary)


def origin(log: str, generation: int = 1) -> str:
    """The name of a log to the world; of its successors, where it lost its end, with their number."""
    name = f"{settings.ORIGIN}/{log}"
    return name if generation == 1 else f"{name}/{generation}"


@functools.lru_cache(maxsize=64)
def _verifier(name: str, _folder: object) -> Verifier:
    return verifier_of(name, signing_key())


def verifier(log: str, generation: int | None = None) -> Verifier:
    """Who signs a log; of this generation, or of the one it is in."""
    generation = _generation(log) if generation is None else generation
    return _verifier(origin(log, generation), settings.KEYS)


def _generation(log: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT generation FROM ledger_log WHERE name = %s", [log])
        row = cursor.fetchone()
    return int(row[0]) if row else 1


def forget() -> None:
    """Read the key again when it is needed next; finish a change of it that was decided already."""
    _load.cache_clear()
    _verifier.cache_clear()


def take_next(vkey: str) -> None:
    """The record is signed by the next key: put it in the place of the one before.

    Whoever changed the key may have been killed before; nothing happens where it is another.
    """
    waiting = next_path()
    if waiting.exists():
        name = vkey.split("+", maxsplit=1)[0]
        if verifier_of(name, read(waiting)).vkey == vkey:
            waiting.replace(path())
            forget()
