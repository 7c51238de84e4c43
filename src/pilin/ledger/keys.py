"""The key that signs checkpoints: made at first use, kept in the data folder."""

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

from .note import Verifier, verifier_of


def path() -> Path:
    return Path(settings.DATA) / "keys" / "ledger.pem"


def signing_key() -> Ed25519PrivateKey:
    """The key in the data folder. Two processes that start at once end with the same one."""
    return _load(settings.DATA)


@functools.lru_cache(maxsize=4)
def _load(_folder: object) -> Ed25519PrivateKey:
    target = path()
    if not target.exists():
        _make(target)
    key = load_pem_private_key(target.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{target} holds no Ed25519 key")
    return key


def _make(target: Path) -> None:
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


def origin(log: str) -> str:
    """The name of a log to the world."""
    return f"{settings.ORIGIN}/{log}"


@functools.lru_cache(maxsize=16)
def verifier(log: str) -> Verifier:
    return verifier_of(origin(log), signing_key())
