"""What was typed into a form whose session had ended: kept while its writer signs in again.

Encrypted, for an hour, to be taken once by whoever has the key, which goes along with the way back. Files
are not kept: before somebody has signed in, nothing of theirs is written to disk.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

from allauth.account.adapter import get_adapter
from cryptography.fernet import InvalidToken
from django.core.cache import cache
from django.http import HttpRequest, QueryDict

from pilin.engine import drafts
from pilin.people import used
from pilin.programmes.residence import secret

#: Seconds; forms kept for one address on a day, since whoever sends them is nobody yet.
KEPT, OF_ADDRESS = 3600, 40


def keep(request: HttpRequest) -> str:
    """The key of what was sent; "" where there is nothing to keep, or too much."""
    fields = {n: request.POST.getlist(n) for n in request.POST if n != "csrfmiddlewaretoken"}
    text = json.dumps(fields, ensure_ascii=False)
    if not any(any(values) for values in fields.values()) or len(text) > drafts.LONGEST:
        return ""
    address = secret.of_address(get_adapter().get_client_ip(request))
    if used.use("typed", address) > OF_ADDRESS:
        return ""
    key = secrets.token_urlsafe(24)
    cache.set(_name(key), drafts.sealed_box().encrypt(text.encode()).decode(), KEPT)
    return key


def take(key: str) -> QueryDict:
    """What was kept under a key, which is good once."""
    found = QueryDict(mutable=True)
    kept: Any = cache.get(_name(key)) if len(key) == 32 else None
    if kept:
        cache.delete(_name(key))
        try:
            fields = json.loads(drafts.sealed_box().decrypt(kept.encode()))
        except InvalidToken:  # the site's secret has changed since
            return found
        for name, values in fields.items():
            found.setlist(name, values)
    return found


def _name(key: str) -> str:
    return f"typed-{key}"
