"""Letters leave after the fact, in the reader's language, each once."""

from django.core import mail

from pilin.engine.jobs import send_letters
from pilin.engine.models import Notice
from pilin.people.models import Account


def test_a_letter_goes_to_whoever_has_an_address(world):
    Account.objects.filter(username="host").update(email="host@example.org", language="en")
    m = world.raised()
    assert send_letters() == 1
    letter = mail.outbox[0]
    assert letter.to == ["host@example.org"]
    assert letter.subject == "It is your turn: “村口的路灯坏了”"
    assert m.url in letter.body


def test_no_letter_goes_twice(world):
    Account.objects.filter(username="host").update(email="host@example.org")
    world.raised()
    send_letters()
    assert send_letters() == 0
    assert len(mail.outbox) == 1


def test_a_letter_that_cannot_be_sent_waits(world, monkeypatch):
    import pytest

    Account.objects.filter(username="host").update(email="host@example.org")
    world.raised()
    monkeypatch.setattr("django.core.mail.EmailMessage.send", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        send_letters()
    assert Notice.objects.filter(mailed=None).count() == 1
