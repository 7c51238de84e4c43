"""What the operator does with accounts on the command line."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from pilin.engine.erase import erase_person
from pilin.people.models import Account
from pilin.wording.identity import identity


def add(login: str, email: str, password: str) -> str:
    """Make an account, whose address whoever installs answers for: it need not be confirmed.

    Raises LookupError with a sentence where that cannot be.
    """
    email = identity(email)
    account = Account(username=login, email=email)
    called = Q(username__iexact=login) | Q(email__iexact=email)
    try:
        if Account.objects.filter(called).exists():
            raise IntegrityError
        validate_password(password, account)
        account.set_password(password)
        account.full_clean(exclude=["password"])
        validate_email(email)
        with transaction.atomic():
            account.save()
            EmailAddress.objects.create(user=account, email=email, verified=True, primary=True)
    except ValidationError as fault:
        raise LookupError(" ".join(fault.messages)) from None
    except IntegrityError:
        raise LookupError(_("There is an account with this name or address already.")) from None
    return _("The account %(login)s was made.") % {"login": login}


def erase(login: str) -> str:
    n = erase_person(_account(login).person)
    return _("Erased; %(n)d sealed parts are gone. The record still verifies.") % {"n": n}


def _account(login: str) -> Account:
    found = Account.objects.filter(username=login).first()
    if found is None:
        raise LookupError(_("There is no account called %(login)s.") % {"login": login})
    return found
