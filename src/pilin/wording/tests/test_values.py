"""What registers write as quantities and dates is understood, or doubted, never guessed."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from pilin.wording import reading
from pilin.wording.values import (
    Moment,
    Quantity,
    Unclear,
    parse_day,
    parse_moment,
    parse_quantity,
    unit_hint,
)

MORE, ABOUT = "at least", "about"


@pytest.mark.parametrize(
    ("wording", "value", "bound", "unit"),
    [
        ("3000余", 3000, MORE, ""),
        ("460余", 460, MORE, ""),
        ("超200亿元", 20_000_000_000, MORE, "元"),
        ("3万元", 30_000, "", "元"),
        ("1万余人", 10_000, MORE, "人"),
        ("200多亿元", 20_000_000_000, MORE, "元"),
        ("260个", 260, "", "个"),
        ("约5公里", 5, ABOUT, "公里"),
        ("近10家", 10, ABOUT, "家"),
        ("十来个", 10, ABOUT, "个"),
        ("100人以上", 100, MORE, "人"),
        ("３，０００", 3000, "", ""),
        ("3,000,000件", 3_000_000, "", "件"),
        ("¥1,234.50", "1234.5", "", "元"),
        ("1.2万亿元", 1_200_000_000_000, "", "元"),
        ("85%", 85, "", "%"),
        ("-5℃", -5, "", "℃"),
        ("十", 10, "", ""),
        ("十二", 12, "", ""),
        ("百余人", 100, MORE, "人"),
        ("一百零二", 102, "", ""),
        ("一万零三百", 10_300, "", ""),
        ("3万5千元", 35_000, "", "元"),
        ("1亿2000万", 120_000_000, "", ""),
        ("二〇二三", 2023, "", ""),
        ("壹万元", 10_000, "", "元"),
        (310, 310, "", ""),
        (2.5, "2.5", "", ""),
        (330482.0, 330_482, "", ""),
    ],
)
def test_a_quantity_keeps_its_meaning_and_its_wording(wording, value, bound, unit):
    found = parse_quantity(wording)
    assert found == Quantity(Decimal(value), bound == MORE, bound == ABOUT, unit)
    assert isinstance(wording, float) or found.wording == str(wording)


AMBIGUOUS = "三四个 一百二 3万5 十几个 10-20万元 不足100 若干 第3批 1,23 3.2.1 1e5 千百 余"


@pytest.mark.parametrize(
    "wording", [*AMBIGUOUS.split(), "1 000", "3万元(含税)", "2023.8.3", "9" * 500]
)
def test_a_quantity_that_could_mean_two_things_is_doubted(wording):
    with pytest.raises(Unclear) as caught:
        parse_quantity(wording)
    assert caught.value.why


@pytest.mark.parametrize("wording", ["", None, "—", "-", "无", " － ", "/"])
def test_a_dash_means_there_is_none(wording):
    assert parse_quantity(wording) is None
    assert parse_moment(wording) is None


def test_a_bare_number_takes_the_unit_of_its_header():
    scale, unit = Decimal(10_000), "元"
    assert unit_hint("万元") == (scale, unit)
    assert unit_hint("隐去姓名") is None
    assert parse_quantity(3, unit, scale) == Quantity(Decimal(30_000), unit="元")
    assert parse_quantity("3", unit, scale) == Quantity(Decimal(30_000), unit="元")
    assert parse_quantity("3万元", unit, scale) == Quantity(Decimal(30_000), unit="元")


@pytest.mark.parametrize(
    ("wording", "start", "end", "precision"),
    [
        ("2023年3月", "2023-03-01", "2023-03-31", "month"),
        ("2023.5", "2023-05-01", "2023-05-31", "month"),
        ("2023.3", "2023-03-01", "2023-03-31", "month"),
        (2023.5, "2023-05-01", "2023-05-31", "month"),
        ("2023.10", "2023-10-01", "2023-10-31", "month"),
        ("2023.8.3", "2023-08-03", "2023-08-03", "day"),
        ("2023年8月2日", "2023-08-02", "2023-08-02", "day"),
        ("2023/8/2", "2023-08-02", "2023-08-02", "day"),
        ("2023-08-02 10:00", "2023-08-02", "2023-08-02", "day"),
        ("２０２３－０８－０２", "2023-08-02", "2023-08-02", "day"),
        ("20230802", "2023-08-02", "2023-08-02", "day"),
        ("二〇二三年八月二日", "2023-08-02", "2023-08-02", "day"),
        ("2024年2月", "2024-02-01", "2024-02-29", "month"),
        ("2023年9月底", "2023-09-01", "2023-09-30", "month"),
        ("2023年9月中旬", "2023-09-11", "2023-09-20", "range"),
        ("2023年第二季度", "2023-04-01", "2023-06-30", "range"),
        ("2023年4季度", "2023-10-01", "2023-12-31", "range"),
        ("2023年下半年", "2023-07-01", "2023-12-31", "range"),
        ("2019年", "2019-01-01", "2019-12-31", "year"),
        (2019, "2019-01-01", "2019-12-31", "year"),
        ("2022-2023", "2022-01-01", "2023-12-31", "range"),
        ("2023年3—8月", "2023-03-01", "2023-08-31", "range"),
        ("2023年12月至2024年5月", "2023-12-01", "2024-05-31", "range"),
        ("截至2023.8", "2023-08-01", "2023-08-31", "month"),
        (dt.date(2023, 8, 2), "2023-08-02", "2023-08-02", "day"),
        (dt.datetime(2023, 8, 2, 10), "2023-08-02", "2023-08-02", "day"),
    ],
)
def test_a_date_keeps_how_exactly_it_is_known(wording, start, end, precision):
    found = parse_moment(wording)
    assert (found.start.isoformat(), found.end.isoformat()) == (start, end)
    assert found.precision == precision
    assert not found.inferred


def test_a_missing_year_comes_from_the_context_and_is_marked():
    found = parse_moment("8月2日", year=2023)
    assert found == Moment(dt.date(2023, 8, 2), dt.date(2023, 8, 2), "day")
    assert found.inferred
    assert found.wording == "8月2日"
    assert parse_moment("8月30日至9月2日", year=2023).end == dt.date(2023, 9, 2)


@pytest.mark.parametrize("cell", [True, 1e300, float("nan"), float("inf"), dt.date(2023, 8, 2)])
def test_a_cell_that_is_no_number_is_doubted(cell):
    with pytest.raises(Unclear) as caught:
        parse_quantity(cell)
    assert caught.value.why


UNCERTAIN = "8月2日 8.2 2023.2.30 2023-13 23年8月 2019年至今 2023-2022 尽快 0999年"
NO_DATES = [2023.1, 45140, True, dt.time(3, 4), dt.date(1899, 12, 31)]


@pytest.mark.parametrize("wording", [*UNCERTAIN.split(), "2023年" * 99, *NO_DATES])
def test_a_date_that_is_not_certain_is_doubted(wording):
    with pytest.raises(Unclear) as caught:
        parse_moment(wording)
    assert caught.value.why


def test_a_doubt_speaks_the_readers_language():
    with pytest.raises(Unclear) as caught:
        parse_moment("8月2日")
    with override("en"):
        assert caught.value.why == "The year is missing."
        assert caught.value.wording == "8月2日"


numbers = st.decimals(0, 10**12, places=2)
days = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))


@given(numbers, st.sampled_from(["", "元", "人次", "公里"]), st.sampled_from(["", "余"]))
def test_every_written_number_is_read_back(value, unit, mark):
    found = parse_quantity(f"{value:,}{mark}{unit}")
    assert found == Quantity(value, bool(mark), False, unit)


@given(st.integers(1, 9999))
def test_every_chinese_numeral_is_read_back(value):
    words, zero = "", False
    for power, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // power % 10
        words += (
            ("零" if zero and words else "") + "零一二三四五六七八九"[digit] + name if digit else ""
        )
        zero = not digit
    assert parse_quantity(words).value == value
    assert parse_quantity(words + "万").value == value * 10_000


@given(
    days, st.sampled_from(["{0.year}年{0.month}月{0.day}日", "{0.year}.{0.month}.{0.day}", "{0}"])
)
def test_every_written_day_is_read_back(day, form):
    assert parse_moment(form.format(day)) == Moment(day, day, "day")


@given(
    st.one_of(
        st.text(max_size=30), st.text("0123456789.,-年月日十百千万亿余超约至元 ", max_size=14)
    )
)
def test_any_text_gives_a_value_nothing_or_a_doubt(words):
    for parse, kind in ((parse_quantity, Quantity), (parse_moment, Moment)):
        try:
            found = parse(words)
        except Unclear as doubt:
            assert doubt.why
        else:
            assert found is None or isinstance(found, kind)
            if found is not None:
                again = kind.from_json(json.loads(json.dumps(found.to_json())))
                assert again == found
                assert again.wording == words.strip()


WIDE = str.maketrans("0123456789.-/", "０１２３４５６７８９．－／")
DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")


def in_numerals(day):
    """As 二〇二六年十一月二十七日."""

    def said(n):
        tens, ones = divmod(n, 10)
        ten = "十" if tens else ""
        return (
            (str(tens).translate(DIGITS) if tens > 1 else "")
            + ten
            + "〇一二三四五六七八九"[ones] * bool(ones)
        )

    return f"{str(day.year).translate(DIGITS)}年{said(day.month)}月{said(day.day)}日"


@given(
    days, st.sampled_from(["zh-hans", "en"]), st.sampled_from(["{}", " {} ", "　{}", "{}\u200b"])
)
def test_a_day_as_pages_write_it_is_read_back(day, language, padded):
    with override(language):
        assert parse_day(padded.format(reading.day(day))) == day.isoformat()


@given(days, st.sampled_from(["{0}", "{0.year}.{0.month}.{0.day}", "{0.year}/{0.month}/{0.day}"]))
def test_a_day_in_wide_digits_or_numerals_is_the_same_day(day, form):
    assert parse_day(form.format(day).translate(WIDE)) == day.isoformat()
    assert parse_day(in_numerals(day)) == day.isoformat()


@given(
    st.decimals(0, 10**10, places=2),
    st.sampled_from([reading.yuan, reading.to_the_fen]),
    st.sampled_from(["zh-hans", "en"]),
    st.booleans(),
)
def test_an_amount_as_pages_write_it_is_read_back(amount, write, language, wide):
    with override(language):
        said = str(write(amount))
    said = said.translate(WIDE) if wide else said
    found = parse_quantity(said, unit="元")
    assert found.value == amount and found.unit == "元", said


@pytest.mark.parametrize("wording", ["2026年11月26日 星期五", "Fri 26 Nov 2026", "周三 2026-11-26"])
def test_a_weekday_that_is_not_that_of_the_day_is_doubted(wording):
    with pytest.raises(Unclear):
        parse_day(wording)


@pytest.mark.parametrize(
    "wording",
    [
        "2026年11月26日（星期四）",
        "Thursday, November 26, 2026",
        "26 November 2026",
        "2026-11-26 周四",
    ],
)
def test_a_day_in_words_is_read(wording):
    assert parse_day(wording) == "2026-11-26"
