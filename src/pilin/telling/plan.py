"""From the outbox to what is to be sent: by each channel somebody has chosen, when they want it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from pilin.engine.models import Notice
from pilin.people.hearing import NOW, Dispatch
from pilin.people.models import Account

from . import choices

#: Notices of a transaction.
BATCH = 500


def plan(now: datetime) -> int:
    """Plan the sending of every notice that was not planned; gives how many there were.

    A notice is marked in the transaction that plans it: after a crash each is planned once.
    """
    n = 0
    while True:
        with transaction.atomic():
            rows = Notice.objects.select_for_update(skip_locked=True).filter(mailed=None)
            notices = list(rows.order_by("id")[:BATCH])
            _plan(notices, now)
            Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(mailed=now)
        n += len(notices)
        if len(notices) < BATCH:
            return n


def _plan(notices: Iterable[Notice], now: datetime) -> None:
    """At once: one letter of each matter; else into the digest that is next due."""
    notices = list(notices)
    accounts = Account.objects.filter(
        person__in={n.person for n in notices}, erased_at=None, is_active=True
    )
    wanted = choices.of(accounts)
    at_once: dict[tuple[str, str, int], tuple[datetime, list[int]]] = {}
    digests: dict[tuple[str, str, str, datetime], list[int]] = {}
    for notice in notices:
        own = wanted.get(notice.person)
        for channel, pace in own.paces.items() if own else ():
            due = own.due(channel, now) if own else None
            if due is None:
                continue
            if pace == NOW:
                key = (notice.person, channel, notice.matter)
                at_once.setdefault(key, (due, []))[1].append(notice.pk)
            else:
                digests.setdefault((notice.person, channel, pace, due), []).append(notice.pk)
    Dispatch.objects.bulk_create(
        Dispatch(person=person, channel=channel, pace=NOW, notices=keys, made=now, due=due)
        for (person, channel, _matter), (due, keys) in at_once.items()
    )
    for (person, channel, pace, due), keys in digests.items():
        _add(person, channel, pace, due, keys, now)


def _add(
    person: str, channel: str, pace: str, due: datetime, keys: list[int], now: datetime
) -> None:
    waiting = Dispatch.objects.filter(sent=None, aside=None, tries=0, pace=pace)
    mine = waiting.select_for_update().filter(person=person, channel=channel, due=due).first()
    if mine is None:
        Dispatch.objects.create(
            person=person, channel=channel, pace=pace, notices=keys, made=now, due=due
        )
    else:
        mine.notices = [*mine.notices, *keys]
        mine.save(update_fields=["notices"])
