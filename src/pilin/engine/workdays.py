"""Working days. In China: statutory holidays and the make-up days that replace them.

An operator may say otherwise of a day (`manage`/`day`): that goes before every calendar.
"""

from datetime import date, timedelta

import chinese_calendar
from django.conf import settings

from .positions import registers


def is_workday(day: date) -> bool:
    """Whether offices are open on `day`."""
    said = registers().days.get(day)
    return by_calendar(day) if said is None else said


def by_calendar(day: date) -> bool:
    """Whether they are by the calendar alone.

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
    said = registers().days
    while n > 0:
        day += timedelta(days=1)
        n -= said[day] if day in said else by_calendar(day)
    return day


def between(start: date, end: date) -> int:
    """Working days after `start` up to and including `end`; 0 where end is not later."""
    said = registers().days
    count = 0
    while start < end:
        start += timedelta(days=1)
        count += said[start] if start in said else by_calendar(start)
    return count
