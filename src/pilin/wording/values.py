"""Quantities and dates as registers write them: what they mean, and their own wording.

`Quantity` and `Moment` compare by meaning; the wording goes along and is not compared.
What cannot be understood raises `Unclear` with the reason; nothing is guessed.
"""

import datetime as dt
import re
from calendar import month_name, monthrange
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from .numerals import DIGITS, MULTIPLIERS, Unreadable, evaluate
from .text import IGNORABLE

Precision = Literal["day", "month", "year", "range"]

LONGEST = 120  # characters of a quantity or a date; whatever is longer is a sentence
GREATEST = 10**18  # a bare number from here on is an identity number or a mistake
NOTHING = frozenset(
    ("", "—", "——", "-", "--", "–", "―", "/", "无", "暂无", "待定", "未定", "待补", "不详")
)
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xA0: " "}


class Unclear(ValueError):
    """A wording that was not understood; `why` says it in the language active when it is asked."""

    def __init__(self, sentence: Any, wording: str = "") -> None:
        super().__init__(sentence, wording)
        self.sentence, self.wording = sentence, wording

    @property
    def why(self) -> str:
        return str(self.sentence)

    def __str__(self) -> str:
        return self.why


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount or a count: `value` in `unit`, exact unless `at_least` or `about` says otherwise.

    "超200亿元" is value 20000000000, at least, unit "元". Scales (万, 亿) are in the value.
    """

    value: Decimal
    at_least: bool = False
    about: bool = False
    unit: str = ""
    wording: str = field(default="", compare=False)

    def to_json(self) -> dict[str, Any]:
        """→ {"value": decimal string, "at_least", "about", "unit", "wording"}."""
        return {
            "value": plain(self.value),
            "at_least": self.at_least,
            "about": self.about,
            "unit": self.unit,
            "wording": self.wording,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Quantity":
        return cls(
            Decimal(data["value"]), data["at_least"], data["about"], data["unit"], data["wording"]
        )


@dataclass(frozen=True, slots=True)
class Moment:
    """A stretch of days, `start` to `end` inclusive, known to a day, a month, a year or a range.

    `inferred` marks a year that the wording left out and the reader's context supplied.
    """

    start: dt.date
    end: dt.date
    precision: Precision
    wording: str = field(default="", compare=False)
    inferred: bool = field(default=False, compare=False)

    def to_json(self) -> dict[str, Any]:
        """→ {"start": "2023-03-01", "end", "precision", "wording", "inferred"}."""
        return {
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "precision": self.precision,
            "wording": self.wording,
            "inferred": self.inferred,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Moment":
        start, end = (dt.date.fromisoformat(data[name]) for name in ("start", "end"))
        return cls(start, end, data["precision"], data["wording"], data.get("inferred", False))


def plain(value: Decimal) -> str:
    """A decimal without exponent or idle zeros: 3E+4 → "30000", 1.50 → "1.5"."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def in_yuan(amount: Decimal) -> str:
    """An amount as registers write it: 2E9 → "20亿元", 120000 → "12万元", 1234.5 → "1234.5元"."""
    if amount >= 10**8 and amount % 10**4 == 0:
        return f"{plain(amount / 10**8)}亿元"
    if amount >= 10_000 and amount % 100 == 0:
        return f"{plain(amount / 10_000)}万元"
    return f"{plain(amount)}元"


def narrow(text: str) -> str:
    """Full-width letters, digits and punctuation as their ASCII forms; what is drawn as nothing, and
    outer blanks, gone."""
    return IGNORABLE.sub("", text).translate(_WIDE).strip()


def wording_of(raw: Any) -> str:
    """The text of a cell as a person reads it: 330482.0 → "330482", a date → "2023-08-02"."""
    if isinstance(raw, str):
        return raw.strip()
    if type(raw) is float and abs(raw) < 2**53 and raw.is_integer():
        return str(int(raw))  # as below, only quicker: most cells that are no text are these
    if raw is None or isinstance(raw, bool):
        return {None: "", True: "TRUE", False: "FALSE"}[raw]
    if isinstance(raw, int | float | Decimal):
        number = Decimal(repr(raw)) if isinstance(raw, float) else Decimal(raw)
        return plain(number) if number.is_finite() else str(raw)
    if isinstance(raw, dt.datetime):
        return raw.date().isoformat() if raw.time() == dt.time() else raw.isoformat(" ", "minutes")
    return str(raw)


# Quantities ------------------------------------------------------------------------------------

