"""What the frame around every page shows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from .programme import nav_items


def shell(request: HttpRequest) -> dict[str, Any]:
    """Costs no query: what it shows of the viewer is in the row read to know who they are."""
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    nav = [item for item in nav_items() if item.main]
    match = request.resolver_match
    return {
        "demo": settings.DEMO,
        "nav": nav,
        "nav_names": tuple(item.url_name for item in nav),
        # Where we are, as far as the bar can name it: its pages have no arguments.
        "here": request.path if match and not match.kwargs else "",
        "unread": getattr(user, "unread", 0),
        "signed_in": signed_in,
        "languages": settings.LANGUAGES,
        "release": settings.RELEASE,
    }
