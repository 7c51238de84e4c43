"""Ballots given on paper: a slip bears a number and no name, and whoever has the matter enters it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from . import news, token
from .casting import Ballot, Counted, NotCounted, cast
from .models import Ballot as Kept
from .models import Poll


def number_of(text: str) -> int | None:
    """The number on a slip, from 1 to 999,999; None where the text is none."""
    fine = text.isascii() and text.isdigit() and len(text) < 7
    return (int(text) or None) if fine else None


def enter(
    poll: Poll, number: int, said: Mapping[int, Sequence[str]], by: str
) -> list[Counted | NotCounted]:
    """Count what a slip says, by item; what its number said of these items before is replaced."""
    serial = token.serial_now()
    voter = f"slip-{number}"
    rows = [Ballot(poll.pk, voter, item, tuple(c), serial, by) for item, c in said.items()]
    told = cast(poll.pk, rows)
    news.tell(poll.pk)
    return told


def highest(poll: Poll) -> int:
    """The highest number on a slip that was entered; 0 where none was."""
    rows = Kept.objects.filter(poll=poll.pk, voter__startswith="slip-")
    return max((int(v[5:]) for v in rows.values_list("voter", flat=True).distinct()), default=0)


def entered(poll: Poll) -> int:
    """How many slips were entered."""
    rows = Kept.objects.filter(poll=poll.pk, voter__startswith="slip-")
    return rows.values("voter").distinct().count()
