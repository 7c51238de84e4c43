"""What a ballot may say, by the shape of what is voted on."""

from __future__ import annotations

from collections.abc import Collection, Iterable

STANCE, APPROVAL = "stance", "approval"
STANCES = ("1", "0", "-1")
NONE = "none"  # an approval that names nothing


def choice_of(shape: str, said: Iterable[str]) -> str | None:
    """The choice as it is kept; None where it is none of this shape (whatever the items)."""
    words = list(said)
    if shape == STANCE:
        return words[0] if len(words) == 1 and words[0] in STANCES else None
    if not all(w.isascii() and w.isdigit() and len(w) < 7 for w in words):
        return None
    numbers = sorted({int(w) for w in words})
    return (",".join(map(str, numbers)) or NONE) if len(numbers) == len(words) else None


def picks(choice: str) -> list[int]:
    """The items an approval names."""
    return [] if choice == NONE else [int(n) for n in choice.split(",")]


def fits(shape: str, item: int, choice: str, items: Collection[int]) -> bool:
    """Whether what is voted on is there."""
    if shape == STANCE:
        return item in items and choice in STANCES
    return item == 0 and all(n in items for n in picks(choice))


def too_many(shape: str, choice: str, most: int) -> bool:
    """Whether an approval names more than it may."""
    return shape == APPROVAL and len(picks(choice)) > most


def counted(shape: str, item: int, choice: str) -> list[tuple[int, str]]:
    """What a ballot adds one to: (item, choice)."""
    return [(item, choice)] if shape == STANCE else [(n, "1") for n in picks(choice)]
