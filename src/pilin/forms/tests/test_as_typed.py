"""Amounts, days and texts as people type them; what is written back reads the same."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from pilin.forms.fields import Day, Line, Money, Text
from pilin.wording.values import in_yuan


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("30000", 30000),
        ("3 万", 30000),
        ("50 万元", 500000),
        ("50　万元", 500000),
        ("５０万元", 500000),
        ("五十万元", 500000),
        ("￥ 1,200.50", "1200.5"),
        ("人民币3.5万", 35000),
        ("1，200元", 1200),
    ],
)
def test_an_amount_is_read_however_it_is_typed(typed, amount):
    assert Money().clean(typed) == Decimal(amount)


@pytest.mark.parametrize(
    "typed", ["约3万", "3万多", "三四万", "3万美元", "1 200", "-5", "50个", "无", "1e5"]
)
def test_what_is_no_exact_amount_in_yuan_is_asked_for_again(typed):
    with pytest.raises(ValidationError):
        Money().clean(typed)


@given(st.decimals(0, 10**11, places=2))
def test_an_amount_that_is_written_back_reads_the_same(amount):
    assert Money().clean(in_yuan(amount)) == amount


@pytest.mark.parametrize(
    "typed",
    [
        "2026-03-05",
        "2026年3月5日",
        " 2026年 3月 5日 ",
        "２０２６年３月５日",
        "二〇二六年三月五日",
        "2026. 3. 5",
    ],
)
def test_a_day_is_read_however_it_is_typed(typed):
    assert Day().clean(typed) == date(2026, 3, 5)


@pytest.mark.parametrize("typed", ["2026年3月", "2026-02-30", "明天", "3月5日"])
def test_what_is_no_day_is_asked_for_again(typed):
    with pytest.raises(ValidationError):
        Day().clean(typed)


def test_a_line_end_counts_once_whatever_a_browser_sends():
    typed = "\r\n".join(["字" * 9] * 10)  # 99 as its page counted them
    assert Text(max_length=99).clean(typed) == typed.replace("\r\n", "\n")
    with pytest.raises(ValidationError):
        Text(max_length=98).clean(typed)


@pytest.mark.parametrize("field", [Line, Text])
@pytest.mark.parametrize("char", "\u200b\u3164\u2800\u00ad")
def test_a_title_of_what_cannot_be_seen_is_refused(field, char):
    with pytest.raises(ValidationError):
        field().clean(char * 4)


@pytest.mark.parametrize("char", ["\u202e", "\u2066", "\x07", "\ufffe", "\ufdd0"])
@pytest.mark.parametrize("field", [Line, Text])
def test_what_no_text_may_hold_is_refused(field, char):
    with pytest.raises(ValidationError):
        field().clean(f"路灯{char}坏了")


@pytest.mark.parametrize("char", "\U0002ebf0\U00031350\U0001fa77\ue000")
def test_characters_newer_than_our_tables_are_taken(char):
    assert Line().clean(f"{char}路灯") == f"{char}路灯"
