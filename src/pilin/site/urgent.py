"""What must be seen first, as it stands now."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from pilin.kit.page import kept
from pilin.kit.urgent import Urgent, urgent


def urgent_now(request: HttpRequest, place: int | None = None) -> tuple[Urgent, ...]:
    """What stands: the clock begins and ends one, not a step."""
    now = timezone.now()
    found = kept(request, urgent, place)
    return tuple(one for one in found if one.starts <= now < one.until)
