"""A record that lost its end is filled again from the copy that a neighbour holds of it.

Nobody need trust them: what they give must be signed by our own key, and reach what was acknowledged. What was
kept sealed never crossed the border: it is not among what comes back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from pilin.database import elsewhere
from pilin.ledger import log
from pilin.people.neighbour_models import Neighbour

from . import protocol
from .serving import asked_by, range_of

#: Entries given at a time.
MANY = 500


# What we give to whoever a record is of ----------------------------------------------------------


@require_safe
def held(request: HttpRequest) -> HttpResponse:
    """What we hold of the record of whoever asks: how far it goes, as they signed it, and entries of it."""
    try:
        neighbour = asked_by(request)
        start, stop = range_of(request)
    except PermissionDenied:
        return HttpResponse(status=403)
    try:
        with elsewhere.reading(neighbour.there):
            said = {
                "size": log.size(log.MAIN),
                "checkpoint": log.checkpoint(log.MAIN),
                "entries": list(_entries(start, min(stop, start + MANY))),
            }
    except elsewhere.NoCopy:
        return HttpResponse(status=403)
    response = JsonResponse(said, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "no-store"
    return response


def _entries(start: int, stop: int) -> Iterator[tuple[str, str | None]]:
    with connection.cursor() as cursor:
        yield from cursor.execute(
            "SELECT body, (SELECT data FROM ledger_words w WHERE w.log = e.log AND w.number = e.number)"
            " FROM ledger_entry e WHERE log = %s AND number >= %s AND number < %s ORDER BY number",
            [log.MAIN, start, stop],
        ).fetchall()


# What we ask of one who holds ours ---------------------------------------------------------------


class Held:
    """A neighbour's copy of our record, as `filling` reads it. Raises Silent."""

    def __init__(self, of: Neighbour) -> None:
        self._of = of
        self._words: dict[int, str] = {}

    def _asked(self, start: int, stop: int) -> dict[str, Any]:
        found: dict[str, Any] = protocol.held(self._of, start, stop)
        return found

    def logs(self) -> list[tuple[str, int, str]]:
        said = self._asked(0, 0)
        return [(log.MAIN, int(said["size"]), str(said["checkpoint"]))]

    def bodies(self, name: str, start: int, stop: int) -> list[str]:
        bodies = []
        while start < stop:
            some = self._asked(start, stop)["entries"]
            if not some:
                raise protocol.Silent(str(start))
            for n, (body, words) in enumerate(some, start):
                bodies.append(str(body))
                if words is not None:
                    self._words[n] = str(words)
            start += len(some)
        return bodies

    def beside(self, table: str, columns: str, name: str, start: int) -> list[tuple[Any, ...]]:
        if table != "ledger_words":
            return []
        return [(name, n, words) for n, words in self._words.items() if _is_json(words)]


def _is_json(words: str) -> bool:
    try:
        return isinstance(json.loads(words), dict)
    except ValueError:
        return False
