"""What a page shows of both sides: of our own record, and of each neighbour's as we hold it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from django.utils.translation import gettext as _

from pilin.database import elsewhere
from pilin.engine.positions import as_they_stand_there, registers
from pilin.ledger.models import Cosigned
from pilin.neighbours.guests import visiting
from pilin.neighbours.models import Copy
from pilin.people.actor import Actor
from pilin.people.models import Account
from pilin.people.neighbour_models import INVITED, Neighbour

T = TypeVar("T")


def held() -> list[Neighbour]:
    """The neighbours whose record can be read here. None while one of theirs is read."""
    if elsewhere.where() is not None:
        return []
    known = [one for one in registers().neighbours if one.state != INVITED]
    if not known:
        return []
    copies = Copy.objects.filter(pk__in=[n.pk for n in known], applied__gt=0)
    shown = set(copies.values_list("pk", flat=True))
    return [one for one in known if one.pk in shown]


def alarms() -> Iterator[str]:
    """What everybody is to see: a record of which somebody signed two."""
    for one in registers().neighbours:
        copy = Copy.objects.filter(pk=one.pk).exclude(fork="").first()
        if copy is not None:
            yield _("%(name)s signed two records that exclude each other.") % {"name": one.name}
    for cosigned in Cosigned.objects.filter(fork=True):
        said = _("%(name)s has seen another record of ours than the one that is here.")
        yield said % {"name": cosigned.witness.partition("/")[0]}


def beyond(see: Callable[[], T]) -> Iterator[tuple[Neighbour, T]]:
    """What `see` gives in each neighbour's record."""
    for one in held():
        with elsewhere.reading(one.there), as_they_stand_there():
            yield one, see()


def beyond_as(account: Account, see: Callable[[Actor], T]) -> Iterator[tuple[Neighbour, T]]:
    """What it gives for somebody who is signed in here, as what they are there."""
    for one in held():
        with elsewhere.reading(one.there), as_they_stand_there():
            actor = visiting(account, one.there)
            if actor is not None:
                yield one, see(actor)
