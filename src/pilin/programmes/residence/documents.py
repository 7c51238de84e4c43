"""Numbers of identity documents of residents: 18 digits with a check digit (GB 11643)."""

from __future__ import annotations

import unicodedata
from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


class NoNumber(ValueError):
    """What is no number of a document; `why` is one of length, digits, birth, check."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def check_digit(first: str) -> str:
    """The eighteenth character, of the seventeen before it (ISO 7064, MOD 11-2)."""
    total = sum(w * int(d) for w, d in zip(_WEIGHTS, first, strict=True))
    return _CHECKS[total % 11]


def read(text: str) -> tuple[str, date]:
    """The number as it is kept, and the birth date in it. Raises NoNumber."""
    number = unicodedata.normalize("NFKC", text).upper()
    number = "".join(c for c in number if not c.isspace() and c not in "-·")
    if len(number) != 18:
        raise NoNumber("length")
    if not (number.isascii() and number[:17].isdigit()):
        raise NoNumber("digits")
    try:
        birth = date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
    except ValueError:
        raise NoNumber("birth") from None
    if number[17] != check_digit(number[:17]):
        raise NoNumber("check")
    return number, birth
