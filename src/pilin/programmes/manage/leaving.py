"""When somebody leaves: their sessions end, and whoever is above is told that nobody is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilin.engine import notices
from pilin.engine.act import LOG, act
from pilin.engine.models import Matter
from pilin.engine.positions import registers
from pilin.ledger import log
from pilin.ledger.log import Record
from pilin.people import charge
from pilin.people.actor import HOUSE
from pilin.people.models import Account, Office, Organisation

from .accounts import end_sessions

#: Days for which the calendar looks back at offices that ran out.
BACK = 30


def ended(record: Record) -> None:
    """What follows on the step that ends an office: at once where it is over, else on its day."""
    said = record.body["data"]
    day = date.fromisoformat(record.body["day"])
    last = date.fromisoformat(said["until"])
    if last < day:
        end_sessions(said["person"])
    _tell(said["organisation"]["id"], said["role"], last + timedelta(days=1), record)


def daily(today: date) -> None:
    """Offices that ran out: their holders sign in anew, and whoever is above learns of it."""
    over = Office.objects.filter(until__lt=today, until__gte=today - timedelta(days=BACK))
    for office in over.order_by("id"):
        assert office.until is not None
        after = timezone.make_aware(datetime.combine(office.until + timedelta(days=1), time()))
        still = Q(sessions_since=None) | Q(sessions_since__lt=after)
        rows = Account.objects.filter(still, person=office.person)
        rows.update(sessions_since=timezone.now())
        if record := log.get(LOG, office.last):
            _tell(office.organisation_id, office.role, today, record)


def _tell(org: int, role: str, day: date, record: Record) -> None:
    """Tell whoever is above, where open matters wait at a post that nobody holds on that day."""
    now = registers()  # as they stood before this step
    there = now.organisation(org)
    held = Office.objects.filter(Office.held_on(day), organisation=org, role=role)
    if there is None or held.exists():
        return
    if Matter.objects.filter(is_open=True, holder_org=org, holder_role=role).exists():
        people = (
            p for p in charge.above(now, there, day) if p != record.body["data"].get("person")
        )
        told = dict.fromkeys(people, "unmanned")
        notices.tell(told, record.body["matter"], record.number)


def leaves(person: str) -> None:
    """End whatever office somebody holds or is to hold, by steps of the house."""
    yesterday = timezone.localdate() - timedelta(days=1)
    rows = Office.objects.filter(Q(until=None) | Q(until__gt=yesterday), person=person)
    for office in list(rows.order_by("id")):
        reason = str(_("The person has left for good."))
        act(HOUSE, "manage", "end", {"office": office.pk, "until": "", "reason": reason})


@dataclass(frozen=True)
class Unmanned:
    """A post at which open matters wait and that nobody holds."""

    organisation: Organisation
    role: str
    matters: int


def unmanned(day: date, within: Iterable[int] | None = None) -> Iterator[Unmanned]:
    """Posts with open matters and nobody there on that day, of these organisations or of all."""
    now = registers()
    rows = Matter.objects.filter(is_open=True).exclude(holder_org=None)
    if within is not None:
        rows = rows.filter(holder_org__in=list(within))
    posts = rows.values_list("holder_org", "holder_role").annotate(n=Count("pk"))
    for org, role, n in posts.order_by("holder_org", "holder_role"):
        found = now.organisation(org)
        if found is not None and not now.holders(org, role, day):
            yield Unmanned(found, role, n)
