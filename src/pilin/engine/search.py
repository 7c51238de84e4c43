"""Search that finds Chinese words inside sentences, without a dictionary.

Chinese text is cut into every pair of neighbouring characters, other text into words. A query is
cut the same way and all its pieces must be there, so 秸秆 is found inside 水稻秸秆焚烧; a dictionary
would miss names of villages and new words. PostgreSQL keeps the pieces in a tsvector.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import opencc

from pilin.wording.text import IGNORABLE

_HAN = r"㐀-鿿豈-﫿\U00020000-\U0003ffff"
_RUNS = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")


class _Simplified(dict[int, str]):
    """Each character in Simplified Chinese, as OpenCC has it; by itself, so that a query of one finds
    it in whatever word it stands."""

    def __missing__(self, code: int) -> str:
        found: str = _OPENCC.convert(chr(code))
        self[code] = found
        return found


_OPENCC = opencc.OpenCC("t2s")
_SIMPLIFIED = _Simplified()


def folded(text: str) -> str:
    """The same for what differs alone in width, case, invisible characters, or Traditional from
    Simplified: 5G, ５Ｇ and 5g; 橋 and 桥."""
    seen = IGNORABLE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    return seen if seen.isascii() else seen.translate(_SIMPLIFIED)


def _is_chinese(run: str) -> bool:
    return ord(run[0]) >= 0x3400


def grams(text: str) -> list[str]:
    """Pieces of `text` to index: pairs and single characters of Chinese, words of the rest."""
    pieces: dict[str, None] = {}
    for run in _RUNS.findall(folded(text)):
        if _is_chinese(run):
            pieces.update(dict.fromkeys(run))
            pieces.update(dict.fromkeys([a + b for a, b in pairwise(run)]))
        else:
            pieces[run[:60]] = None
    return list(pieces)


def as_vector(pieces: Iterable[str]) -> str:
    """Pieces as PostgreSQL reads a tsvector: there are no quotes in them."""
    joined = "' '".join(pieces)
    return f"'{joined}'" if joined else ""


def query(text: str) -> str:
    """A tsquery of which every piece must match; "" where there is nothing to look for."""
    pieces: dict[str, None] = {}
    for run in _RUNS.findall(folded(text)):
        if _is_chinese(run) and len(run) > 1:
            pieces.update(dict.fromkeys([a + b for a, b in pairwise(run)]))
        else:
            pieces[run[:60] if _is_chinese(run) else run[:60] + ":*"] = None
    return " & ".join(_quote(p) for p in list(pieces)[:24])


def _quote(piece: str) -> str:
    word, star = (piece[:-2], ":*") if piece.endswith(":*") else (piece, "")
    return f"'{word}'{star}"


def texts(value: object) -> Iterator[str]:
    """Every text inside an entry's data, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def text_of(title: str, data: object) -> str:
    """What a matter is found by: its title and what was said when it was raised."""
    return " ".join(dict.fromkeys((title, *texts(data))))[:20_000]


def found_by(data: object, files: Sequence[Mapping[str, Any]]) -> list[str]:
    """The pieces of what a later entry says: sentences and names of files, no codes or days."""
    said = [*texts(data), *(str(file["name"]) for file in files)]
    return grams(" ".join(dict.fromkeys(filter(_is_said, said)))[:20_000])


def _is_said(text: str) -> bool:
    """Whether it is something somebody wrote: pseudonyms, days and words of forms are one ASCII word."""
    return " " in text or not text.isascii()


def excerpt(said: Iterable[str], asked: str, around: int = 36) -> list[tuple[str, bool]]:
    """The longest text that holds what was asked, cut to `around` characters each side of it.

    Gives pieces of it with whether each is what was asked; [] where no text holds a run of it.
    """
    runs = sorted(_RUNS.findall(folded(asked)), key=len, reverse=True)
    longest = sorted(said, key=len, reverse=True)  # sentences before names
    for run in runs:
        for text in longest:
            if found := _find(run, text):
                at, end = found
                first, last = max(at - around, 0), min(end + around, len(text))
                before = ("…" if first else "") + text[first:at]
                after = text[end:last] + ("…" if last < len(text) else "")
                return [(before, False), (text[at:end], True), (after, False)]
    return []


def _find(run: str, text: str) -> tuple[int, int] | None:
    """Where a folded run stands in a text as it is written: from, to."""
    places = [n for n, char in enumerate(text) for _letter in folded(char)]
    at = "".join(map(folded, text)).find(run)
    return (places[at], places[at + len(run) - 1] + 1) if at >= 0 else None


def similarity(a: str, b: str) -> float:
    """Dice coefficient of the pieces of two texts, 0 to 1 (Dice 1945)."""
    left, right = set(grams(a)), set(grams(b))
    return 2 * len(left & right) / (len(left) + len(right)) if left and right else 0.0
