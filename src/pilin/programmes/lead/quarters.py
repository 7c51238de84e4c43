"""Quarters of a year: when they end, when their account is due, which account is next."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import date, timedelta
from typing import Any

from pilin.engine import workdays

from .rules import DAYS, OPENS_BEFORE_END

ALL = (1, 2, 3, 4)
LAST = 4
#: How an account stands where the quarter is over and done with.
SETTLED = ("confirmed", "silent", "register")


def of(day: date) -> int:
    """The quarter a day lies in, from 1."""
    return (day.month + 2) // 3


def ends(year: int, quarter: int) -> date:
    """Its last day."""
    following = date(year + quarter // 4, quarter % 4 * 3 + 1, 1)
    return following - timedelta(days=1)


def due(year: int, quarter: int) -> date:
    """The day by which its account is due."""
    return workdays.after(ends(year, quarter), DAYS["account"])


def opens(year: int, quarter: int) -> date:
    """The first day on which its account may be given."""
    return ends(year, quarter) - timedelta(days=OPENS_BEFORE_END)


def following(first: int, accounts: Mapping[str, Any], settled: Container[str] = SETTLED) -> int:
    """The first quarter from `first` on whose account is not settled; 0 where all are."""
    open_ = (q for q in ALL if q >= first and accounts.get(str(q), {}).get("now") not in settled)
    return next(open_, 0)