_MORE = r"超过|超出|超|逾|突破|至少|不少于|不低于|>=|>|≥"
_ABOUT = r"大约|约|近|将近|接近|≈|~"
_BEFORE = re.compile(rf"(?:(?P<more>{_MORE})|(?P<about>{_ABOUT})|(?P<yuan>人民币|[¥￥]))\s*")
_AFTER = re.compile(r"\s*(?:(?P<more>以上|\+)|(?P<about>左右|上下))$")
_NUMERAL = "0-9.," + "".join(DIGITS) + "".join(MULTIPLIERS)
_NUMBER = re.compile(
    rf"(?P<sign>-?)(?P<head>[{_NUMERAL}]+)(?P<mark>[余多来]?)(?P<scale>[{''.join(MULTIPLIERS)}]*)"
    r"(?P<mark2>[余多来]?)"
)
#: Other names of the yuan.
YUAN = dict.fromkeys(("yuan", "rmb", "cny", "元整", "圆", "块", "块钱"), "元")
#: Blanks between a number and its 万 or 亿: 50 万元. Between digits they may mean anything.
_APART = re.compile(rf"(?<=[{_NUMERAL}])\s+(?=[{''.join(MULTIPLIERS)}])")
_UNIT = re.compile(r"(?:[^\W\d_]{0,12}(?:/[^\W\d_]{1,8})?|[%‰℃㎡])")
_HINT = re.compile(
    rf"(?P<scale>[{''.join(MULTIPLIERS)}]*)"
    r"(?P<unit>元|人民币|人|人次|个|户|套|件|双|场|次|家|条|项|处|名|位|对|亩|公顷|平方米|平方公里"
    r"|米|公里|千米|吨|公斤|千克|天|日|月|年|辆|台|份|册|篇|%)?"
)


def unit_hint(text: str) -> tuple[Decimal, str] | None:
    """What a header's brackets say about its bare numbers: "万元" → (10000, "元"); else None."""
    found = _HINT.fullmatch(narrow(text))
    if not found or not found.group():
        return None
    try:
        scale = evaluate(found["scale"]) if found["scale"] else Decimal(1)
    except Unreadable:
        return None
    return scale, found["unit"] or ""


def parse_quantity(raw: Any, unit: str = "", scale: Decimal = Decimal(1)) -> Quantity | None:
    """A cell → `Quantity`, or None where the register says there is none ("", "—", "无").

    `unit` and `scale` belong to numbers that bring no unit of their own (from a header such as
    "总投资(万元)"). Raises `Unclear`.
    """
    wording = wording_of(raw)
    if isinstance(raw, bool | dt.date | dt.time | dt.timedelta):
        raise Unclear(_("A number is expected here, not a date or a yes/no value."), wording)
    if isinstance(raw, int | float | Decimal):
        if not abs(float(raw)) < GREATEST:  # nor infinite, nor not-a-number
            raise Unclear(_("This number is too large to be counted with."), wording)
        return Quantity(Decimal(wording) * scale, unit=unit, wording=wording)
    text = _APART.sub("", narrow(wording))
    if text in NOTHING:
        return None
    if len(text) > LONGEST:
        raise Unclear(_("This is a sentence, not a number."), wording)
    return _quantity_in_words(text, wording, unit, scale)


def _quantity_in_words(text: str, wording: str, unit: str, scale: Decimal) -> Quantity:
    more = about = yuan = False
    while found := _BEFORE.match(text):
        more, about = more or bool(found["more"]), about or bool(found["about"])
        yuan = yuan or bool(found["yuan"])
        text = text[found.end() :]
    while found := _AFTER.search(text):
        more, about = more or bool(found["more"]), about or bool(found["about"])
        text = text[: found.start()]
    number = _NUMBER.match(text)
    if not number:
        raise Unclear(_("No number can be read from this."), wording)
    marks = number["mark"] + number["mark2"]
    if len(marks) > 1:
        raise Unclear(_("This number cannot be read with certainty."), wording)
    more, about = more or marks in ("余", "多"), about or marks == "来"
    try:
        value = evaluate(number["head"] + number["scale"])
    except Unreadable as reason:
        raise Unclear(reason.sentence, wording) from None
    rest = text[number.end() :].strip()
    if not _UNIT.fullmatch(rest) or any(c in DIGITS or c in MULTIPLIERS for c in rest):
        raise Unclear(_("After the number stands something that is not a unit."), wording)
    if re.search("以下|以内|不到|不足|左右|以上|至|到|或|几|半|余|多", rest):
        raise Unclear(_("This number cannot be read with certainty."), wording)
    if not rest and not yuan and number["head"].isascii() and not number["scale"]:
        value *= scale  # a bare number takes what its header says
    own = YUAN.get(rest.lower(), rest) or ("元" if yuan else unit)
    return Quantity(-value if number["sign"] else value, more, about, own, wording)


