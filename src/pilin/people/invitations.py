"""Codes with which people may sign up where an installation is open to those invited."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from . import codes
from .models import Invitation


def make(n: int, until: datetime, by: str, batch: int) -> list[str]:
    """`n` new codes, good until then, made by the entry `batch`. They are shown now and never again."""
    made = [codes.new() for _n in range(n)]
    Invitation.objects.bulk_create(
        Invitation(code=_hash(code), until=until, by=by, batch=batch) for code in made
    )
    return made


def is_good(code: str) -> bool:
    return _open(code).exists()


def use(code: str) -> bool:
    """Use a code up; False where somebody else was quicker."""
    return _open(code).update(used=timezone.now()) == 1


def _open(code: str) -> QuerySet[Invitation]:
    return Invitation.objects.filter(code=_hash(code), used=None, until__gt=timezone.now())


def _hash(code: str) -> str:
    return hashlib.sha256(codes.plain(code).encode()).hexdigest()
