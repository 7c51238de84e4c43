"""An entry as text: canonical JSON, and the hash of its sealed part."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import rfc8785


def canonical(value: Any) -> bytes:
    """RFC 8785 canonical JSON.

    Python's own encoder writes the same bytes, ten times as fast, for everything an entry holds:
    text, whole numbers, lists, objects whose keys are ASCII. The rest goes the long way.
    """
    if _is_plain(value):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return rfc8785.dumps(value)


def _is_plain(value: Any) -> bool:
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is dict:
        for name, inner in value.items():  # a loop: every entry goes through here
            if type(name) is not str or not name.isascii():
                return False
            if type(inner) is not str and not _is_plain(inner):
                return False
        return True
    if kind is list or kind is tuple:
        return all(map(_is_plain, value))
    return kind is int and -(2**53) < value < 2**53


def seal_of(salt: bytes, data: str) -> str:
    """Hex SHA-256 over the salt (32 bytes) and the sealed part's canonical JSON."""
    return hashlib.sha256(salt + data.encode()).hexdigest()
