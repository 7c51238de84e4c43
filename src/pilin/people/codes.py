"""Codes that people are handed and type in: to sign up, to show where they live."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import NamedTuple


class Made(NamedTuple):
    """A batch: the entry that made it, and its codes, which nobody can be shown again."""

    entry: int
    codes: Sequence[str]


#: Letters and digits, none of which is taken for another.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LENGTH = 10


def new() -> str:
    """Ten letters and digits (49 bits), in two groups."""
    word = "".join(secrets.choice(ALPHABET) for _n in range(LENGTH))
    return f"{word[:5]}-{word[5:]}"


def plain(typed: str) -> str:
    """A code as it is compared: spaces, dashes and small letters do not matter."""
    return "".join(sign for sign in typed.upper() if sign in ALPHABET)[: LENGTH * 2]
