"""Registers as a process knows them: sides, places, organisations and offices, read once.

They change with an entry of their register and with nothing else, so what was read stays true for
as long as the positions of those registers stand. A position is told by its number and by the
transaction that wrote it: a number alone may be given again once a transaction was rolled back,
and a rebuild writes every row anew under the same number.

Whoever answers a page says where the registers stand (`as_of`); within, offices and names come
from memory. Everywhere else, and above all in a step, they are read from the database.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import Model

from pilin.database.elsewhere import Elsewhere, mark, where

from .ground import Ground
from .models import ROLES, DueTime, Office, Organisation, Place, Side, WorkingDay
from .neighbour_models import LEFT, Neighbour

#: The scope of working days and due times that an operator changed.
TIMES = "house:times"
#: The scopes whose positions say when the registers last changed.
NEIGHBOURS = "register:neighbour"
SCOPES = (
    *("register:side", "register:place", "register:organisation", "register:office"),
    NEIGHBOURS,
    TIMES,
)
#: Scope, number and writing transaction of each of them that has an entry.
Stand = tuple[tuple[str, int, str], ...]


@dataclass(frozen=True)
class Known:
    """The registers where they stood at `stand`. The rows are shared: nobody changes them."""

    stand: Stand | None = None
    sides: tuple[Side, ...] = ()
    places: Mapping[int, Place] = field(default_factory=dict)
    organisations: Mapping[int, Organisation] = field(default_factory=dict)
    offices: Mapping[str, tuple[Office, ...]] = field(default_factory=dict)
    posts: Mapping[tuple[int | None, str], tuple[Office, ...]] = field(default_factory=dict)
    #: Whether offices are open on days that somebody spoke of; working days by kind and step.
    days: Mapping[date, bool] = field(default_factory=dict)
    due_times: Mapping[tuple[str, str], int] = field(default_factory=dict)
    neighbours: tuple[Neighbour, ...] = ()

    @cached_property
    def version(self) -> str:
        """Where they stand, in a word: what shows names is kept under it."""
        return repr(self.stand)

    @cached_property
    def named(self) -> str:
        """Where places and organisations stand, in a word: what shows only names is kept under it."""
        return repr(_names(self.stand or ()))

    @cached_property
    def ground(self) -> Ground:
        """Where all of it lies."""
        return Ground(self)

    def place(self, key: int | None) -> Place | None:
        """The place; asked for where it was recorded a moment ago."""
        found = self.places.get(key) if key else None
        return found or (Place.objects.filter(pk=key).first() if key else None)

    def organisation(self, key: int | None) -> Organisation | None:
        """The organisation; asked for where it was recorded a moment ago."""
        found = self.organisations.get(key) if key else None
        return found or (Organisation.objects.filter(pk=key).first() if key else None)

    def holders(self, org: int | None, role: str, day: date) -> list[str]:
        """Who holds an office with this role there on that day."""
        return [o.person for o in self.posts.get((org, role), ()) if o.held(day)]

    def working_at(self, org: int | None, day: date) -> list[Office]:
        """The offices held there on that day."""
        found = [o for role in ROLES for o in self.posts.get((org, role), ()) if o.held(day)]
        return sorted(found, key=lambda office: office.pk)

    def called(self, office: Office) -> str:
        """What a colleague is called: by their role, and by a number where several ever had it."""
        there = self.posts.get((office.organisation_id, office.role), ())
        persons = list(dict.fromkeys(o.person for o in there))
        title = str(ROLES.get(office.role, office.role))
        if len(persons) < 2 or office.person not in persons:
            return title
        return f"{title} {persons.index(office.person) + 1}"

    def offices_of(self, person: str, day: date) -> tuple[Office, ...]:
        """As `actor.offices_of`, without a query: whether an office is held depends on the day."""
        return tuple(o for o in self.offices.get(person, ()) if o.held(day))


_NOTHING = Known()


def stand_of(rows: Iterable[tuple[Any, ...]]) -> Stand:
    """Where they stand, and in whose record."""
    return (*mark(), *rows)


K = TypeVar("K")
_lock = threading.Lock()
#: Of each record that is read here: ours, and those of neighbours.
_newest: dict[Elsewhere | None, Known] = {}
_here: ContextVar[Known | None] = ContextVar("known", default=None)


def here() -> Known | None:
    """The registers as of this page; None where nobody said where they stand."""
    return _here.get()


@contextmanager
def as_of(stand: Stand) -> Iterator[Known]:
    """Answer a page from the registers as they stand; `stand` is what the positions say now."""
    known = at(stand)
    token = _here.set(known)
    try:
        yield known
    finally:
        _here.reset(token)


@contextmanager
def row_by_row() -> Iterator[None]:
    """Places and organisations are asked for one by one, where all change again and again.

    Who holds which office is not known then: no entry is applied by that.
    """
    token = _here.set(Known())
    try:
        yield
    finally:
        _here.reset(token)


def at(stand: Stand) -> Known:
    """The registers where they stand so; read anew only where they have moved."""
    whose = where()
    known = _newest.get(whose, _NOTHING)
    if known.stand == stand:
        return known
    with _lock:  # threads that find it gone wait for the one that reads
        known = _newest.get(whose, _NOTHING)
        if known.stand != stand:
            known = _newest[whose] = _read(stand, known)
        return known


def _read(stand: Stand, before: Known) -> Known:
    """Only what has changed is read again: people come and go most often, offices every time."""
    if before.stand is not None and _names(before.stand) == _names(stand):
        known = replace(before, stand=stand)
    else:
        places = {place.pk: place for place in Place.objects.all()}
        organisations = {org.pk: org for org in Organisation.objects.all()}
        for place in places.values():
            _join(place, "parent", places.get(place.parent_id))
        for org in organisations.values():
            _join(org, "parent", organisations.get(org.parent_id))
            _join(org, "place", places.get(org.place_id))
        known = Known(stand, tuple(Side.objects.order_by("code")), places, organisations)
    offices, posts = defaultdict[str, list[Office]](list), defaultdict[Any, list[Office]](list)
    for office in Office.objects.order_by("since", "id"):
        _join(office, "organisation", known.organisations.get(office.organisation_id))
        offices[office.person].append(office)
        posts[office.organisation_id, office.role].append(office)
    known = replace(known, offices=_fixed(offices), posts=_fixed(posts))
    if before.stand is not None and _alone(TIMES, before.stand) == _alone(TIMES, stand):
        known = replace(known, days=before.days, due_times=before.due_times)
    else:
        days = dict(WorkingDay.objects.values_list("day", "works"))
        due_times = {(d.kind, d.step): d.days for d in DueTime.objects.all()}
        known = replace(known, days=days, due_times=due_times)
    if before.stand is not None and _alone(NEIGHBOURS, before.stand) == _alone(NEIGHBOURS, stand):
        return replace(known, neighbours=before.neighbours)
    neighbours = tuple(Neighbour.objects.exclude(state=LEFT).order_by("id"))
    return replace(known, neighbours=neighbours)


def _fixed(found: Mapping[K, list[Office]]) -> dict[K, tuple[Office, ...]]:
    return {key: tuple(rows) for key, rows in found.items()}


def _names(stand: Stand) -> list[tuple[str, int, str]]:
    return [row for row in stand if row[0] not in ("register:office", NEIGHBOURS, TIMES)]


def _alone(scope: str, stand: Stand) -> list[tuple[str, int, str]]:
    """Where one of them stands, and in whose record."""
    return [row for row in stand if row[0] == scope or row[0] not in SCOPES]


def _join(row: Model, name: str, other: Model | None) -> None:
    """`row.name` is `other`, without a query. What was written since is left to be asked for."""
    if other is not None:
        row._state.fields_cache[name] = other
