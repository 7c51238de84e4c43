"""Numbers of documents, as GB 11643 makes them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilin.programmes.residence import documents

days = st.dates(date(1900, 1, 1), date(2020, 12, 31))


def number_of(born: date, area: int = 330482, serial: int = 1) -> str:
    first = f"{area:06d}{born:%Y%m%d}{serial:03d}"
    return first + documents.check_digit(first)


def test_the_example_of_the_standard_is_read():
    assert documents.read("11010519491231002X") == ("11010519491231002X", date(1949, 12, 31))


@given(days, st.integers(110000, 659999), st.integers(0, 999))
def test_however_it_is_typed_it_is_the_same_number(born, area, serial):
    number = number_of(born, area, serial)
    spaced = f" {number[:6]} {number[6:14]}-{number[14:]}".lower()
    wide = "".join(chr(ord(c) + 0xFEE0) for c in number)
    assert documents.read(spaced) == documents.read(wide) == (number, born)


@given(days, st.integers(0, 16), st.integers(1, 9))
def test_one_digit_wrong_is_found(born, place, by):
    number = number_of(born)
    wrong = str((int(number[place]) + by) % 10)
    with pytest.raises(documents.NoNumber):
        documents.read(number[:place] + wrong + number[place + 1 :])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "length"),
        ("330482600101001", "length"),
        ("33048219600101001Z5", "length"),
        ("3304821960O1010010", "digits"),
        ("330482196013010018", "birth"),
        ("110105194912310021", "check"),
    ],
)
def test_what_is_wrong_is_told_by_its_kind(text, why):
    with pytest.raises(documents.NoNumber) as told:
        documents.read(text)
    assert told.value.why == why
