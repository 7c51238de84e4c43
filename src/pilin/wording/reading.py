"""How days, times, money and counts are written for people, in the language they read.

One place for all of them: pages, letters, sheets of paper and answers in the history read alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .values import in_yuan, plain

Amount = Decimal | Fraction | int | str


def in_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def enumerated(words: Iterable[object]) -> str:
    """Some words one after another: 甲、乙 in Chinese, one, two elsewhere."""
    return ("、" if in_chinese() else ", ").join(map(str, words))


def date_of(value: date | datetime) -> date:
    """The day here; that of a moment in local time."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def day(value: date | datetime | None) -> str:
    """A day with its weekday: Thu 26 Nov 2026, 2026年11月26日 星期四. "" for none."""
    return date_format(date_of(value), _("D j M Y")) if value else ""


def short_day(value: date | datetime | None) -> str:
    """A day without its weekday, for tables: 26 Nov 2026, 2026年11月26日. "" for none."""
    return date_format(date_of(value), _("j M Y")) if value else ""


def month(value: date) -> str:
    """A month: November 2026, 2026年11月."""
    return date_format(value, _("F Y"))


def _here(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def clock(value: datetime | None) -> str:
    """A time of day, of 24 hours: 21:05. "" for none."""
    return date_format(_here(value), "H:i") if value else ""


def to_the_second(value: datetime | None) -> str:
    """The same with seconds, where a minute is counted down: 21:05:30. "" for none."""
    return date_format(_here(value), "H:i:s") if value else ""


def moment(value: datetime | None) -> str:
    """A day and the time: Thu 26 Nov 2026, 21:05. "" for none."""
    return _("%(day)s, %(time)s") % {"day": day(value), "time": clock(value)} if value else ""


def _exact(amount: Amount) -> Decimal:
    exact = Fraction(amount)
    return (Decimal(exact.numerator) / exact.denominator).quantize(Decimal("0.01"), ROUND_HALF_UP)


def yuan(amount: Amount) -> str:
    """An amount for reading, to the fen: 12万元 and 812.5元, 120,000 yuan and 812.5 yuan elsewhere."""
    value = _exact(amount)
    if in_chinese():
        return in_yuan(value)
    text = f"{value:,.2f}".removesuffix("0").removesuffix("0").removesuffix(".")
    return _("%(n)s yuan") % {"n": text}


def digits(amount: Amount) -> str:
    """A sum in yuan as digits alone, for columns and counts: 68,000 and 812.50."""
    return f"{_exact(amount):,.2f}".removesuffix(".00")


def to_the_fen(amount: Amount) -> str:
    """The same with two places always, so that a column of sums stands in line: 68,000.00."""
    return f"{_exact(amount):,.2f}"


def count(n: int) -> str:
    """A whole number: 12,345. Chinese pages group thousands as well, as accounts there do."""
    return f"{n:,}"


def average(value: float | Decimal) -> str:
    """A mean of what people gave, to one place: 4.5."""
    return f"{value:,.1f}"


def measure(amount: Decimal) -> str:
    """An amount that is weighed or measured, as exact as it is: 1,200.5."""
    whole, _point, part = plain(amount).partition(".")
    return count(int(whole)) + (f".{part}" if part else "")


def written(value: Any) -> Any:
    """A value of a fact as people read it: days and moments in words, whatever else as it is."""
    if isinstance(value, datetime):
        return moment(value)
    return day(value) if isinstance(value, date) else value


def listed(value: Any, number: bool = False) -> Any:
    """A cell of a table: days short, and whole numbers of a column of numbers in thousands."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return short_day(value)
    if number and isinstance(value, int) and not isinstance(value, bool):
        return count(value)
    return written(value)
