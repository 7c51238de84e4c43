"""What the frame around every page shows."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest


class Frame(NamedTuple):
    """All that the frame depends on, beside the language and the address."""

    demo: bool
    here: str  # where we are, as far as the bar can name it: its pages have no arguments
    signed_in: bool
    unread: int
    look: str  # larger type, more contrast: classes of the page

    def context(self) -> dict[str, Any]:
        return {
            **self._asdict(),
            "languages": settings.LANGUAGES,
            "release": settings.RELEASE,
            "site_url": settings.SITE_URL,
        }


def frame_of(request: HttpRequest) -> Frame:
    """Costs no query: what it shows of the viewer is in the row read to know who they are."""
    user = getattr(request, "user", None)
    match = request.resolver_match
    return Frame(
        settings.DEMO,
        request.path if match and not match.kwargs else "",
        bool(user and user.is_authenticated),
        getattr(user, "unread", 0),
        look_of(request),
    )


#: How large type can be, and how strong its contrast: what a cookie remembers.
TYPES, CONTRASTS = ("", "large", "larger"), ("", "strong")
LOOK = "pilin_look"


def look_of(request: HttpRequest) -> str:
    """The classes of a page for whoever chose larger type or more contrast; "" for the usual one."""
    chosen = request.COOKIES.get(LOOK, "").split(".")
    size = chosen[0] if chosen[0] in TYPES else ""
    strong = chosen[-1] if len(chosen) == 2 and chosen[-1] in CONTRASTS else ""
    return " ".join(f"{kind}-{one}" for kind, one in (("type", size), ("contrast", strong)) if one)


def shell(request: HttpRequest) -> dict[str, Any]:
    """The frame's part of a template's context."""
    return frame_of(request).context()
