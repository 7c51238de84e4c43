"""Answering a repeat visit with 304 from ledger positions alone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from functools import partial, wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import get_language

from pilin.engine.positions import positions
from pilin.people import known
from pilin.people.sessions import ask_with

from .context import look_of

#: Where a request keeps what its page shows, and the positions of that: the page cache asks.
SHOWN = "pilin.shown"
#: Where a request keeps, so that it says what was rolled back, too, the positions of all that its page
#: shows beside what the page itself is drawn from (`page.py`).
STAND = "pilin.stand"
View = Callable[..., HttpResponse]


def conditional(scopes: Callable[..., Iterable[str]]) -> Callable[[View], View]:
    """Answer a repeat visit from ledger positions alone: nothing changed, nothing computed.

    `scopes(request, **url)` names what the page shows ("all", "side:a", "matter:12" …). The ETag
    is made of their positions, the language, the viewer with what waits in their bell, the day
    (what is late depends on it) and the form key the page carries.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in ("GET", "HEAD"):
                return view(request, *args, **kwargs)
            if "messages" in request.COOKIES:  # what it says is said once
                with known.as_of(positions((), partial(ask_with, request)).registers):
                    return view(request, *args, **kwargs)
            # Names, and who may do what, may show on any page.
            shown = [*scopes(request, **kwargs), *known.SCOPES]
            stand = positions(shown, partial(ask_with, request))
            at = stand.text
            asked = request.headers.get("If-None-Match", "")
            response: HttpResponse
            if asked and is_known(asked, _etag(request, at)):
                response = HttpResponseNotModified()
            else:
                request.META[STAND] = stand.stand
                with known.as_of(stand.registers):
                    response = view(request, *args, **kwargs)
                if response.status_code == 200 and asked.strip() == "*":  # there is such a page
                    response = HttpResponseNotModified()
            if response.status_code in (200, 304):
                response["ETag"] = _etag(request, at)
                response["Cache-Control"] = "private, no-cache"
                patch_vary_headers(response, ("Cookie", "Accept-Language"))
                request.META[SHOWN] = (shown, at)
            return response

        return answer

    return decorate


def is_known(asked: str, etag: str) -> bool:
    """Whether one of the tags of an If-None-Match is this one, which a proxy may have weakened.

    The comparison of RFC 9110, 13.1.2, as Django makes it, without a request of Django's. "*" names
    no tag: whoever asks so must know first that there is a page.
    """
    if asked.removeprefix("W/") == etag:
        return True
    return etag in asked and any(t.removeprefix("W/") == etag for t in parse_etags(asked))


def knowing(view: View) -> View:
    """Answer visits from the registers as they stand; whatever else the page shows it asks for."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        registers = positions((), partial(ask_with, request)).registers
        request.META[STAND] = registers
        with known.as_of(registers):
            return view(request, *args, **kwargs)

    return answer


def _etag(request: HttpRequest, positions: str) -> str:
    user = request.user
    viewer = ""
    if user.is_authenticated:
        homes = ";".join(f"{home.place} {home.until}" for home in user.homes_read or ())
        viewer = f"{user.person}/{user.bell}/{user.unread}/{homes}"
    parts = (
        positions,
        get_language(),
        viewer,
        timezone.localdate().isoformat(),
        str(request.META.get("CSRF_COOKIE", "")),
        settings.RELEASE,
        look_of(request),
    )
    return '"' + hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:32] + '"'
