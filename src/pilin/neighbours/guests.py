"""Somebody of the other side as an actor in a record: their offices and homes as their own record has them,
at the organisations and places that bear the same names here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils import timezone

from pilin.database import elsewhere
from pilin.engine.positions import as_they_stand_there
from pilin.people.actor import Actor, Cause
from pilin.people.homes import Home, homes_of
from pilin.people.known import Known
from pilin.people.models import Account, Office, Organisation
from pilin.people.neighbour_models import Neighbour


@dataclass(frozen=True)
class Standing:
    """What somebody is in their own record on a day: offices as (number, role, organisation's name), and
    homes as (the names of places from the root down, since, until)."""

    person: str
    offices: tuple[tuple[int, str, str], ...] = ()
    homes: tuple[tuple[tuple[str, ...], date, date], ...] = ()


def standing(known: Known, person: str, day: date) -> Standing:
    """As the record says that is read just now."""
    offices = tuple(
        (office.pk, office.role, office.organisation.name)
        for office in known.offices_of(person, day)
    )
    homes = tuple(
        (tuple(_names(known, home.place)), home.since, home.until)
        for home in homes_of(person)
        if home.held(day)
    )
    return Standing(person, offices, homes)


def _names(known: Known, place: int) -> Iterable[str]:
    found = known.place(place)
    rows = map(known.place, found.path) if found else ()
    return [row.name for row in rows if row]


def side_of(known: Known, name: str) -> str:
    """The code of the side that bears this name in the record that is read just now; "" for none."""
    return next((side.code for side in known.sides if name and side.name == name), "")


def guest(known: Known, number: int, who: Standing, side: str, cause: Cause | None = None) -> Actor:
    """The same person as an actor in the record that is read just now, whose neighbour `number` is theirs.

    What bears no name known here is left out, and what does not lie on `side`, the one that neighbour is
    of: who has an office elsewhere, or lives there, is for others' records to say. Of no side, nobody has
    either.
    """
    person = f"{who.person}@{number}"
    orgs = {org.name: org for org in known.organisations.values() if side and org.sides == side}
    offices = tuple(
        _office(key, role, orgs[name], person) for key, role, name in who.offices if name in orgs
    )
    places = [place for place in known.places.values() if side and place.side == side]
    paths = {tuple(_names(known, p.pk)): p.pk for p in places} if who.homes else {}
    homes = tuple(Home(paths[p], since, until) for p, since, until in who.homes if p in paths)
    return Actor(person, offices, read=homes, cause=cause)


def _office(key: int, role: str, org: Organisation, person: str) -> Office:
    office = Office(id=key, role=role, person=person, since=date.min, until=None)
    office.organisation = org
    return office


def us(origin: str = "") -> Neighbour | None:
    """Ourselves, as a neighbour in the record that is read just now."""
    return Neighbour.objects.filter(origin=origin or settings.ORIGIN).order_by("-id").first()


def visiting(account: Account, there: elsewhere.Elsewhere) -> Actor | None:
    """Somebody who is signed in here, as an actor in a neighbour's record, which is read just now.

    None where that does not know us (yet).
    """
    ours = us()
    if ours is None:
        return None
    day = timezone.localdate()
    with elsewhere.reading(None), as_they_stand_there() as known:
        who = standing(known, account.person, day)
    with as_they_stand_there() as theirs:
        return guest(theirs, ours.pk, who, side_of(theirs, ours.side))
