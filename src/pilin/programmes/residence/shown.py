"""Digits that somebody shows to whoever vouches for them: eight, good for a quarter of an hour."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from .models import ShownCode

GOOD_FOR = timedelta(minutes=15)


def digits_of(person: str, now: datetime) -> ShownCode:
    """Theirs that are good for a while yet, or new ones."""
    found = ShownCode.objects.filter(person=person, expires__gt=now + GOOD_FOR / 3).first()
    while found is None:
        ShownCode.objects.filter(expires__lt=now).delete()
        try:
            with transaction.atomic():
                found, _new = ShownCode.objects.update_or_create(
                    person=person,
                    defaults={
                        "digits": f"{secrets.randbelow(10**8):08d}",
                        "expires": now + GOOD_FOR,
                    },
                )
        except IntegrityError:  # somebody else has these digits
            continue
    return found


def person_of(text: str, now: datetime) -> str | None:
    """Whose digits these are, if they are good still."""
    digits = "".join(c for c in text if c.isascii() and c.isdigit())
    row = ShownCode.objects.filter(digits=digits, expires__gt=now).first()
    return row.person if row else None
