"""What the operator does with accounts and offices."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pilin.engine.act import act
from pilin.engine.erase import erase_person
from pilin.engine.programme import registry
from pilin.people.actor import HOUSE
from pilin.people.models import ROLES, Account, Organisation


def add(login: str, email: str, password: str) -> str:
    """Make an account. Raises LookupError with a sentence where that cannot be."""
    account = Account(username=login, email=email)
    try:
        validate_password(password, account)
        account.set_password(password)
        account.full_clean(exclude=["password"])
        with transaction.atomic():
            account.save()
    except ValidationError as fault:
        raise LookupError(" ".join(fault.messages)) from None
    except IntegrityError:
        raise LookupError(_("There is an account with this name already.")) from None
    return _("The account %(login)s was made.") % {"login": login}


def appoint(login: str, role: str, organisation: str, until: str = "") -> str:
    """Record an office, from today on."""
    account = _account(login)
    org = Organisation.objects.filter(name=organisation).first()
    if org is None:
        raise LookupError(_("There is no organisation called %(name)s.") % {"name": organisation})
    if role not in ROLES:
        raise LookupError(_("The roles are: %(roles)s.") % {"roles": ", ".join(ROLES)})
    try:
        last = date.fromisoformat(until).isoformat() if until else None
    except ValueError:
        raise LookupError(_("Please write the day as 2027-12-31.")) from None
    row = {
        "role": role,
        "organisation": org.pk,
        "person": account.person,
        "since": timezone.localdate().isoformat(),
        "until": last,
    }
    with transaction.atomic():
        kind, steps = registry.entering()
        book = act(HOUSE, kind, steps.open, {"title": _("Offices")}).number
        number = act(HOUSE, book, steps.record, {"type": "office", "row": row}).number
        act(HOUSE, book, steps.close)
    return _("Entry %(number)d: %(login)s is now %(role)s of %(name)s.") % {
        "number": number,
        "login": login,
        "role": ROLES[role],
        "name": org.name,
    }


def erase(login: str) -> str:
    n = erase_person(_account(login).person)
    return _("Erased; %(n)d sealed parts are gone. The record still verifies.") % {"n": n}


def _account(login: str) -> Account:
    found = Account.objects.filter(username=login).first()
    if found is None:
        raise LookupError(_("There is no account called %(login)s.") % {"login": login})
    return found
