"""Who applies under a clause, as the record has it: once for each, with nothing to be read from it."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings

from .models import Clause


def claim_of(clause: Clause, who: str, year: int) -> str:
    """The same for the same firm or person under the same clause (in the same year, where it is once a year).

    Credit codes can be guessed: under a key that only this server has. Under another clause it is another, so
    that nobody sees what else a firm has applied for. "" where a clause may be claimed as often as one likes.
    """
    if not clause.once or not who:
        return ""
    key = hashlib.sha256(b"claims of benefits " + settings.SECRET_KEY.encode()).digest()
    said = f"{clause.pk} {year if clause.once == 'year' else ''} {who}"
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()