# Dates -----------------------------------------------------------------------------------------

_YEARS = range(1900, 2200)
_CN_NUMBER = re.compile(r"[〇零○一二三四五六七八九十]+(?=[年月日号])")
_AS_OF = re.compile(r"^(?:截至|截止到|截止|预计|计划|拟于|拟)\s*")
_BY = re.compile(r"(?:之前|以前|前)$")
_CLOCK = re.compile(r"[ T]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$")
_JOIN = re.compile(r"\s*(?:至|到|—+|–|~|～|-+)\s*")
_FORMS: tuple[tuple[Precision, re.Pattern[str]], ...] = tuple(
    (precision, re.compile(pattern))  # type: ignore[misc]
    for precision, pattern in (
        ("day", r"(?P<y>\d{4})([-./])(?P<m>\d{1,2})\2(?P<d>\d{1,2})"),
        ("day", r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"),
        ("day", r"(?:(?P<y>\d{4})年)?(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]"),
        ("month", r"(?P<y>\d{4})[-./](?P<m>\d{1,2})"),
        ("month", r"(?:(?P<y>\d{4})年)?(?P<m>\d{1,2})月份?[初底末中]?"),
        ("range", r"(?:(?P<y>\d{4})年)?(?P<m>\d{1,2})月(?P<part>[上中下])旬"),
        ("range", r"(?:(?P<y>\d{4})年)?第?(?P<q>[1-4一二三四])季度"),
        ("range", r"(?:(?P<y>\d{4})年)?(?P<half>[上下])半年"),
        ("year", r"(?P<y>\d{4})(?:年[初底末]?|年度)?"),
    )
)
_MONTHS = {name[:3].lower(): n for n, name in enumerate(month_name) if n}
_WORDED = tuple(  # 26 Nov 2026, November 26, 2026
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<d>\d{1,2})\s+(?P<m>[a-z]{3,9})\.?,?\s+(?P<y>\d{4})",
        r"(?P<m>[a-z]{3,9})\.?\s+(?P<d>\d{1,2}),?\s+(?P<y>\d{4})",
    )
)
_WEEKDAY = re.compile(
    r"[\s(]*(?:星期|周|礼拜)(?P<zh>[一二三四五六日天])\)?$"
    r"|^(?P<en>mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+(?=\d|[a-z]{3})",
    re.IGNORECASE,
)
_SHORT_RANGES = (  # 2023年3-8月, 8月2-5日: the left part borrows the right part's unit
    (re.compile(r"^((?:\d{4}年)?\d{1,2})\s*(?:至|到|[—–~-]+)\s*(\d{1,2}月)$"), r"\1月—\2"),
    (re.compile(r"^((?:\d{4}年)?(\d{1,2}月)\d{1,2})\s*(?:至|到|[—–~-]+)\s*(\d{1,2}[日号])$"),
     r"\1日—\2\3"),
    (re.compile(r"^((?:\d{4}年)?(\d{1,2}月)\d{1,2}[日号])\s*(?:至|到|[—–~-]+)\s*(\d{1,2}[日号])$"),
     r"\1—\2\3"),
)  # fmt: skip


