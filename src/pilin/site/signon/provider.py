"""The sign-on with tickets as allauth knows a provider: so an account is connected, signed up with,
disconnected and erased as one of OpenID Connect is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.socialaccount.providers.base import ProviderAccount
from allauth.socialaccount.providers.base.provider import Provider
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.module_loading import import_string

from .tickets import SignOn


class TicketProvider(Provider):  # type: ignore[misc]
    id = "ticket"
    name = "ticket"
    account_class = ProviderAccount
    uses_apps = True
    supports_redirect = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name = self.app.name

    @property
    def sign_on(self) -> SignOn:
        found: SignOn = import_string(settings.TICKETS)(settings.TICKETS_SAID)
        return found

    def get_login_url(self, request: HttpRequest, **kwargs: Any) -> str:
        return reverse("ticket_login")

    def redirect(
        self,
        request: HttpRequest,
        process: str,
        next_url: str | None = None,
        data: Any = None,
        **kwargs: Any,
    ) -> HttpResponse:
        state = self.stash_redirect_state(request, process, next_url, data, **kwargs)
        back = settings.SITE_URL + reverse("ticket_back", args=[state])
        return HttpResponseRedirect(self.sign_on.address(back))

    def extract_uid(self, data: Mapping[str, str]) -> str:
        return data["uid"]

    def extract_extra_data(self, data: Any) -> dict[str, Any]:
        return {}


provider_classes = [TicketProvider]
