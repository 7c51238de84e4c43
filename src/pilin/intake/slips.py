"""Ballots given on paper: numbered slips, issued in batches, each read by two people.

A slip bears a number and no name. Its number must have been issued, and counts once: as soon as two
people have read the same on it, it is a ballot like any other, which names both. What one person read
waits beside the ledger, and nobody else is shown it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from pilin.engine.procedure import Words
from pilin.ledger import log
from pilin.wording.identity import identity

from . import news, token
from .answers import WORDS
from .casting import Ballot, Counted, NotCounted, cast
from .models import Ballot as Kept
from .models import Poll, SlipBatch, SlipReading
from .shapes import choice_of, fits

#: What the voter of a slip is called before its number.
SLIP = "slip-"
#: What became of a slip that was read.
FIRST, DIFFERS, COUNTED, REFUSED = "first", "differs", "counted", "refused"


@dataclass(frozen=True)
class Read:
    """What became of a slip: one of the words above; why it was refused; how its answers are entered."""

    became: str
    why: Words = ""
    answers: list[Counted] = field(default_factory=list)


def number_of(text: str) -> int | None:
    """The number on a slip, from 1 to 999,999; None where the text is none."""
    text = identity(text)
    fine = text.isascii() and text.isdigit() and len(text) < 7
    return (int(text) or None) if fine else None


def typed(poll: Poll, text: str, said: Mapping[int, Sequence[str]], person: str) -> Read:
    """As `read`, of a number as somebody typed it."""
    number = number_of(text)
    if number is None:
        return Read(REFUSED, _("Please write the number on the slip."))
    if not said:
        return Read(REFUSED, _("Nothing is marked on this slip."))
    return read(poll, number, said, person)


def read(poll: Poll, number: int, said: Mapping[int, Sequence[str]], person: str) -> Read:
    """Keep what somebody reads on a slip, by item; it counts once somebody else has read the same.

    Whoever reads it again corrects what they read before, until it is counted.
    """
    with transaction.atomic():
        log.lock(poll.log)  # two who read one slip at the same moment do so one after the other
        if why := _not_to_be_read(poll, number):
            return Read(REFUSED, why)
        what = {}
        for item, marks in said.items():
            choice = choice_of(poll.shape, tuple(marks))
            if choice is None or not fits(poll.shape, item, choice, frozenset(poll.items)):
                return Read(REFUSED, WHAT_IT_SAYS)
            if len(choice.picks) > poll.most:
                return Read(REFUSED, WORDS["many"])
            what[str(item)] = choice.text
        SlipReading.objects.update_or_create(
            poll=poll.pk, number=number, person=person, defaults={"said": what}
        )
        others = SlipReading.objects.filter(poll=poll.pk, number=number).exclude(person=person)
        rows = dict(others.values_list("person", "said"))
        alike = next((who for who, found in sorted(rows.items()) if found == what), "")
        if not alike:
            return Read(DIFFERS if rows else FIRST)
        told = _count(poll, number, said, (alike, person))
        if refused := [a for a in told if isinstance(a, NotCounted)]:
            transaction.set_rollback(True)  # nothing of it is counted
            return Read(REFUSED, WORDS[refused[0].code])
        SlipReading.objects.filter(poll=poll.pk, number=number).delete()
    news.tell(poll.pk)
    return Read(COUNTED, answers=[a for a in told if isinstance(a, Counted)])


ONCE = _("The slip with this number is counted already. A number counts once.")
NOT_ISSUED = _("No slip with this number was given out for this vote.")
GIVEN_BACK = _("The slip with this number was given back unused.")
WHAT_IT_SAYS = _("What is marked fits no slip of this vote. Please look again.")


def _not_to_be_read(poll: Poll, number: int) -> Words:
    if Kept.objects.filter(poll=poll.pk, voter=f"{SLIP}{number}").exists():
        return ONCE
    batches = [b for b in SlipBatch.objects.filter(poll=poll.pk) if number in b.numbers]
    if any(b.back for b in batches):
        return GIVEN_BACK
    return "" if batches else NOT_ISSUED


def _count(
    poll: Poll, number: int, said: Mapping[int, Sequence[str]], by: tuple[str, ...]
) -> list[Counted | NotCounted]:
    serial = token.serial_now()
    voter = f"{SLIP}{number}"
    return cast(
        poll.pk, [Ballot(poll.pk, voter, item, tuple(c), serial, by) for item, c in said.items()]
    )


def next_number(poll: int) -> int:
    """The first number that was never issued, nor entered from before batches were."""
    issued = SlipBatch.objects.filter(poll=poll).values_list("last", flat=True)
    return max([*issued, *_counted(poll)], default=0) + 1


def _counted(poll: int) -> set[int]:
    rows = Kept.objects.filter(poll=poll, voter__startswith=SLIP).values_list("voter", flat=True)
    return {int(voter.removeprefix(SLIP)) for voter in rows.distinct()}


def entered(poll: Poll) -> int:
    """How many slips are counted."""
    return len(_counted(poll.pk))


@dataclass(frozen=True)
class Account:
    """Where every number went that was issued."""

    batches: list[SlipBatch]
    counted: set[int]
    back: set[int]
    once: set[int]  # read by one person, or differently by two
    missing: set[int]

    @property
    def issued(self) -> int:
        return sum(len(b.numbers) for b in self.batches)

    def as_json(self) -> dict[str, Any]:
        """How many, as the entry says it that closes the vote."""
        return {
            "issued": self.issued,
            "counted": len(self.counted),
            "back": len(self.back),
            "unsettled": len(self.once),
            "missing": len(self.missing),
        }


def account(poll: int) -> Account:
    rows = list(SlipBatch.objects.filter(poll=poll).order_by("first", "entry"))
    batches = [row for row in rows if not row.back]
    back = {n for row in rows if row.back for n in row.numbers}
    counted = _counted(poll)
    once = set(SlipReading.objects.filter(poll=poll).values_list("number", flat=True)) - counted
    issued = {n for row in batches for n in row.numbers}
    return Account(batches, counted, back, once, issued - counted - back - once)


@dataclass(frozen=True)
class Desk:
    """What somebody who reads slips has before them."""

    to_read: list[int]  # somebody else has read them, and this person not
    waiting: list[int]  # this person has read them, and nobody else
    differ: list[int]


def desk(poll: int, person: str) -> Desk:
    readers: dict[int, dict[str, Any]] = {}
    for row in SlipReading.objects.filter(poll=poll).order_by("number"):
        readers.setdefault(row.number, {})[row.person] = row.said
    return Desk(
        [n for n, who in readers.items() if person not in who],
        [n for n, who in readers.items() if list(who) == [person]],
        [n for n, who in readers.items() if len(who) > 1],
    )
