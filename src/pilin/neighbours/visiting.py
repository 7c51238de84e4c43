"""A neighbour's pages, shown here from our copy: /at/THEIR-NAME/ and then as on their own server.

What of a page belongs to whoever runs a server, and not to a record, is ours; files are fetched once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import Resolver404, ResolverMatch, resolve

from pilin.database import elsewhere
from pilin.engine import evidence
from pilin.engine.models import Evidence
from pilin.engine.programme import registry
from pilin.kit.conditional import SHOWN
from pilin.people.actor import Actor
from pilin.people.models import Account
from pilin.people.neighbour_models import INVITED, Neighbour

from . import asking, guests, protocol
from .models import Copy

_PATH = re.compile(rf"{elsewhere.AT}([A-Za-z0-9.:-]+)(/.*)")
#: Pages of the shell that show a record, by name; programmes' own, where they are read only.
SHELL = frozenset(
    {
        *("board", "work", "matters", "matter", "places", "place", "organisation", "search"),
        *("map", "map-picture", "map-at", "map-tile", "figures", "figures-due", "figures-json"),
        *("figures-csv", "file", "step"),
    }
)
#: Programmes whose pages are about this installation, or take something in.
OURS = frozenset({"web", "ledger", "intake", "manage", "residence", "neighbours"})
MAIN = b'<main id="content" tabindex="-1">'


class VisitMiddleware:
    """Shows what lies below /at/ from the copy of that neighbour's record."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = _PATH.fullmatch(request.path_info)
        if asked is None:
            return self.get_response(request)
        neighbour = Neighbour.objects.filter(origin=asked[1]).exclude(state=INVITED).first()
        copy = Copy.objects.filter(pk=neighbour.pk, applied__gt=0).first() if neighbour else None
        if neighbour is None or copy is None:
            return self.get_response(request)  # there is no such page
        match = _resolved(asked[2])
        if match is None or not _is_shown(request, match):
            return HttpResponseRedirect(_elsewhere(request, neighbour, asked[2], match))
        try:
            return self._shown(request, neighbour, copy, asked[2], match)
        except (elsewhere.NoCopy, Http404):
            request.path_info = request.path  # there is no such page
            return self.get_response(request)

    def _shown(
        self,
        request: HttpRequest,
        neighbour: Neighbour,
        copy: Copy,
        path: str,
        match: ResolverMatch,
    ) -> HttpResponse:
        user = request.user  # before their tables are looked in
        account = user if user.is_authenticated and isinstance(user, Account) else None
        there = neighbour.there
        request.path_info = path
        request.META.pop("HTTP_IF_NONE_MATCH", None)  # what stands above the page changes by itself
        if match.url_name == "file":
            _fetched(neighbour, match.kwargs)
        with elsewhere.reading(there, only=match.url_name != "step"):
            visitor = guests.visiting(account, there) if account else None
            request.visitor = visitor or Actor("", kind="visitor")  # type: ignore[attr-defined]
            response = self.get_response(request)
            if hasattr(response, "render") and callable(response.render):
                response.render()
        request.META.pop(SHOWN, None)
        if response.get("Content-Type", "").startswith("text/html") and not response.streaming:
            _said_above(response, neighbour, copy, match)
        return response


def _resolved(path: str) -> ResolverMatch | None:
    try:
        return resolve(path)
    except Resolver404:
        return None


def _is_shown(request: HttpRequest, match: ResolverMatch) -> bool:
    reads = request.method in ("GET", "HEAD")
    if match.namespace == "web":
        return match.url_name in SHELL and (reads or match.url_name == "step")
    return reads and match.namespace in {p.name for p in registry} - OURS


def _elsewhere(
    request: HttpRequest, neighbour: Neighbour, path: str, match: ResolverMatch | None
) -> str:
    """Where a page is that is not shown from the copy: theirs, of what concerns the record; else ours."""
    query = request.META.get("QUERY_STRING", "")
    path = f"{path}?{query}" if query else path
    theirs = match is not None and match.namespace not in ("web", "", "residence", "manage")
    return f"{neighbour.address}{path}" if theirs else path


def _fetched(neighbour: Neighbour, which: dict[str, Any]) -> None:
    """Have a file of theirs at hand, under its hash; the sweep takes it away again. Raises Http404."""
    try:
        target = evidence.path_of(which["sha256"])
    except ValueError:
        raise Http404 from None
    if target.exists():
        return
    with elsewhere.reading(neighbour.there):
        row = Evidence.objects.filter(sha256=which["sha256"], name=which["name"]).first()
    if row is None:
        raise Http404
    try:
        size = min(row.size, settings.FILE_LIMIT)
        content = protocol.file(neighbour, row.sha256, row.name, size)
    except protocol.Silent as silent:
        raise Http404 from silent
    evidence.keep_copy(SimpleUploadedFile(row.name, content, row.type), row.sha256)


def _said_above(
    response: HttpResponse, neighbour: Neighbour, copy: Copy, match: ResolverMatch
) -> None:
    """Whose record this is, and as of when; on a matter's page, what was asked for from here."""
    key = match.kwargs.get("key") if match.url_name == "matter" else None
    context = {
        "neighbour": neighbour,
        "copy": copy,
        "waits": copy.applied < copy.size,
        "sent": asking.sent(neighbour.there, int(key)) if key else [],
    }
    above = render_to_string("neighbours/above.html", context).encode()
    response.content = response.content.replace(MAIN, MAIN + above, 1)
    response.headers.pop("ETag", None)
    response.headers["Cache-Control"] = "private, no-store"
    if "Content-Length" in response.headers:
        response.headers["Content-Length"] = str(len(response.content))