def parse_moment(raw: Any, year: int | None = None) -> Moment | None:
    """A cell → `Moment`, or None where the register says there is none ("", "—", "无").

    `year` is the year of a wording that leaves it out; such a moment is `inferred`. A real
    spreadsheet date is known to the day. Raises `Unclear`.
    """
    wording = wording_of(raw)
    if isinstance(raw, dt.date):  # a datetime too
        day = raw.date() if isinstance(raw, dt.datetime) else raw
        if day.year not in _YEARS:
            raise Unclear(_("This year cannot be right."), wording)
        return Moment(day, day, "day", wording)
    if isinstance(raw, bool | dt.time | dt.timedelta):
        raise Unclear(_("A date is expected here."), wording)
    if isinstance(raw, float) and re.fullmatch(r"\d{4}\.1", wording):
        raise Unclear(
            _("As a number this may mean January or October. Please write it as text."), wording
        )
    if isinstance(raw, int | float) and re.fullmatch(r"[2-6]\d{4}", wording):
        raise Unclear(
            _("This is a date stored as a bare number. Format the cell as a date."), wording
        )
    text = narrow(wording)
    if text in NOTHING:
        return None
    if len(text) > LONGEST:
        raise Unclear(_("This is a sentence, not a date."), wording)
    text = _CLOCK.sub("", _BY.sub("", _AS_OF.sub("", text))).strip()
    if weekday := _WEEKDAY.search(text):
        found = parse_moment(_WEEKDAY.sub("", text), year)
        if found is None or found.start != found.end or found.start.weekday() != _day_of(weekday):
            raise Unclear(_("The weekday and the date do not go together."), wording)
        return replace(found, wording=wording)
    text = _CN_NUMBER.sub(lambda found: _small(found.group(), wording), text)
    text = _in_digits(text)
    text = text if _CLOCK.search(text) else re.sub(r"\s+", "", text)
    return _single(text, wording, year) or _span(text, wording, year)


def parse_day(raw: Any) -> str:
    """One day as 2026-11-26. Raises Unclear for what is none, or known less exactly."""
    moment = parse_moment(raw)
    if moment is None or moment.start != moment.end:
        raise Unclear(_("this is no day"), wording_of(raw))
    return moment.start.isoformat()


def _day_of(weekday: re.Match[str]) -> int:
    """0 for Monday."""
    if weekday["zh"]:
        return min("一二三四五六日天".index(weekday["zh"]), 6)
    return ("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(weekday["en"].lower())


def _in_digits(text: str) -> str:
    """A day with its month in English words as 2026-11-26; anything else as it is."""
    for form in _WORDED:
        found = form.fullmatch(text)
        if found and (month := _MONTHS.get(found["m"][:3].lower())):
            return f"{found['y']}-{month}-{found['d']}"
    return text


def _small(text: str, wording: str) -> str:
    try:
        return plain(evaluate(text.replace("○", "〇")))
    except Unreadable as reason:
        raise Unclear(reason.sentence, wording) from None


def _single(text: str, wording: str, year: int | None) -> Moment | None:
    for precision, form in _FORMS:
        if found := form.fullmatch(text):
            parts = found.groupdict()
            if not parts["y"] and year is None:
                raise Unclear(_("The year is missing."), wording)
            inferred = not parts["y"]
            y = int(parts["y"] or year or 0)
            if y not in _YEARS:
                raise Unclear(_("This year cannot be right."), wording)
            try:
                start, end = _bounds(y, parts)
            except ValueError:
                raise Unclear(_("There is no such day in the calendar."), wording) from None
            return Moment(start, end, precision, wording, inferred)
    return None


def _bounds(y: int, parts: dict[str, str | None]) -> tuple[dt.date, dt.date]:
    """First and last day; ValueError if the calendar knows no such day."""
    if quarter := parts.get("q"):
        m = 3 * ("1234一二三四".index(quarter) % 4) + 1
        return dt.date(y, m, 1), dt.date(y, m + 2, monthrange(y, m + 2)[1])
    if half := parts.get("half"):
        return (
            (dt.date(y, 1, 1), dt.date(y, 6, 30))
            if half == "上"
            else (dt.date(y, 7, 1), dt.date(y, 12, 31))
        )
    if not parts.get("m"):
        return dt.date(y, 1, 1), dt.date(y, 12, 31)
    m = int(parts["m"] or 0)
    if day := parts.get("d"):
        return dt.date(y, m, int(day)), dt.date(y, m, int(day))
    first = dt.date(y, m, 1)
    last = monthrange(y, m)[1]
    if part := parts.get("part"):
        low, high = {"上": (1, 10), "中": (11, 20), "下": (21, last)}[part]
        return first.replace(day=low), first.replace(day=high)
    return first, first.replace(day=last)


def _span(text: str, wording: str, year: int | None) -> Moment:
    for short, long in _SHORT_RANGES:
        text = short.sub(long, text)
    for cut in _JOIN.finditer(text):
        try:
            left = _single(text[: cut.start()], wording, year)
            right = left and _single(text[cut.end() :], wording, left.start.year)
        except Unclear:
            continue
        if left and right:
            if right.end < left.start:
                raise Unclear(_("This stretch of time ends before it begins."), wording)
            return Moment(left.start, right.end, "range", wording, left.inferred)
    raise Unclear(_("No date can be read from this."), wording)
