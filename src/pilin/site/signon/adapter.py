"""What of other people's word is taken, and what is kept of it."""

from __future__ import annotations

from typing import Any

import requests
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render

from .tickets import PATIENCE


class Adapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Who may make an account this way, and that nothing but a number is kept of who they are there."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return settings.SIGNUP in ("open", "invitation")

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        account = sociallogin.account
        account.extra_data = {}
        if account.pk:
            account.save(update_fields=["extra_data"])

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: Any) -> Any:
        """An address that is confirmed there and nobody's here; no name of any sort, no picture."""
        mine = [a for a in sociallogin.email_addresses if a.verified and not _known(a.email)]
        sociallogin.email_addresses[:] = mine
        return super().populate_user(request, sociallogin, {"email": mine[0].email if mine else ""})

    def get_requests_session(self) -> requests.Session:
        return _Asking(self.request)


def _known(address: str) -> bool:
    return bool(EmailAddress.objects.filter(email__iexact=address).exists())


class _Asking(requests.Session):
    """Asks with a time-out; where nobody answers, the page says so."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__()
        self.on = request

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs.setdefault("timeout", PATIENCE)
        try:
            return super().request(*args, **kwargs)
        except requests.RequestException as fault:
            page = "socialaccount/authentication_error.html"
            answer = render(self.on, page, {"away": True}, status=503)
            raise ImmediateHttpResponse(answer) from fault
