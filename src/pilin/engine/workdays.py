"""Working days. In China: statutory holidays and the make-up days that replace them."""

from datetime import date, timedelta

import chinese_calendar
from django.conf import settings


def is_workday(day: date) -> bool:
    """Whether offices are open on `day`.

    The State Council announces each year's holidays late in the year before; for days it has not
    announced yet, Monday to Friday are taken (`pilin doctor` says when that is so).
    """
    if settings.CALENDAR == "china":
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            pass
    return day.weekday() < 5


def after(day: date, n: int) -> date:
    """The n-th working day after `day` (n ≥ 1)."""
    while n > 0:
        day += timedelta(days=1)
        n -= is_workday(day)
    return day


def between(start: date, end: date) -> int:
    """Working days after `start` up to and including `end`; 0 where end is not later."""
    count = 0
    while start < end:
        start += timedelta(days=1)
        count += is_workday(start)
    return count
