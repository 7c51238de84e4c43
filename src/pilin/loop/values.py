"""Quantities and dates as registers write them: the meaning is read, the wording is kept.

"3000余" is at least 3000, "超200亿元" is at least 20,000,000,000 yuan, "2023年3月" is a month. What
cannot be understood is never guessed at: it raises `Unclear`, and only the wording is recorded.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class Unclear(ValueError):
    """A wording that cannot be understood, and why (in the reader's language)."""

    def __init__(self, why: Words) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Quantity:
    """`value` is a decimal as text, in `unit`; `bound` is "", "at-least" or "about"."""

    value: str
    unit: str
    bound: str
    wording: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Moment:
    """The days `start` to `end` (ISO), known to the "day", "month", "year" or as a "range"."""

    start: str
    end: str
    precision: str
    wording: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_BIG = {
    "": 1,
    "百": 100,
    "千": 1000,
    "万": 10_000,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "万亿": 10**12,
}
_QUANTITY = re.compile(
    r"(?P<before>约|近|大约|超过|超|逾|至少|不少于)?\s*"
    r"(?P<number>[+-]?\d[\d,]*(?:\.\d+)?|[零〇一二两三四五六七八九十百千]+)"
    r"\s*(?P<more>余|多)?(?P<big>万亿|百万|千万|亿|万|千|百)?(?P<more2>余|多)?"
    r"\s*(?P<unit>[^\d\s余多]{0,8}?)(?P<after>以上|左右|上下)?"
)
_AT_LEAST = {"超过", "超", "逾", "至少", "不少于", "余", "多", "以上"}


def quantity(cell: Any, unit: str = "") -> Quantity | None:
    """A number with its unit; None for an empty cell or a dash. Raises Unclear."""
    wording = _wording(cell)
    if wording is None:
        return None
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return Quantity(_plain(Decimal(repr(cell))), unit, "", wording)
    match = _QUANTITY.fullmatch(unicodedata.normalize("NFKC", wording))
    if not match:
        raise Unclear(_("this is no number that can be read"))
    try:
        number = _number(match["number"]) * _BIG[match["big"] or ""]
    except (InvalidOperation, ValueError):
        raise Unclear(_("this is no number that can be read")) from None
    signs = {match["before"], match["more"], match["more2"], match["after"]} - {None}
    bound = "at-least" if signs & _AT_LEAST else "about" if signs else ""
    return Quantity(_plain(number), match["unit"] or unit, bound, wording)


def _wording(cell: Any) -> str | None:
    """A cell's text as written; None where it says that there is nothing."""
    if cell is None or isinstance(cell, bool):
        return None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = " ".join(str(cell).split())
    return None if text in ("", "-", "—", "–", "－", "/", "无") else text


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _number(text: str) -> Decimal:
    if text[0] in "+-" or text[0].isdigit():
        return Decimal(text.replace(",", ""))
    if not set(text) & set(_UNITS):
        return Decimal("".join(str(_DIGITS[c]) for c in text))
    total, digit = 0, 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        else:
            total += (digit or 1) * _UNITS[char]
            digit = 0
    return Decimal(total + digit)


_DAY = re.compile(r"(?:(\d{4})\s*[年./-]\s*)?(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?")
_MONTH = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*月?\s*(底|末|初|中旬|上旬|下旬)?")
_YEAR = re.compile(r"(\d{4})\s*年?\s*(底|末|初)?")
_RANGE = re.compile(r"(\d{4})\s*年?\s*[—–~至-]+\s*(\d{4})\s*年?")
_PARTS = {
    "初": (1, 10),
    "上旬": (1, 10),
    "中旬": (11, 20),
    "下旬": (21, 31),
    "底": (21, 31),
    "末": (21, 31),
}


def moment(cell: Any, year: int | None = None) -> Moment | None:
    """A date as precise as it is written; None for an empty cell or a dash. Raises Unclear.

    `year` is that of the register, for a day written without one.
    """
    if isinstance(cell, (date, datetime)):
        day = cell.date() if isinstance(cell, datetime) else cell
        return Moment(day.isoformat(), day.isoformat(), "day", day.isoformat())
    wording = _wording(cell)
    if wording is None:
        return None
    text = re.sub(r"^(截至|自|于)", "", unicodedata.normalize("NFKC", wording))
    try:
        start, end, precision = _span(text, year)
    except ValueError as fault:
        if isinstance(fault, Unclear):
            raise
        raise Unclear(_("there is no such day in the calendar")) from None
    return Moment(start.isoformat(), end.isoformat(), precision, wording)


def _span(text: str, year: int | None) -> tuple[date, date, str]:
    if match := _RANGE.fullmatch(text):
        return date(int(match[1]), 1, 1), date(int(match[2]), 12, 31), "range"
    if match := _YEAR.fullmatch(text):
        y = int(match[1])
        first = {"底": 10, "末": 10}.get(match[2] or "", 1)
        return date(y, first, 1), date(y, 3 if match[2] == "初" else 12, 31), "year"
    if (match := _MONTH.fullmatch(text)) and int(match[2]) <= 12:
        y, m = int(match[1]), int(match[2])
        last = monthrange(y, m)[1]
        first, until = _PARTS.get(match[3] or "", (1, 31))
        return date(y, m, first), date(y, m, min(until, last)), "month"
    if match := _DAY.fullmatch(text):
        if match[1] is None and year is None:
            raise Unclear(_("the day is given without a year"))
        day = date(int(match[1] or year or 0), int(match[2]), int(match[3]))
        return day, day, "day"
    raise Unclear(_("this is no date that can be read"))
