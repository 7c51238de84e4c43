"""What pages of every programme share: answering 304, paging by key, and what a programme adds."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import DateField, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from pilin.people.models import Office

from .models import Matter
from .procedure import Words

#: Where a request keeps what its page shows, and the positions of that: `server/front.py` asks.
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
            if request.headers.get("If-None-Match") == _etag(request, at):
                response: HttpResponse = HttpResponse(status=304)
            else:
                response = view(request, *args, **kwargs)
            if response.status_code in (200, 304):
                response["ETag"] = _etag(request, at)
                response["Cache-Control"] = "private, no-cache"
                patch_vary_headers(response, ("Cookie", "Accept-Language"))
                request.META[SHOWN] = (shown, at)
            return response

        return answer

    return decorate


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


@dataclass(frozen=True)
class Slice:
    """One page of a list. `after` is the key to ask the next one with; None at the end."""

    items: list[Any]
    after: str | None


def slice_of(rows: QuerySet[Any], order: Sequence[str], after: str = "", size: int = 50) -> Slice:
    """The `size` rows that follow the key `after`, in `order` (the last field must be unique).

    Paging by key costs the same on the thousandth page as on the first, and nothing slips between
    pages while matters move. A key that cannot be read starts at the beginning.
    """
    names = [name.lstrip("-") for name in order]
    key = _read_key(after, [rows.model._meta.get_field(name) for name in names])
    if key:
        rows = rows.filter(_beyond(order, key))
    items = list(rows.order_by(*order)[: size + 1])
    more = len(items) > size
    items = items[:size]
    last = ".".join(str(getattr(items[-1], name)) for name in names) if more else None
    return Slice(items, last)


def _read_key(after: str, fields: Sequence[Any]) -> list[Any] | None:
    """The key as values of these fields; None where it is none of theirs."""
    pieces = after.split(".")
    if len(pieces) != len(fields):
        return None
    values: list[Any] = []
    for piece, field in zip(pieces, fields, strict=True):
        if isinstance(field, DateField):
            try:
                values.append(date.fromisoformat(piece))
            except ValueError:
                return None
        elif piece.isascii() and piece.isdigit() and len(piece) < 19:
            values.append(int(piece))
        else:
            return None
    return values


def _beyond(order: Sequence[str], key: Sequence[Any]) -> Q:
    name, value = order[0].lstrip("-"), key[0]
    further = Q(**{f"{name}__{'lt' if order[0].startswith('-') else 'gt'}": value})
    if len(order) == 1:
        return further
    return further | Q(**{name: value}) & _beyond(order[1:], key[1:])


# What a programme adds to the house --------------------------------------------------------------

Facts = Callable[[Matter, Any], Mapping[str, Any]]
_facts: dict[str, tuple[str, Facts]] = {}
_also: list[str] = []


@dataclass(frozen=True)
class NavItem:
    """A page of a programme. `main` ones stand in the bar on every page, the rest on one list."""

    title: Words
    url_name: str
    kind: str = ""
    lead: Words = ""
    main: bool = False


_nav: list[NavItem] = []


def shows(kind: str, template: str, also: Sequence[str] = ()) -> Callable[[Facts], Facts]:
    """Register what a programme shows on a matter's page: `facts(matter, actor)` for `template`.

    `also` are scopes beside the matter's own that may change it.
    """

    def keep(function: Facts) -> Facts:
        _facts[kind] = (template, function)
        _also.extend(also)
        return function

    return keep


def shown_with(key: int) -> list[str]:
    """The scopes of a matter's page: its own, and those programmes named for theirs."""
    return [f"matter:{key}", *_also]


def facts_of(matter: Matter, actor: Any) -> tuple[str, Mapping[str, Any]] | None:
    entry = _facts.get(matter.kind)
    return (entry[0], entry[1](matter, actor)) if entry else None


Turns = Callable[[Sequence[Office]], Iterable[int]]
_turns: list[Turns] = []


def turns(function: Turns) -> Turns:
    """Register which matters wait for somebody with these offices beside those they hold."""
    _turns.append(function)
    return function


def waiting_for(offices: Sequence[Office]) -> list[int]:
    """Matters in which it is the turn of somebody with these offices though another holds them."""
    return [key for function in _turns for key in function(offices)]


def nav(title: Words, url_name: str, kind: str = "", lead: Words = "", main: bool = False) -> None:
    """Put a page of a programme among the pages of shared work (`main`: in the bar too)."""
    _nav.append(NavItem(title, url_name, kind, lead, main))


def nav_items() -> tuple[NavItem, ...]:
    return tuple(_nav)
