"""Accounts in an operator's charge."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pilin.engine.positions import registers
from pilin.people import charge
from pilin.people.models import Account
from pilin.programmes.manage.accounts import DONE
from pilin.wording.identity import identity

from .gate import Charge, operating

MOST, LEAST = 20, 2  # accounts shown; letters of a name that must be given


@operating
def accounts(request: HttpRequest, own: Charge) -> HttpResponse:
    """Accounts by sign-in name, address or number; addresses are not shown, nor others' accounts."""
    words = request.GET.get("q", "").strip()[:100]
    rows = [_account(a, own) for a in _looked_for(words, own)] if len(words) >= LEAST else []
    context = {"q": words, "rows": rows, "asked": len(words) >= LEAST, "most": MOST}
    return render(request, "site/manage/accounts.html", context)


def _looked_for(words: str, own: Charge) -> list[Account]:
    whole = Q(person=words) | Q(email__iexact=identity(words)) | Q(phone=words, phone_verified=True)
    fitting = Account.objects.filter(erased_at=None).filter(Q(username__istartswith=words) | whole)
    found = []
    for account in fitting.order_by("username").iterator():
        if charge.may_see(registers(), own.actor.offices, account, own.day):
            found.append(account)
            if len(found) == MOST:
                break
    return found


def _account(account: Account, own: Charge) -> dict[str, Any]:
    now = registers()
    factors = Authenticator.objects.filter(user=account).exists()
    not_now = {"enable" if account.is_active else "disable", "" if factors else "second_factor"}
    itself = account.person == own.actor.person
    return {
        "account": account,
        "offices": [office.title for office in now.offices_of(account.person, own.day)],
        "home": now.place(account.home),
        "factors": factors,
        "ways": [] if itself else [(k, words) for k, words in DONE.items() if k not in not_now],
    }
