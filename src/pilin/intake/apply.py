"""Polls as entries of the main log open and close them. Called by programmes' `apply`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pilin.engine.entry import Entry
from pilin.engine.models import Matter
from pilin.ledger import log
from pilin.ledger.log import Record

from . import rolls
from .models import BALLOTS, Mark, Poll, SlipBatch, Voter, log_of
from .payloads import GivenBack, Issued, WithRoll, roll_of


def opened(
    record: Record,
    shape: str,
    until: datetime,
    items: Iterable[int] = (),
    most: int = 1,
    said: WithRoll | None = None,
) -> Poll:
    """`said` is what the entry says of its roll."""
    log.begin(log_of(record.number))
    roll = roll_of(said) if said else None
    fixed = said.roll if said else None
    poll: Poll = Poll.objects.create(
        id=record.number,
        matter=record.body["matter"],
        shape=shape,
        most=most,
        until=until,
        items=sorted(items),
        who=roll.who if roll else "",
        roll=fixed.size if fixed else None,
        roll_hash=fixed.hash if fixed else "",
        roll_day=fixed.day if fixed else None,
        keyed=bool(fixed and fixed.keyed),
        roll_places=[place.id for place in roll.places] if roll else [],
        roll_orgs=[org.id for org in roll.orgs] if roll else [],
    )
    if roll:
        voters = [Voter(poll=poll.pk, person=person) for person in rolls.people_on(roll)]
        Voter.objects.bulk_create(voters)
    return poll


def offered(poll: Poll, items: Iterable[int]) -> None:
    """From now on these can be voted on, and no others."""
    Poll.objects.filter(pk=poll.pk).update(items=sorted(items))


def closed(poll: Poll, record: Record) -> None:
    """No more ballots; the entry's answers hold what `polls.last` gave, under "ballots"."""
    Poll.objects.filter(pk=poll.pk).update(closed=True, closed_by=record.number)


def marked(number: int, log: str, size: int, root: str) -> None:
    """Where a vote's log stood when entry `number` was made."""
    poll = int(log.removeprefix(BALLOTS))
    Mark.objects.create(poll=poll, entry=number, size=size, root=root)


def slips_issued(entry: Entry[Issued], matter: Matter) -> None:
    _kept(entry.number, entry.data, entry.data.where, back=False)


def slips_given_back(entry: Entry[GivenBack], matter: Matter) -> None:
    _kept(entry.number, entry.data, entry.data.why, back=True)


def _kept(number: int, said: Issued | GivenBack, words: str, back: bool) -> None:
    SlipBatch.objects.create(
        entry=number, poll=said.poll, first=said.first, last=said.last, words=words, back=back
    )
