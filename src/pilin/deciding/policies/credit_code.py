"""Unified social credit codes (GB 32100-2015): 18 characters, of which the last checks the others."""

from __future__ import annotations

from pilin.wording.identity import identity

#: Digits and letters without I, O, S, V and Z, by their value.
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = tuple(pow(3, n, 31) for n in range(17))


def code_of(text: str) -> str:
    """A code as it is kept: capitals, without blanks. "" for what is none: its last character says so."""
    code = identity(text).replace(" ", "").replace("-", "").upper()
    if len(code) != 18 or any(c not in LETTERS for c in code):
        return ""
    return code if check_character(code[:17]) == code[17] else ""


def check_character(first: str) -> str:
    """The last character of a code of which these are the first seventeen."""
    total = sum(LETTERS.index(c) * w for c, w in zip(first, WEIGHTS, strict=True))
    return LETTERS[(31 - total % 31) % 31]
