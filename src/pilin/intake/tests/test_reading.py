"""A request is a ballot, or it is told precisely why it is none."""

import json
import time
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilin.intake import reading, token
from pilin.intake.answers import WORDS
from pilin.intake.casting import STATUS, NotCounted
from tests.examples import examples

HOUR = 3600


def word(poll=7, voter="abc", closes=None, serial=5):
    return token.issue(poll, voter, closes or time.time() + HOUR, serial)


def told(body, kind=reading.JSON, poll=7):
    try:
        return reading.read(
            poll, kind, body if isinstance(body, bytes) else json.dumps(body).encode()
        )
    except NotCounted as why:
        return why.code


def test_a_form_and_json_say_the_same():
    sent = told({"token": word(), "item": 2, "choice": -1})
    form = urlencode({"token": word(), "item": "2", "choice": "-1", "back": "/matters/3/"})
    from_form = told(form.encode(), f"{reading.FORM}; charset=utf-8")
    assert sent.ballot == from_form.ballot
    assert (from_form.back, sent.back) == ("/matters/3/", "")


def test_an_approval_is_a_list_or_repeated_fields():
    sent = told({"token": word(), "choice": [3, 1]})
    form = urlencode([("token", word()), ("choice", "3"), ("choice", "1")]).encode()
    assert sent.ballot.said == told(form, reading.FORM).ballot.said == ("3", "1")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "malformed"),
        (b"\xff\xfe", "malformed"),
        (b"[]", "malformed"),
        (b"[" * 4000, "malformed"),
        (b"x" * 4097, "oversized"),
        ({"choice": 1}, "malformed"),
        ({"token": 1, "choice": 1}, "malformed"),
        ({"token": "7.abc.9999999999.5.AAAA", "choice": 1}, "forged"),
        ({"token": "", "choice": 1}, "forged"),
        ({"token": word(poll=8), "choice": 1}, "elsewhere"),
        ({"token": word(), "choice": "1"}, "choice"),
        ({"token": word(), "choice": True}, "choice"),
        ({"token": word(), "choice": 1, "item": "2"}, "malformed"),
        ({"token": word(), "choice": 1, "item": -1}, "item"),
        ({"token": word(), "choice": 1, "item": 2**40}, "item"),
        ({"token": word(closes=time.time() - 1), "choice": 1}, "expired"),
    ],
)
def test_what_is_no_ballot_is_told_why(body, code):
    assert told(body) == code


def test_a_word_that_was_changed_in_any_place_is_forged():
    good = word()
    for n in range(len(good)):
        other = "A" if good[n] != "A" else "B"
        assert told({"token": good[:n] + other + good[n + 1 :], "choice": 1}) in (
            "forged",
            "expired",
        )


def test_other_kinds_of_content_are_refused():
    assert told(b"{}", "text/plain") == "type"
    assert told(b"{}", "") == "type"
    assert told(b"%00=%00", reading.FORM) == "malformed"


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:x", "/\r\nx", "/路"],
)
def test_it_only_goes_back_to_pages_of_this_site(path):
    assert reading.local(path) == ""


@examples(200)
@given(st.binary(max_size=300), st.sampled_from([reading.FORM, reading.JSON]))
def test_whatever_is_sent_it_is_answered(body, kind):
    assert told(body, kind) in STATUS


def test_every_reason_has_words_and_a_status():
    assert WORDS.keys() == STATUS.keys()


def test_a_voter_is_somebody_else_in_each_old_poll(db):
    assert token.old_voter_of(1, "p-x") != token.old_voter_of(2, "p-x")
    assert token.old_voter_of(1, "p-x") == token.old_voter_of(1, "p-x")
