"""Ballots made again from their logs, after the polls were made again from the main one."""

from __future__ import annotations

from collections import Counter

from django.db import connection
from django.db.models import Max

from pilin.ledger import asking, log
from pilin.ledger.asking import Ask

from . import shapes
from .casting import replacing
from .models import Ballot, Poll, log_of


def ballots() -> None:
    """Of every poll whose log holds more than its table: none of it, or what was cast meanwhile."""
    made = dict(Ballot.objects.values_list("poll").annotate(last=Max("number")))
    sizes = log.sizes()
    for poll in Poll.objects.order_by("pk"):
        if sizes.get(poll.log, 0) != made.get(poll.pk, -1) + 1:
            _replay(poll)


def standing(poll: int, stop: int | None = None) -> dict[tuple[str, int], tuple[str, int, int]]:
    """What counts of a poll's ballots, from its log (up to its first `stop` ballots): of each voter and item the newest
    choice, with its serial and number."""
    found = {}
    for record in log.read(log_of(poll), 0, stop):
        b = record.body
        found[b["voter"], b["item"]] = (b["choice"], b["serial"], record.number)
    return found


def voters(poll: int) -> int:
    """How many voted, counted in a poll's log."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT body::json ->> 'voter') FROM ledger_entry WHERE log = %s",
            [log_of(poll)],
        )
        return int(cursor.fetchone()[0])


def _replay(poll: Poll) -> None:
    newest = standing(poll.pk)
    tally = Counter(
        key
        for (_voter, item), (choice, *_rest) in newest.items()
        for key in shapes.counted(poll.shape, item, choice)
    )
    rows = [(*key, *kept) for key, kept in sorted(newest.items())]
    counts = [(*key, n) for key, n in sorted(tally.items()) if n]
    asks = [Ask(sql, [str(poll.pk)]) for sql in _EMPTIED] + replacing(poll.pk, [], counts)
    for start in range(0, len(rows), 10_000):
        asks += replacing(poll.pk, rows[start : start + 10_000], [])
    asking.later(asks)


_EMPTIED = (
    "DELETE FROM intake_ballot WHERE poll = $1::bigint",
    "DELETE FROM intake_count WHERE poll = $1::bigint",
)
