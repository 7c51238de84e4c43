"""What the operator does with offices on the command line: the same steps, taken by the house."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from pilin.engine.act import act
from pilin.engine.programme import registry
from pilin.engine.refused import Refused
from pilin.people import charge
from pilin.people.actor import HOUSE
from pilin.people.models import ROLES, Account, Office, Organisation, Place


def appoint(login: str, role: str, organisation: str, since: str = "", until: str = "") -> str:
    """Give an office, from today on where no day is said. Raises LookupError with a sentence.

    In an empty record the government of the first operator, a county, city or district, is entered too.
    """
    account, known = _account(login), _role(role)
    if known == charge.OPERATOR and not Place.objects.exists():
        _begin()
        _act("place", name=organisation, level="county")  # the first neighbour; all else by pages
    org = _organisation(organisation)
    number = _act(
        "appoint",
        organisation=org.pk,
        role=known,
        person=account.person,
        since=_day(since) or timezone.localdate(),
        until=_day(until),
    )
    said = _("Entry %(number)d: %(login)s is now %(role)s of %(name)s.")
    return said % {"number": number, "login": login, "role": ROLES[role], "name": org.name}


def _begin() -> None:
    """Open and close a register: the entry with the number 0 is no place, since no row has that."""
    kind, steps = registry.entering()
    book = act(HOUSE, kind, steps.open, {"title": _("The record begins")}).number
    act(HOUSE, book, steps.close)


def end(login: str, role: str, organisation: str, last_day: str = "", reason: str = "") -> str:
    """End an office: this moment, or with its last day."""
    office = _office(login, role, organisation)
    number = _act("end", office=office.pk, until=_day(last_day), reason=reason)
    last = Office.objects.get(pk=office.pk).until
    said = _("Entry %(number)d: the last day of %(login)s in this office is %(day)s.")
    return said % {"number": number, "login": login, "day": last}


def extend(login: str, role: str, organisation: str, until: str = "") -> str:
    """Lengthen an office to a new last day; without one it lasts until it is ended."""
    office = _office(login, role, organisation)
    number = _act("extend", office=office.pk, until=_day(until))
    return _("Entry %(number)d: the office was extended.") % {"number": number}


def stand_in(
    login: str, role: str, organisation: str, instead_of: str, since: str, until: str
) -> str:
    """Name who acts for the holder of an office, from one day until another."""
    office = _office(instead_of, role, organisation)
    number = _act(
        "stand_in",
        office=office.pk,
        person=_account(login).person,
        since=_day(since) or timezone.localdate(),
        until=_day(until),
    )
    said = _("Entry %(number)d: %(login)s stands in.")
    return said % {"number": number, "login": login}


def _act(step: str, **answers: Any) -> int:
    try:
        return act(HOUSE, "manage", step, answers).number
    except Refused as refused:
        words = [str(error) for found in refused.errors.values() for error in found]
        raise LookupError(" ".join(words) or str(refused)) from None


def _account(login: str) -> Account:
    found = Account.objects.filter(username=login).first()
    if found is None:
        raise LookupError(_("There is no account called %(login)s.") % {"login": login})
    return found


def _organisation(name: str) -> Organisation:
    found: Organisation | None = Organisation.objects.filter(name=name).first()
    if found is None:
        raise LookupError(_("There is no organisation called %(name)s.") % {"name": name})
    return found


def _role(role: str) -> str:
    if role not in ROLES:
        raise LookupError(_("The roles are: %(roles)s.") % {"roles": ", ".join(ROLES)})
    return role


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise LookupError(_("Please write the day as 2027-12-31.")) from None


def _office(login: str, role: str, organisation: str) -> Office:
    """The office that somebody holds there, or is to hold; their own before one they stand in for."""
    account, org = _account(login), _organisation(organisation)
    lasts = Q(until=None) | Q(until__gte=timezone.localdate())
    rows = Office.objects.filter(lasts, person=account.person, role=_role(role), organisation=org)
    found: Office | None = rows.order_by(F("stands_for").asc(nulls_first=True), "since").first()
    if found is None:
        raise LookupError(_("%(login)s does not hold this office.") % {"login": login})
    return found
