"""Numbers of GS1 as far as they can be checked by themselves, and the address they make.

GS1 General Specifications 7.9 (check digit); GS1 Digital Link URI Syntax 1.2, 4: /01/GTIN/10/lot?17=YYMMDD.
"""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import quote

LENGTHS = (8, 12, 13, 14)
#: Of a lot, in the number and in the address (AI 10: up to 20 characters of CSET 82).
LONGEST_LOT = 20
_LOT = re.compile(r"""[!"%-?A-Z_a-z]{1,20}""", re.ASCII)


def gtin14(text: str) -> str:
    """A GTIN-8, -12, -13 or -14 as 14 digits; "" where it is none: its last digit is worked out of the others."""
    digits = "".join(text.split()).replace("-", "")
    if not digits.isascii() or not digits.isdigit() or len(digits) not in LENGTHS:
        return ""
    whole = digits.zfill(14)
    total = sum(int(digit) * (3 if n % 2 == 0 else 1) for n, digit in enumerate(whole[:-1]))
    return whole if (10 - total % 10) % 10 == int(whole[-1]) else ""


def is_lot(text: str) -> bool:
    """Whether a lot's number can stand in an element of GS1."""
    return _LOT.fullmatch(text) is not None


def digital_link(gtin: str, lot: str, best: date | None = None) -> str:
    """The path of a lot's page, as a scanner of GS1 reads it."""
    until = f"?15={best:%y%m%d}" if best else ""
    return f"/01/{gtin}/10/{quote(lot, safe='')}{until}"
