"""What a ballot may say, by the shape of what is voted on."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

STANCE, APPROVAL = "stance", "approval"
STANCES = ("1", "0", "-1")
NONE = "none"  # an approval that names nothing


class Choice(NamedTuple):
    """A choice as it is kept, and the items an approval names."""

    text: str
    picks: tuple[int, ...] = ()


@lru_cache(maxsize=4096)
def choice_of(shape: str, said: tuple[str, ...]) -> Choice | None:
    """None where it is none of this shape (whatever the items)."""
    if shape == STANCE:
        return Choice(said[0]) if len(said) == 1 and said[0] in STANCES else None
    if not all(w.isascii() and w.isdigit() and len(w) < 7 for w in said):
        return None
    numbers = sorted({int(w) for w in said})
    text = ",".join(map(str, numbers)) or NONE
    return Choice(text, tuple(numbers)) if len(numbers) == len(said) else None


def picks(text: str) -> list[int]:
    """The items an approval names, from how it is kept."""
    return [] if text == NONE else [int(n) for n in text.split(",")]


def fits(shape: str, item: int, choice: Choice, items: frozenset[int]) -> bool:
    """Whether what is voted on is there."""
    if shape == STANCE:
        return item in items
    return item == 0 and items.issuperset(choice.picks)


@lru_cache(maxsize=4096)
def counted(shape: str, item: int, text: str) -> list[tuple[int, str]]:
    """What a ballot kept as `text` adds one to: (item, choice)."""
    return [(item, text)] if shape == STANCE else [(n, "1") for n in picks(text)]
