"""The code a participant shows at the door: it proves a registration to whoever checks in."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings

from pilin.wording.identity import identity


def token(entry: int) -> str:
    """The registration's entry number with eight hex digits that only this server can make."""
    key = hashlib.sha256(b"event check-in " + settings.SECRET_KEY.encode()).digest()
    return f"{entry}-{hmac.new(key, str(entry).encode(), hashlib.sha256).hexdigest()[:8]}"


def opened(text: str) -> int | None:
    """The entry number of a genuine code; None for any other."""
    text = identity(text)
    number = text.partition("-")[0]
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    return int(number) if hmac.compare_digest(token(int(number)).encode(), text.encode()) else None
