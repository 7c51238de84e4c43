"""Text as people type it: what is taken, and what is refused, everywhere alike.

Refused are controls but line breaks and tabs, surrogates, noncharacters, and what overrides the direction
of reading; told by code point, so that characters newer than the Unicode tables at hand are taken. Line
ends are made one before anything is counted. Where something must be said, a visible character must be
there.
"""

from __future__ import annotations

import re
import unicodedata

#: C0 and C1 controls but tab and line feed (a carriage return is gone by then), surrogates, the 66
#: noncharacters (Unicode 16.0, section 23.7), overrides and isolates of direction (UAX #9).
_BAD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17))
    + "\u202a-\u202e\u2066-\u2069]"
)
#: What is drawn as nothing though it is no space: Default_Ignorable_Code_Point (Unicode 16.0), and the
#: braille pattern without dots.
IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)


def lines_alike(text: str) -> str:
    """The text with line feeds alone at its line ends: browsers send CR LF and count LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def bad_character(text: str) -> str:
    """The first character that no text may hold; "" where there is none. Of a text with `lines_alike`."""
    found = _BAD.search(text)
    return found[0] if found else ""


def overrides_direction(char: str) -> bool:
    return "\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069"


def is_visible(text: str) -> bool:
    """Whether anything of it can be seen."""
    return any(not c.isspace() and unicodedata.category(c) != "Mn" for c in IGNORABLE.sub("", text))


def code_point(char: str) -> str:
    return f"U+{ord(char):04X}"
