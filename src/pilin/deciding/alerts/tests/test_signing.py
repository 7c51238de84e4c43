"""A signature counts where its certificate was known before, and covers the whole message."""

from datetime import UTC, datetime, timedelta

from capvalidator.validate import Validator
from lxml import etree

from pilin.deciding.alerts import signing
from pilin.deciding.alerts.reading import CAP, read

from .made import message, signed, signer

SENT = datetime.now(UTC) - timedelta(minutes=1)


def checked(text, *known):
    return signing.checked(text, known, SENT)


def test_a_signature_of_a_known_certificate_is_known():
    text = signed(message())
    read(text)  # it fits the schema signed, too
    assert checked(text, signer()[1]) == signing.KNOWN
    assert Validator(text.encode()).signature()[
        0
    ]  # and a checker that trusts what comes along agrees


def test_a_certificate_that_only_comes_along_proves_nothing():
    assert checked(signed(message(), signer("other")), signer()[1]) == signing.UNKNOWN


def test_a_changed_message_does_not_fit():
    text = signed(message())
    assert checked(text.replace("三小时", "两小时"), signer()[1]) == signing.BROKEN


def test_a_message_without_one_has_none():
    assert checked(message(), signer()[1]) == signing.NONE


def test_a_signature_that_covers_a_part_is_broken():
    """A signed message wrapped in another: what is shown would be the outer one's words."""
    inner = etree.fromstring(signed(message()))
    outer = etree.fromstring(message(headline="假的", colour="red"))
    signature = inner.find("{http://www.w3.org/2000/09/xmldsig#}Signature")
    outer.append(signature)
    inner.tag = f"{{{CAP}}}note"
    outer.insert(0, inner)
    assert checked(etree.tostring(outer, encoding="unicode"), signer()[1]) == signing.BROKEN


def test_one_that_was_over_when_it_was_sent_does_not_count():
    old = signer("old", days=-200)
    assert checked(signed(message(), old), old[1]) != signing.KNOWN


def test_what_is_written_by_another_program_with_other_line_ends_fits():
    text = '<?xml version="1.0" encoding="UTF-8"?>\r\n' + signed(message(description="一\n二"))
    assert checked(text.replace("一\n二", "一\r\n二"), signer()[1]) == signing.KNOWN
