"""A second key for offices that hold money, personal data or appointments."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from pilin.people.actor import viewer_of

View = Callable[..., HttpResponse]


def with_second_key(view: View) -> View:
    """Let whoever holds such an office in only once they have set one up; nobody else is asked."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return kept_out(request) or view(request, *args, **kwargs)

    return answer


def kept_out(request: HttpRequest) -> HttpResponse | None:
    """Where whoever is signed in has to go first; None where they need not."""
    if not (request.user.is_authenticated and lacks_one(request)):
        return None
    messages.warning(
        request, _("Your office holds money or personal data: please set up a second key first.")
    )
    return redirect("mfa_index")


def lacks_one(request: HttpRequest) -> bool:
    """No query for whoever holds no such office today."""
    roles = {office.role for office in viewer_of(request).offices}
    return bool(roles & set(settings.SECOND_FACTOR)) and not is_mfa_enabled(request.user)
