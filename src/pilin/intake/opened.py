"""Choices are opened when a vote is closed: by number of entry, so that anyone counts again.

Until then an entry of a ballot shows the salted hash of its choice, and nobody is told the choice.
Only the newest ballot of each voter is opened: what somebody took back stays closed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from pilin.ledger import words
from pilin.ledger.log import Record

from .models import BALLOTS, Ballot, Poll


def is_kept_back(record: Record) -> bool:
    """Whether the choice of this ballot is not to be shown: the vote runs, or a later one replaced it."""
    name = record.log.removeprefix(BALLOTS)
    if name == record.log:
        return False
    counts = Ballot.objects.filter(poll=int(name), number=record.number)
    return not (Poll.objects.filter(pk=int(name), closed=True).exists() and counts.exists())


def rows(poll: Poll) -> Iterator[tuple[int, str, str]]:
    """Of every ballot that counts the number of its entry, the salt in hex, and the choice.

    The salt is "" where the entry holds the choice itself, as those from before choices were hidden.
    """
    salts = words.salts_of(poll.log, "choice")
    ballots = Ballot.objects.filter(poll=poll.pk).order_by("number")
    for number, choice in ballots.values_list("number", "choice").iterator():
        yield number, salts.get(number, ""), choice


def as_csv(poll: Poll) -> str:
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(("number", "salt", "choice"))
    sheet.writerows(rows(poll))
    return out.getvalue()
