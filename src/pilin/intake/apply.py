"""Polls as entries of the main log open and close them. Called by programmes' `apply`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pilin.ledger import log
from pilin.ledger.log import Record

from .models import Poll, log_of


def opened(
    record: Record, shape: str, until: datetime, items: Iterable[int] = (), most: int = 1
) -> Poll:
    log.begin(log_of(record.number))
    poll: Poll = Poll.objects.create(
        id=record.number,
        matter=record.body["matter"],
        shape=shape,
        most=most,
        until=until,
        items=sorted(items),
    )
    return poll


def offered(poll: Poll, items: Iterable[int]) -> None:
    """From now on these can be voted on, and no others."""
    Poll.objects.filter(pk=poll.pk).update(items=sorted(items))


def closed(poll: Poll, record: Record) -> None:
    """No more ballots; the entry's answers hold what `polls.last` gave, under "ballots"."""
    Poll.objects.filter(pk=poll.pk).update(closed=True, closed_by=record.number)
