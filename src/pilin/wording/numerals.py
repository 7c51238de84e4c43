"""Numbers as written in Chinese registers: 3000, 3,000, 十二, 3万5千, 1.2万亿, 二〇二三."""

import re
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

DIGITS = dict(
    zip(
        "〇零一二三四五六七八九两壹贰叁肆伍陆柒捌玖", [0, *range(10), 2, *range(1, 10)], strict=True
    )
)
MULTIPLIERS = {
    "十": 10,
    "百": 100,
    "千": 1000,
    "万": 10**4,
    "亿": 10**8,
    "拾": 10,
    "佰": 100,
    "仟": 1000,
}
LONGEST = 24  # characters of a numeral; arithmetic on as many digits is exact
_TOKEN = re.compile(
    r"(?P<arabic>\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,.])|\d+(?:\.\d+)?(?![\d,.]))"
    rf"|(?P<digit>[{''.join(DIGITS)}])|(?P<times>万亿|[{''.join(MULTIPLIERS)}])"
)


class Unreadable(Exception):
    """A numeral that means nothing, or more than one thing; `sentence` says which (lazy text)."""

    def __init__(self, sentence: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence


MALFORMED = _("This number is not well formed.")
AMBIGUOUS = _("This number can be read in two ways. Please write it in digits.")


def evaluate(text: str) -> Decimal:
    """The value of a numeral without sign or unit (half-width digits).

    Colloquial shortenings with two readings (三四, 一百二, 3万5) raise `Unreadable`.
    """
    tokens: list[tuple[str, str]] = []
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found or len(text) > LONGEST:
            raise Unreadable(MALFORMED)
        tokens.append((found.lastgroup or "", found.group()))
        at = found.end()
    if not tokens:
        raise Unreadable(MALFORMED)
    if len(tokens) > 1 and all(kind == "digit" for kind, _token in tokens):
        # 二〇二三 is a row of digits, but 三四 is "three or four".
        if len(tokens) < 4 and not {"〇", "零"} & set(text):
            raise Unreadable(AMBIGUOUS)
        return Decimal("".join(str(DIGITS[token]) for _kind, token in tokens))
    return _composed(tokens)


def _composed(tokens: list[tuple[str, str]]) -> Decimal:
    """Positional reading: sections of up to four places, each times 万, 亿 or 万亿."""
    total = section = Decimal(0)
    pending: Decimal | None = None
    lowest = lowest_great = 10**13  # each multiplier must be smaller than the one before
    before, zero = 10**13, False  # the multiplier just before, and whether 零 stands between
    for index, (kind, token) in enumerate(tokens):
        if kind != "times":
            if pending is not None:
                raise Unreadable(AMBIGUOUS if kind == "digit" else MALFORMED)
            if kind == "digit" and DIGITS[token] == 0 and len(tokens) > 1:
                if zero or index in (0, len(tokens) - 1):
                    raise Unreadable(MALFORMED)
                zero = True
                continue
            pending = Decimal(DIGITS[token] if kind == "digit" else token.replace(",", ""))
            if pending >= before:
                raise Unreadable(MALFORMED)
            continue
        times = 10**12 if token == "万亿" else MULTIPLIERS[token]
        if pending is None and times < 10**4 and (index == 0 or token == "十"):
            pending = Decimal(1)
        if times < 10**4:
            if pending is None or times >= lowest:
                raise Unreadable(MALFORMED)
            section, lowest = section + pending * times, times
        else:
            section += pending or 0
            if times >= lowest_great or (not section and index):
                raise Unreadable(MALFORMED)
            total += (section or 1) * times
            section, lowest, lowest_great = Decimal(0), 10**4, times
        pending, before, zero = None, times, False
    return total + section + _tail(pending, before, zero)


def _tail(pending: Decimal | None, before: int, zero: bool) -> Decimal:
    """The last digits, after the last multiplier `before` (with or without 零 between)."""
    if pending is None:
        return Decimal(0)
    if 10 < before < 10**13 and not zero and pending < 10:
        raise Unreadable(AMBIGUOUS)  # 一百二 is 120 to a speaker and 102 to a careless writer
    return pending
