"""Pages drawn once for all who are shown the same."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Hashable, Mapping
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import get_language

from .conditional import STAND
from .context import frame_of
from .drawn import Drawn

T = TypeVar("T")

#: Stand in a drawn page where the form key of whoever reads it belongs, and the address they asked
#: for; nobody can guess them.
FORM_KEY, ADDRESS = secrets.token_hex(16), secrets.token_hex(16)
_FORM_KEY, _ADDRESS = FORM_KEY.encode(), ADDRESS.encode()
_marks = re.compile(f"({FORM_KEY}|{ADDRESS})")
_found: Drawn[Any] = Drawn(2048)
_drawn: Drawn[tuple[bytes, ...]] = Drawn(512)  # of some ten kilobytes each


class Asked(NamedTuple):
    """What a template may know of the request."""

    path: str
    after: str
    get_full_path: str = ADDRESS

    @property
    def GET(self) -> Mapping[str, str]:
        """For the pager."""
        return {"after": self.after}


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
    While those stand, the page is the same for all with the same key. Form keys are put in at last,
    and the address, to come back to: it may say anything.
    """
    stand = request.META.get(STAND)
    if stand is None or "messages" in request.COOKIES:
        return render(request, template, draw(*key))
    asked, frame = Asked(request.path, request.GET.get("after", "")), frame_of(request)
    full = (template, draw, key, asked, frame, stand, get_language(), timezone.localdate())

    def pieces() -> tuple[bytes, ...]:
        context = {**frame.context(), "request": asked, "csrf_token": FORM_KEY, **draw(*key)}
        html = render_to_string(template, context)
        return tuple(piece.encode() for piece in _marks.split(html))

    found = _drawn.of(full, pieces)
    address = request.get_full_path()  # in a visitor's link, or a form's value
    said = {_ADDRESS: (escape(address) if frame.signed_in else quote(address, safe="")).encode()}
    if _FORM_KEY in found:
        said[_FORM_KEY] = get_token(request).encode()
    return HttpResponse(b"".join([said.get(piece, piece) for piece in found]))
