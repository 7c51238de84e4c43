"""By when something is required, in the words of minutes."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from pilin.wording.numerals import Unreadable, evaluate

_N = r"([0-9]{1,4}|[〇零一二两三四五六七八九十]{1,4})"
_BY = r"(?:之?前|以前|内|底前|底之?前|末前|末|底|止)"


@dataclass(frozen=True)
class By:
    """A deadline: `words` from `start` to `end` of the text; `day` is None where only working days or nothing
    certain is said ("before the festival")."""

    words: str
    start: int
    end: int
    day: date | None = None
    workdays: int | None = None


def number(text: str) -> int:
    if text.isdigit():
        return int(text)
    if len(text) == 4 and not set(text) & set("十百千"):  # 二〇二六
        return int("".join(str("〇一二三四五六七八九".index(c.replace("零", "〇"))) for c in text))
    return int(evaluate(text.replace("〇", "零")))


def _of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _end(year: int, month: int) -> date | None:
    return _of(year, month, monthrange(year, month)[1]) if 1 <= month <= 12 else None


def _year(month: int, told: date) -> int:
    """The year of a month that is named without one: this one, or the next where it lies behind."""
    return told.year + (1 if month < told.month else 0)


def _month_end(m: re.Match[str], told: date) -> date | None:
    month = number(m[2])
    year = number(m[1]) if m[1] else _year(month, told)
    return _end(year, month)


def _full(m: re.Match[str], told: date) -> date | None:
    month = number(m[2])
    return _of(number(m[1]) if m[1] else _year(month, told), month, number(m[3]))


def _third(m: re.Match[str], told: date) -> date | None:
    month = number(m[2])
    year = number(m[1]) if m[1] else _year(month, told)
    last = {"上": 10, "中": 20}.get(m[3])
    return _of(year, month, last) if last else _end(year, month)


def _quarter(m: re.Match[str], told: date) -> date | None:
    n = number(m[1]) if m[1] != "本" else (told.month + 2) // 3
    if not 1 <= n <= 4:
        return None
    year = told.year + (1 if 3 * n < told.month else 0)
    return _end(year, 3 * n)


def _this_month(m: re.Match[str], told: date) -> date | None:
    month = told.month + (1 if m[1].startswith("下") else 0)
    return _end(told.year + (month - 1) // 12, (month - 1) % 12 + 1)


def _year_end(m: re.Match[str], told: date) -> date | None:
    year = number(m[1][:-1]) if m[1] and m[1][0].isdigit() else told.year
    return _of(year + (1 if m[1] == "明" else 0), 12, 31)


def _half(m: re.Match[str], told: date) -> date | None:
    return _of(told.year, 6, 30) if m[1] == "上" else _of(told.year, 12, 31)


def _in_days(m: re.Match[str], told: date) -> date | None:
    return told + timedelta(days=number(m[1]) * (7 if m[2].endswith(("周", "星期")) else 1))


def _in_months(m: re.Match[str], told: date) -> date | None:
    month = told.month + number(m[1])
    year, month = told.year + (month - 1) // 12, (month - 1) % 12 + 1
    return _of(year, month, min(told.day, monthrange(year, month)[1]))


def _weekday(m: re.Match[str], told: date) -> date | None:
    wanted = min("一二三四五六日天".index(m[2]), 6)
    days = wanted - told.weekday() + (7 if m[1].startswith("下") else 0)
    return told + timedelta(days=days) if days >= 0 else None


_Y = r"(?:([0-9]{4}|二[〇零][〇零一二三四五六七八九]{2})年)?"
_RULES: tuple[tuple[str, Callable[[re.Match[str], date], date | None]], ...] = (
    (rf"{_Y}{_N}月{_N}[日号](?:{_BY})?", _full),
    (r"(?:([0-9]{4})[-./])([0-9]{1,2})[-./]([0-9]{1,2})(?:日)?(?:之?前)?", _full),
    (rf"{_Y}{_N}月(上|中|下)旬(?:{_BY})?", _third),
    (rf"{_Y}{_N}月(?:份)?(?:底|末)(?:之?前)?", _month_end),
    (rf"{_Y}{_N}月(?:份)?(?:之?前|内)", _month_end),
    (r"(本月|当月|下月|下个月)(?:底|末|内)?(?:之?前)?", _this_month),
    (rf"(?:第)?([一二三四1-4本])季度(?:{_BY})", _quarter),
    (r"(今|本|明|[0-9]{4}年)?年?(?:年底|年末|年内)(?:之?前)?", _year_end),
    (r"(上|下)半年(?:之?前|内|末|底)", _half),
    (rf"{_N}(个月)(?:之?内|以内)", _in_months),
    (rf"{_N}(天|日|周|个星期|星期)(?:之?内|以内)", _in_days),
    (r"(本周|下周|这周)([一二三四五六日天])(?:之?前)?", _weekday),
)
_WORKDAYS = re.compile(rf"{_N}个?工作日(?:之?内|以内)?")
_VAGUE = re.compile(
    r"(?:立即|即日起|近期|长期坚持|春节前|国庆前|中秋前|节前|汛期前|汛前|下次会议(?:之?前)?|会后)"
)
_PATTERNS = tuple((re.compile(pattern), rule) for pattern, rule in _RULES)


def deadlines(text: str, told: date) -> Iterator[By]:
    """What is said of by when, in the order of the text; `told` is the day on which it was said."""
    found: list[By] = []

    def free(start: int, end: int) -> bool:
        return all(end <= one.start or start >= one.end for one in found)

    for m in _WORKDAYS.finditer(text):
        found.append(By(m[0], *m.span(), workdays=_safe(m[1])))
    for pattern, rule in _PATTERNS:
        for m in pattern.finditer(text):
            if not m[0] or not free(*m.span()):
                continue
            try:
                day = rule(m, told)
            except (Unreadable, ValueError, OverflowError):
                continue
            if day is not None:
                found.append(By(m[0], *m.span(), day=day))
    for m in _VAGUE.finditer(text):
        if free(*m.span()):
            found.append(By(m[0], *m.span()))
    yield from sorted(found, key=lambda by: by.start)


def _safe(words: str) -> int | None:
    try:
        return number(words)
    except (Unreadable, ValueError):
        return None
