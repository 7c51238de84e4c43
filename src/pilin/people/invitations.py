"""Codes with which people may sign up where an installation is open to those invited."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from .models import Invitation

#: No letters or digits that are taken for one another.
SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 10


def make(n: int, days: int, by: str = "") -> list[str]:
    """`n` new codes, good for `days` days. They are shown now and never again."""
    codes = ["".join(secrets.choice(SIGNS) for _ in range(LENGTH)) for _ in range(n)]
    until = timezone.now() + timedelta(days=days)
    Invitation.objects.bulk_create(
        Invitation(code=_hash(code), until=until, by=by) for code in codes
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def is_good(code: str) -> bool:
    return _open(code).exists()


def use(code: str) -> bool:
    """Use a code up; False where somebody else was quicker."""
    return _open(code).update(used=timezone.now()) == 1


def _open(code: str) -> QuerySet[Invitation]:
    return Invitation.objects.filter(code=_hash(code), used=None, until__gt=timezone.now())


def _hash(code: str) -> str:
    """As it is kept: however it was typed, in capitals or not, with or without the dash."""
    signs = "".join(sign for sign in code.upper() if sign in SIGNS)
    return hashlib.sha256(signs.encode()).hexdigest()
