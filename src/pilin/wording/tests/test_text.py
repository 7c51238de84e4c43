"""What a text may hold, when two spellings are one name, and how files are decoded."""

import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from pilin.wording.decoding import Undecodable, decode
from pilin.wording.identity import difference, identity, twins
from pilin.wording.text import bad_character, is_visible, lines_alike

NONCHARACTERS = {*range(0xFDD0, 0xFDF0)} | {
    p << 16 | x for p in range(17) for x in (0xFFFE, 0xFFFF)
}
OVERRIDES = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}


@example("\U0002ebf0")
@example("\U00031350")
@example("\U0001fa77")
@example("\ue000")
@given(st.characters())
def test_a_character_is_refused_for_what_it_is_and_never_for_being_new(char):
    control = unicodedata.category(char) == "Cc" and char not in "\t\n"
    wrong = control or ord(char) in NONCHARACTERS | OVERRIDES or 0xD800 <= ord(char) < 0xE000
    assert bool(bad_character(f"路{char}灯")) == wrong


@pytest.mark.parametrize("char", "\u200b\u3164\u2800\u00ad\ufeff\u115f\U000e0041\u0301 \u3000\t")
def test_a_text_of_what_cannot_be_seen_says_nothing(char):
    assert not is_visible(char * 3) and is_visible(f"{char}路{char}")


@given(st.text())
def test_line_ends_are_one_and_stay_so(text):
    once = lines_alike(text)
    assert "\r" not in once and lines_alike(once) == once and len(once) <= len(text)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("张三", "张　三", "U+3000"),
        ("1-103", "1-103 ", "U+0020"),
        ("1-103", "1-１03", "U+FF11"),
        ("1-103", "1–103", "U+002D / U+2013"),
        ("左镇", "左\u200b镇", "U+200B"),
        ("dup1", "DUP1", "U+0064 U+0075 U+0070 / U+0044 U+0055 U+0050"),
        ("a@b.cn", "A@B.cn", "U+0061 U+0062 / U+0041 U+0042"),
    ],
)
def test_what_looks_alike_is_one_name_and_the_difference_is_told(one, other, apart):
    assert identity(one) == identity(other)
    assert difference(one, other) == apart and twins([one, other]) == [(one, other)]


@pytest.mark.parametrize(
    ("one", "other"),
    [("1-103", "1-104"), ("Mary Ann", "Maryann"), ("张三", "张三丰"), ("1-1", "11")],
)
def test_what_differs_in_more_is_two(one, other):
    assert identity(one) != identity(other) and twins([one, other]) == []


@given(st.text())
def test_the_identity_of_an_identity_is_itself(text):
    assert identity(identity(text)) == identity(text)


@given(st.text(), st.sampled_from("\u200b\u00ad\ufeff"), st.integers(0, 20))
def test_what_cannot_be_seen_makes_no_other_name(text, char, at):
    assert identity(text[:at] + char + text[at:]) == identity(text)


HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2)


@given(HAN, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]))
def test_a_file_reads_the_same_in_every_encoding(words, encoding):
    text = f"房号,业主\r\n1-103,{words}\r\n"
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("words", ["一一", "英", "José", "Иван", "ئۇيغۇر", "Ǎ", "é 一"])
def test_the_few_characters_that_are_well_formed_in_two_encodings_are_told_apart(words):
    text = f"unit,owner\r\n1-103,{words}\r\n"
    assert decode(text.encode("utf-8")) == text
    if words in ("一一", "英"):
        assert decode(text.encode("gb18030")) == text


@given(st.binary())
def test_bytes_are_text_or_are_said_to_be_none(raw):
    try:
        text = decode(raw)
    except Undecodable as fault:
        assert "CSV UTF-8" in str(fault)
    else:
        assume(text)
        assert "\0" not in text
