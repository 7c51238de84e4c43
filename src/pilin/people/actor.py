"""Who takes a step: a signed-in person with the offices they hold today, or the house itself."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.http import HttpRequest
from django.utils import timezone

from pilin.database import elsewhere

from . import known
from .homes import Home, homes_of
from .models import Account, Office


@dataclass(frozen=True)
class Cause:
    """An entry in another record: the log's origin, and its number."""

    log: str
    number: int


@dataclass(frozen=True)
class Actor:
    """`person` is a pseudonym; `kind` is "person", "clock" (deadlines) or "link" (conversions).

    `cause`: the entry elsewhere that the next step answers.
    """

    person: str
    offices: tuple[Office, ...] = ()
    kind: str = "person"
    home: int | None = field(default=None, compare=False)
    read: tuple[Home, ...] | None = field(default=None, compare=False, repr=False)
    cause: Cause | None = field(default=None, compare=False)

    @cached_property
    def homes(self) -> tuple[Home, ...]:
        """Where they live as far as it was checked: read with the session, else asked for once."""
        if self.kind != "person":
            return ()
        return homes_of(self.person) if self.read is None else self.read

    def lives(self, day: date) -> bool:
        """Whether it was checked where they live, and that holds on `day`."""
        return any(home.held(day) for home in self.homes)

    def office(self, *roles: str, organisation: int | None = None) -> Office | None:
        """The first office held with one of these roles (at that organisation, where given)."""
        for held in self.offices:
            if held.role in roles and organisation in (None, held.organisation_id):
                return held
        return None


CLOCK = Actor("clock", kind="clock")
LINK = Actor("link", kind="link")
HOUSE = Actor("house", kind="house")


def offices_of(person: str, day: date | None = None) -> tuple[Office, ...]:
    """Offices held on `day` (today where not given), longest held first.

    One query; none while a page is made, which knows the registers.
    """
    day = day or timezone.localdate()
    if registers := known.here():
        return registers.offices_of(person, day)
    held = Office.held_on(day)
    return tuple(
        Office.objects.filter(held, person=person)
        .select_related("organisation", "organisation__place")
        .order_by("since", "id")
    )


def actor_of(account: Account) -> Actor:
    return Actor(
        account.person, offices_of(account.person), home=account.home, read=account.homes_read
    )


def viewer_of(request: HttpRequest) -> Actor:
    """Whoever reads a page: with their offices where they signed in. On a neighbour's page, what they are
    in that record."""
    if elsewhere.where() is not None:
        found: Actor = request.visitor  # type: ignore[attr-defined]
        return found
    user = request.user
    return actor_of(user) if isinstance(user, Account) else Actor("", kind="visitor")


def account_of(request: HttpRequest) -> Account:
    """The account of whoever is signed in; for views that ask for one first."""
    assert isinstance(request.user, Account)
    return request.user
