"""What must be seen first, as it stands now."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from pilin.kit.page import kept
from pilin.kit.urgent import Urgent, urgent


def urgent_now(request: HttpRequest, place: int | None = None) -> tuple[Urgent, ...]:
    """What stands: the clock begins and ends one, not a step."""
    now = timezone.now()
    # Its words are of the reader's language: what is found is kept for each by itself.
    found = kept(request, urgent, place, get_language() or "")
    return tuple(one for one in found if one.starts <= now < one.until)
