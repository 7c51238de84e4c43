"""Signing in, and the language."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from pilin.people.actor import account_of
from pilin.people.models import ROLES, Account, Office, Place


def sign_in(request: HttpRequest) -> HttpResponse:
    """In the demo one click signs in as a role; elsewhere this leads to the real sign-in page."""
    goal = "".join((request.POST.get("next") or request.GET.get("next") or "").splitlines())
    if not url_has_allowed_host_and_scheme(goal, {request.get_host()}, request.is_secure()):
        goal = settings.LOGIN_REDIRECT_URL
    if not settings.DEMO:
        return redirect(f"{reverse('account_login')}?{urlencode({'next': goal})}")
    roles = Account.objects.exclude(demo_title="").order_by("id")
    if request.method == "POST":
        account = get_object_or_404(roles, person=request.POST.get("person", ""))
        login(request, account, backend="django.contrib.auth.backends.ModelBackend")
        return redirect(goal)
    return render(request, "site/sign_in.html", {"roles": _described(roles), "next": goal})


def _described(accounts: Iterable[Account]) -> list[dict[str, Any]]:
    """Each demo account by what it is: its office, or a resident of its home. Two queries."""
    rows = list(accounts)
    held = Office.objects.filter(Office.held_on(timezone.localdate()))
    offices = {
        o.person: o
        for o in held.filter(person__in=[a.person for a in rows]).select_related("organisation")
    }
    homes = Place.objects.in_bulk({a.home for a in rows if a.home})
    found = []
    for account in rows:
        office, home = offices.get(account.person), homes.get(account.home)
        found.append(
            {
                "person": account.person,
                "role": ROLES.get(office.role, office.role) if office else _("Resident"),
                "where": office.organisation.called if office else home.called if home else "",
                "side": (office.organisation.sides if office else home.side if home else "")[:1],
            }
        )
    return found


def language(request: HttpRequest) -> HttpResponse:
    """Switch the language; whoever is signed in also gets letters in it from now on.

    Visitors switch by a link: a page for visitors then carries no form key, and is the same page
    for all of them.
    """
    asked = request.POST if request.method == "POST" else request.GET
    goal = "".join(asked.get("next", "").splitlines())
    if not url_has_allowed_host_and_scheme(goal, {request.get_host()}, request.is_secure()):
        goal = "/"
    response = redirect(goal)
    chosen = asked.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, 31_536_000, samesite="Lax")
        if request.method == "POST" and request.user.is_authenticated:
            Account.objects.filter(pk=account_of(request).pk).update(language=chosen)
    return response
