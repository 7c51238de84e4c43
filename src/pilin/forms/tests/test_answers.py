"""Recorded answers read as registers write them."""

from pilin.forms.answers import in_words
from pilin.forms.fields import Money


def test_a_recorded_amount_is_read_as_registers_write_it():
    assert in_words("120000", Money()) == "12万元"
    assert in_words("20000000000", Money()) == "200亿元"
    assert in_words("99.99", Money()) == "99.99元"
