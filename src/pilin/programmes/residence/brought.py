"""Registers of residents that were brought in, in numbers: nobody reads their rows again."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, Max, Q

from .models import Resident
from .workbook import digest_of


class Register(NamedTuple):
    """Of one place: how many rows, how many of them an account was matched with, and the last day."""

    place: int
    rows: int
    matched: int
    until: date

    @property
    def digest(self) -> str:
        """As it stands in the entry that brought it in."""
        rows = Resident.objects.filter(place=self.place)
        return digest_of(rows.values_list("digest", flat=True))


def registers() -> list[Register]:
    matched = Count("pk", filter=~Q(taken_by=""))
    rows: Any = Resident.objects.values_list("place").order_by("place")
    return [
        Register(*row) for row in rows.annotate(n=Count("pk"), matched=matched, last=Max("until"))
    ]
