"""A fund's money as a plain list: in, out, and what was left after each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, QuerySet, Sum

from .models import CASH, PURPOSE, Posting


@dataclass(frozen=True)
class Movement:
    """One movement of money; `left` is what there was after it, `purpose` 0 where it has none."""

    entry: int
    day: date
    words: str
    purpose: int
    came: Decimal
    paid: Decimal
    left: Decimal


def cash(fund: int) -> QuerySet[Posting]:
    """What moved money: allocating only says what it is for."""
    return Posting.objects.filter(fund=fund, account=CASH)


def movements(fund: int, rows: Sequence[Posting]) -> list[Movement]:
    """These postings of `cash`, newest first and without a gap, with their running balance.

    Two queries: what there was after the newest, and which purposes the entries name.
    """
    if not rows:
        return []
    until = cash(fund).filter(pk__lte=rows[0].pk)
    left: Decimal = until.aggregate(sum=Sum(F("debit") - F("credit")))["sum"]
    entries = {row.entry for row in rows}
    named = Posting.objects.filter(fund=fund, account=PURPOSE, entry__in=entries)
    # The other half of a movement stands on the line beside it.
    purposes = {(p.entry, p.line): p.purpose or 0 for p in named}
    found = []
    for row in rows:
        beside = row.line + 1 if row.debit else row.line - 1
        purpose = purposes.get((row.entry, beside), 0)
        found.append(Movement(row.entry, row.day, row.words, purpose, row.debit, row.credit, left))
        left -= row.debit - row.credit
    return found
