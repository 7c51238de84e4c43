"""When two spellings are one name: of owners, units, places, organisations, accounts.

`identity` is what keys are compared by; what is shown keeps the spelling of whoever wrote it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from .text import IGNORABLE, code_point

#: Hyphens, dashes and the minus sign, which look alike (NFKC has made the full-width ones ASCII).
_DASHES = re.compile("[\u2010-\u2015\u2212\u2043]")
_HAN = "\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
#: Spaces that say nothing: beside a Chinese character, and beside a dash.
_IDLE = re.compile(rf"(?<=[{_HAN}-])\s+|\s+(?=[{_HAN}-])")


def identity(text: str) -> str:
    """The same for spellings that differ in width, case, spaces, dashes or invisible characters alone.

    NFKC (UAX #15) and case folding, characters that are drawn as nothing taken out, dashes made one,
    spaces one, or none beside a Chinese character, a dash or the edge.
    """
    seen = IGNORABLE.sub("", unicodedata.normalize("NFKC", text))
    folded = unicodedata.normalize("NFKC", seen.casefold())
    dashed = _DASHES.sub("-", folded)
    return _IDLE.sub("", " ".join(dashed.split()))


def difference(one: str, other: str) -> str:
    """The code points by which two spellings of one name differ: "U+3000", "U+FF10 / U+0030"."""
    ours, theirs = ([c for c in a if c not in b] for a, b in ((one, other), (other, one)))
    apart = [" ".join(map(code_point, dict.fromkeys(chars))) for chars in (ours, theirs)]
    if not any(apart):  # the same characters, in other numbers or places
        odd = [c for c in one + other if c.isspace() or IGNORABLE.match(c) or not c.isalnum()]
        apart = [" ".join(map(code_point, dict.fromkeys(odd))), ""]
    return " / ".join(filter(None, apart))


def twins(texts: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of spellings that are one name, each with the first of its kind."""
    first: dict[str, str] = {}
    found = []
    for text in texts:
        before = first.setdefault(identity(text), text)
        if before != text:
            found.append((before, text))
    return found
