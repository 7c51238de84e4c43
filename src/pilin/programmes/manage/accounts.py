"""What is done to accounts: they are not in the ledger, but what is done to them is."""

from __future__ import annotations

import unicodedata

from allauth.mfa.models import Authenticator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilin.ledger.log import Record
from pilin.people.models import Account
from pilin.wording.identity import identity

#: Names stand in entries and are never changed.
DONE = {
    "disable": _("Disable it: nobody can sign in with it"),
    "enable": _("Enable it again"),
    "second_factor": _("Remove its second factor, so that its owner can set up a new one"),
    "sessions": _("Sign it out on every device"),
}


def named(text: str) -> Account | None:
    """The account somebody means: by its number, sign-in name, e-mail address or confirmed phone."""
    text = identity(text) if "@" in unicodedata.normalize("NFKC", text) else text.strip()
    rows = Account.objects.filter(erased_at=None)
    by_phone = rows.filter(phone=text, phone_verified=True)
    for found in (rows.filter(person=text), rows.filter(username=text), by_phone):
        if account := found.first():
            return account
    by_address = list(rows.filter(email__iexact=text)[:2]) if "@" in text else []
    return by_address[0] if len(by_address) == 1 else None


def end_sessions(*persons: str) -> None:
    """Sign these people out on every device.

    All their sessions end, not only those in which an office was used: no session knows for what it
    was begun. Whoever may still sign in does so and finds what they may still do.
    """
    Account.objects.filter(person__in=persons).update(sessions_since=timezone.now())


def carry_out(record: Record) -> None:
    """Do to the account what the entry says."""
    said = record.body["data"]
    rows = Account.objects.filter(person=said["person"])
    match said["what"]:
        case "disable":
            rows.update(is_active=False, sessions_since=timezone.now())
        case "enable":
            rows.update(is_active=True)
        case "second_factor":
            Authenticator.objects.filter(user__in=rows).delete()
            rows.update(sessions_since=timezone.now())
        case "sessions":
            rows.update(sessions_since=timezone.now())
