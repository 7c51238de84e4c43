"""Ballots made again from their logs, after the polls were made again from the main one."""

from __future__ import annotations

from collections import Counter

from pilin.ledger import asking, log

from . import shapes
from .casting import replacing
from .models import Poll


def ballots() -> None:
    for poll in Poll.objects.order_by("pk"):
        _replay(poll)


def _replay(poll: Poll) -> None:
    newest: dict[tuple[str, int], tuple[str, int, int]] = {}
    for record in log.read(poll.log):
        b = record.body
        newest[b["voter"], b["item"]] = (b["choice"], b["serial"], record.number)
    tally = Counter(
        key
        for (_voter, item), (choice, *_rest) in newest.items()
        for key in shapes.counted(poll.shape, item, choice)
    )
    rows = [(*key, *kept) for key, kept in sorted(newest.items())]
    counts = [(*key, n) for key, n in sorted(tally.items()) if n]
    asks = replacing(poll.pk, [], counts)
    for start in range(0, len(rows), 10_000):
        asks += replacing(poll.pk, rows[start : start + 10_000], [])
    for each in asks:
        asking.ask(each)
