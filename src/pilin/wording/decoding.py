"""Bytes of a text file → text, in the encodings that offices' programs write.

UTF-8 with or without its mark, UTF-16 with its mark or plainly so, and GB 18030, of which GBK and GB 2312
are parts and which Chinese Excel writes as "CSV". UTF-8 is told by its form, which chance seldom gives
(RFC 3629), and GB 18030 must decode whole. A handful of Chinese characters alone may have that form: 一
in GB 18030 is a letter of Bashkir in UTF-8. Where a text has letters of that kind, it is GB 18030.
"""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from pathlib import Path

from .saying import say

#: Letters that nobody here writes, with the form of common Chinese characters in GB 18030; and what
#: takes three bytes in UTF-8 or more, whose form those do not have.
_SELDOM = re.compile("[\u0460-\u058f]")
_WIDER = re.compile("[\u0800-\U0010ffff]")


class Undecodable(ValueError):
    """None of the encodings fits; its words say how to save the file."""

    def __str__(self) -> str:
        return say(
            "the characters of this file cannot be read: please save it once more as “CSV UTF-8”"
        )


def decode(raw: bytes) -> str:
    """The text, without its mark. Raises Undecodable."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if raw.startswith(mark):
            return _strict(raw[len(mark) :], encoding)
    if wide := _wide(raw):
        return _strict(raw, wide)
    try:
        text = _strict(raw, "utf-8")
    except Undecodable:
        return _strict(raw, "gb18030")
    if _SELDOM.search(text) and not _WIDER.search(text):
        with suppress(Undecodable):
            return _strict(raw, "gb18030")
    return text


def _strict(raw: bytes, encoding: str) -> str:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        raise Undecodable from None
    if "\0" in text:
        raise Undecodable
    return text


def _wide(raw: bytes) -> str:
    """UTF-16 without a mark: one byte of its line ends, separators and digits is nought, always the
    same of the two; of Chinese characters seldom either."""
    start = raw[:4096]
    if len(start) < 4 or len(raw) % 2:
        return ""
    odd, even = start[1::2].count(0), start[0::2].count(0)
    if odd == even:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def read(path: Path) -> str:
    """The text of a file. Raises Undecodable, OSError."""
    return decode(path.read_bytes())
