"""What minutes come to: rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

REQUIREMENT, DECISION = "requirement", "decision"
#: Characters of what is to be done.
LONGEST = 200


@dataclass(frozen=True)
class Row:
    """Something decided, or required. `leads` and `helpers` are offices as the register calls them, or as the
    text does; `due` and `workdays` as `days.By`; the sentence lies from `start` to `end` of the text."""

    kind: str
    sentence: str
    what: str
    start: int
    end: int
    leads: tuple[str, ...] = ()
    helpers: tuple[str, ...] = ()
    due: date | None = None
    workdays: int | None = None
    due_words: str = ""
