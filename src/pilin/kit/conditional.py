"""Answering a repeat visit with 304 from ledger positions alone."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import get_language

#: Where a request keeps what its page shows, and the positions of that: the page cache asks.
SHOWN = "pilin.shown"
View = Callable[..., HttpResponse]
#: Registers whose change may show on any page: names, and who may do what.
EVERYWHERE = ("register:place", "register:organisation", "register:office")


def conditional(scopes: Callable[..., Iterable[str]]) -> Callable[[View], View]:
    """Answer a repeat visit from ledger positions alone: nothing changed, nothing computed.

    `scopes(request, **url)` names what the page shows ("all", "side:a", "matter:12" …). The ETag
    is made of their positions, the language, the viewer with what waits in their bell, the day
    (what is late depends on it) and the form key the page carries.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in ("GET", "HEAD") or "messages" in request.COOKIES:
                return view(request, *args, **kwargs)
            shown = [*scopes(request, **kwargs), *EVERYWHERE]
            at = positions(shown)
            asked = request.headers.get("If-None-Match", "")
            response: HttpResponse
            if is_known(asked, _etag(request, at)):
                response = HttpResponseNotModified()
            else:
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


def positions(scopes: Sequence[str]) -> str:
    """Where the ledger stood when what these scopes show last changed. One query, by key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT scope, number FROM loop_position WHERE scope = ANY(%s) ORDER BY scope",
            [list(scopes)],
        )
        return ",".join(f"{scope}={number}" for scope, number in cursor.fetchall())


def _etag(request: HttpRequest, positions: str) -> str:
    user = request.user
    viewer = f"{user.person}/{user.bell}/{user.unread}" if user.is_authenticated else ""
    parts = (
        positions,
        get_language(),
        viewer,
        timezone.localdate().isoformat(),
        str(request.META.get("CSRF_COOKIE", "")),
        settings.RELEASE,
    )
    return '"' + hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:32] + '"'
