"""What the frame around every page shows."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest

from .nav import NavItem, nav_items


class Frame(NamedTuple):
    """All that the frame depends on, beside the language and the address."""

    demo: bool
    nav_names: tuple[str, ...]
    here: str  # where we are, as far as the bar can name it: its pages have no arguments
    signed_in: bool
    unread: int

    def context(self) -> dict[str, Any]:
        return {
            **self._asdict(),
            "nav": _nav(),
            "languages": settings.LANGUAGES,
            "release": settings.RELEASE,
        }


def frame_of(request: HttpRequest) -> Frame:
    """Costs no query: what it shows of the viewer is in the row read to know who they are."""
    user = getattr(request, "user", None)
    match = request.resolver_match
    return Frame(
        settings.DEMO,
        tuple(item.url_name for item in _nav()),
        request.path if match and not match.kwargs else "",
        bool(user and user.is_authenticated),
        getattr(user, "unread", 0),
    )


def _nav() -> list[NavItem]:
    return [item for item in nav_items() if item.main]


def shell(request: HttpRequest) -> dict[str, Any]:
    """The frame's part of a template's context."""
    return frame_of(request).context()
