"""Pages drawn once for all who are shown the same."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable, Mapping
from typing import Any, NamedTuple, TypeVar

from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from .conditional import STAND
from .context import frame_of
from .drawn import Drawn

T = TypeVar("T")

#: Stands in a drawn page where the form key of whoever reads it belongs; nobody can guess it.
MARK = secrets.token_hex(16)
_found: Drawn[Any] = Drawn(2048)
_drawn: Drawn[tuple[bytes, ...]] = Drawn(512)  # of some ten kilobytes each


class Asked(NamedTuple):
    """What a page may know of the request: where it leads."""

    path: str
    get_full_path: str

    @property
    def GET(self) -> QueryDict:
        return QueryDict(self.get_full_path.partition("?")[2])


def kept(request: HttpRequest, find: Callable[..., T], *key: Hashable) -> T:
    """What `find(*key)` gives, found once for everyone while the positions of the page stand."""
    stand = request.META.get(STAND)
    if stand is None:
        return find(*key)
    found: T = _found.of((find, key, stand), lambda: find(*key))
    return found


def page(
    request: HttpRequest, template: str, draw: Callable[..., Mapping[str, Any]], *key: Hashable
) -> HttpResponse:
    """A page that shows what `draw(*key)` gives, in the frame.

    Neither `draw` nor the template sees the request or who asks, so that no page shows one what is
    another's: whatever depends on the person is worked out before and stands in `key`. What else
    `draw` reads must be covered by the positions that the view named (`conditional`, `knowing`).
    While those stand, the page is the same for all with the same key; form keys are put in at last.
    """
    stand = request.META.get(STAND)
    if stand is None or "messages" in request.COOKIES:
        return render(request, template, draw(*key))
    asked, frame = Asked(request.path, request.get_full_path()), frame_of(request)
    full = (template, draw, key, asked, frame, stand, get_language(), timezone.localdate())

    def pieces() -> tuple[bytes, ...]:
        context = {**frame.context(), "request": asked, "csrf_token": MARK, **draw(*key)}
        html = render_to_string(template, context)
        return tuple(piece.encode() for piece in html.split(MARK))

    found = _drawn.of(full, pieces)
    if len(found) == 1:
        return HttpResponse(found[0])
    return HttpResponse(get_token(request).encode().join(found))
