"""To the sign-on with tickets, and back."""

from __future__ import annotations

import logging

import requests
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import complete_social_login, render_authentication_error
from allauth.socialaccount.internal import statekit
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from .provider import TicketProvider
from .tickets import NotKnown

_log = logging.getLogger(__name__)
LONGEST = 512  # of a ticket


def _provider(request: HttpRequest) -> TicketProvider:
    if not settings.TICKETS:
        raise Http404
    found: TicketProvider = get_adapter().get_provider(request, TicketProvider.id)
    return found


@never_cache
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    provider = _provider(request)
    answer: HttpResponse = provider.redirect_from_request(request)
    return answer


@never_cache
@require_GET
def back(request: HttpRequest, state: str) -> HttpResponse:
    """Whoever comes back: `state` is this session's own and good once, so nobody is signed in to
    another's account by a link that somebody sends them."""
    provider = _provider(request)
    begun = statekit.unstash_state(request, state_id=state, provider_id=TicketProvider.id)
    ticket = request.GET.get("ticket", "")
    answer: HttpResponse
    if begun is None or not 0 < len(ticket) <= LONGEST:
        answer = render_authentication_error(request, provider)
        return answer
    try:
        uid = provider.sign_on.whose(ticket)
    except (NotKnown, requests.RequestException) as fault:
        _log.warning("a ticket was not exchanged: %s", type(fault).__name__)
        answer = render_authentication_error(request, provider, exception=fault)
        return answer
    login = provider.sociallogin_from_response(request, {"uid": uid})
    login.state = begun
    answer = complete_social_login(request, login)
    return answer
