"""Who may vote: the roll of a poll, made on the day it opens and fixed from then on.

A roll is worked out from the record alone: who lived where, as far as that was checked, or who held
which office, on that day and before that entry. So it is the same after a rebuild, and whoever has the
record works out the same hash.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilin.engine.positions import registers
from pilin.engine.procedure import Words
from pilin.ledger import log
from pilin.people.actor import Actor
from pilin.people.models import Office, Place, Residence
from pilin.wording.reading import day, in_chinese

from . import pseudonyms, shapes
from .models import Poll, Voter
from .payloads import Roll

RESIDENTS, MEMBERS, ANYONE = "residents", "members", "anyone"


def people_of(who: str, places: Iterable[int], orgs: Iterable[int], day: date) -> list[str]:
    """The pseudonyms on a roll, in order; none where anyone may vote."""
    if who == RESIDENTS:
        within = Place.objects.filter(path__overlap=list(places)).values_list("pk", flat=True)
        homes = Residence.objects.filter(
            place__in=list(within), since__lte=day, until__gte=day
        ).values_list("person", flat=True)
        return sorted(set(homes))
    if who == MEMBERS:
        held = Office.objects.filter(organisation__in=list(orgs)).filter(Office.held_on(day))
        return sorted(set(held.values_list("person", flat=True)))
    return []


def hash_of(salt: str, people: Iterable[str]) -> str:
    """SHA-256, in hex, over a line each: the SHA-256 of the roll's salt and a pseudonym, in order.

    The order of `people` does not matter. The salt is the roll's own, so that two rolls cannot be laid
    side by side by whoever has no more than the lines.
    """
    lines = sorted(hashlib.sha256(f"{salt} {person}".encode()).hexdigest() for person in people)
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def made(who: str, places: Sequence[int], orgs: Sequence[int], day: date) -> dict[str, Any]:
    """The roll as the entry says it that opens the poll.

    Holds the main log until the transaction ends, so that nobody is checked between this and the entry.
    """
    if who == ANYONE:
        return {"day": day.isoformat(), "keyed": True}
    if connection.in_atomic_block:  # else it is only looked over, and holds nobody up
        log.lock(log.MAIN)
    people = people_of(who, places, orgs, day)
    salt = secrets.token_hex(16)
    return {
        "day": day.isoformat(),
        "size": len(people),
        "salt": salt,
        "hash": hash_of(salt, people),
        "keyed": True,
    }


def people_on(said: Roll) -> list[str]:
    """Those on a roll, as it is when the entry is applied that opens its poll."""
    return people_of(said.who, [p.id for p in said.places], [o.id for o in said.orgs], said.day)


def may_vote(poll: Poll, actor: Actor) -> bool:
    """Whether they are on the roll. Where an older poll has none: for money, only whose home is checked
    or who holds an office; for opinions, anyone signed in."""
    if actor.kind != "person":
        return False
    if poll.who in (RESIDENTS, MEMBERS):
        return Voter.objects.filter(poll=poll.pk, person=actor.person).exists()
    if poll.who == ANYONE or poll.shape == shapes.STANCE:
        return True
    return bool(actor.offices) or actor.lives(timezone.localdate())


WORDS: dict[str, Words] = {
    "residents": _("Who lived on %(day)s, as far as that was checked, in: %(where)s."),
    "members": _("Who held an office on %(day)s at: %(where)s."),
    "anyone": _("Anyone signed in. It gives a picture of opinions; nothing is decided by it."),
    "": _("There is no roll: it was opened before rolls were kept."),
}


@dataclass(frozen=True)
class Turnout:
    """Who may vote, and how many did: on screen and on paper apart."""

    poll: Poll
    voters: int
    paper: int

    @property
    def screen(self) -> int:
        return self.voters - self.paper

    @property
    def share(self) -> int | None:
        """Of a hundred on the roll, how many voted; on paper, the roll is looked at by eye."""
        return round(100 * self.voters / self.poll.roll) if self.poll.roll else None

    @property
    def slips(self) -> Mapping[str, int]:
        """Where the slips went, as the entry says it that closed the vote; {} where none were given out."""
        entry = log.get(log.MAIN, self.poll.closed_by) if self.poll.closed_by else None
        said = (entry.body["data"]["ballots"].get("slips") or {}) if entry else {}
        return said if said.get("issued") else {}

    @property
    def untied(self) -> date | None:
        """The day from which on nobody can tell whose ballot is whose; None while the vote runs."""
        return pseudonyms.destroyed_on(self.poll)

    @property
    def is_untied(self) -> bool:
        return self.poll.closed and not pseudonyms.is_there(self.poll)

    @property
    def who(self) -> str:
        """The roll in a sentence."""
        return str(WORDS[self.poll.who]) % {"day": self.day, "where": self.where}

    @property
    def day(self) -> str:
        return day(self.poll.roll_day)

    @property
    def where(self) -> str:
        now = registers()
        rows = [now.place(key) for key in self.poll.roll_places]
        rows += [now.organisation(key) for key in self.poll.roll_orgs]  # type: ignore[misc]
        comma = "、" if in_chinese() else ", "
        return comma.join(row.called for row in rows if row)
