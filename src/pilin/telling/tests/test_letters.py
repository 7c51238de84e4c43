"""Letters leave after the fact, in the reader's language, each once, and none waits for another."""

import smtplib
from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.core import mail
from django.utils import timezone

from pilin.people.hearing import Dispatch
from pilin.people.models import Account
from pilin.site import doctor
from pilin.telling import following, plan, sending
from pilin.telling.channels import Fault


def tell(at=None):
    """As the job of each minute; gives the letters that left by it."""
    before = len(mail.outbox)
    following.spread()
    plan.plan(at or timezone.now())
    sending.send()
    return mail.outbox[before:]


@pytest.fixture
def known(world):
    """Everybody has an address, and reads English."""
    for login in world.people:
        rows = Account.objects.filter(username=login)
        rows.update(email=f"{login}@example.org", language="en")
    tell()
    mail.outbox.clear()
    return world


def to(letters, login):
    return [m for m in letters if m.to == [f"{login}@example.org"]]


def test_a_letter_says_what_happened_by_whom_and_what_one_can_do(known):
    m = known.raised()
    (letter,) = to(tell(), "host")
    assert letter.subject == "It is your turn: “村口的路灯坏了”"
    lines = letter.body.splitlines()
    assert lines[1] == "The person who raised it: raised this. “晚上很黑。”"
    assert "You can: Take it up" in lines and m.url in letter.body


def test_whoever_raised_it_hears_of_acceptance_and_what_they_can_do_once_it_is_done(known):
    m = known.raised()
    tell()
    known.take("host", m, "accept", reason="公共事务")
    (letter,) = to(tell(), "resident")
    assert letter.subject == "It moved on: “村口的路灯坏了”"
    assert "左村驿站 · Host: took it up. “公共事务”" in letter.body


def test_a_letter_can_be_told_from_a_doubled_one_and_ends_letters_in_one_click(known):
    known.raised()
    (letter,) = to(tell(), "host")
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter.extra_headers["Message-ID"].startswith("<")
    url = letter.extra_headers["List-Unsubscribe"].strip("<>")
    assert url in letter.body


def test_no_letter_goes_twice(known):
    known.raised()
    assert len(tell()) == 1
    assert tell() == []


def test_what_was_seen_to_before_its_letter_left_is_asked_of_nobody(known):
    m = known.raised()
    known.take("host", m, "accept", reason="公共事务")
    assert to(tell(), "host") == []


class Refusing:
    """A mail server that refuses one address for good and takes the others."""

    def __init__(self, **kwargs):
        self.open = True

    def send_messages(self, messages):
        for message in messages:
            if message.to == ["nobody@example.org"]:
                raise smtplib.SMTPRecipientsRefused({message.to[0]: (550, b"no such user")})
            mail.outbox.append(message)
        return len(messages)

    def close(self):
        pass


def many(world, n):
    """A matter that `n` people support, one of them with an address that is refused."""
    m = world.raised()
    accounts = [
        Account(username=f"n{k}", person=f"p-n{k}", email=f"n{k}@example.org") for k in range(n)
    ]
    accounts[n // 2].email = "nobody@example.org"
    Account.objects.bulk_create(accounts)
    from pilin.engine.models import Party
    from pilin.people.read_model import applying

    with applying():
        Party.objects.bulk_create(
            Party(matter=m, person=a.person, role="supporter") for a in accounts
        )
    tell()
    mail.outbox.clear()
    return m, accounts[n // 2].person


def test_of_a_hundred_letters_with_one_refused_address_ninety_nine_arrive(world, monkeypatch):
    m, refused = many(world, 100)
    monkeypatch.setattr("pilin.telling.channels.get_connection", Refusing)
    world.take("host", m, "accept", reason="公共事务")
    assert len({tuple(letter.to) for letter in tell()}) == 99
    (aside,) = sending.put_aside()
    assert (aside.person, aside.fault) == (refused, "the address was refused: 550")
    assert "@" not in aside.fault


def test_the_doctor_names_how_many_were_put_aside(world, monkeypatch, settings):
    m, _refused = many(world, 3)
    monkeypatch.setattr("pilin.telling.channels.get_connection", Refusing)
    world.take("host", m, "accept", reason="公共事务")
    tell()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    monkeypatch.setattr("pilin.site.outside.get_connection", Mock())  # a mail server is there
    found = doctor.letters()
    assert found.state == doctor.WARN and found.what.startswith("1 ")


def test_a_server_that_is_away_is_asked_once_a_run_and_nothing_is_lost(known, monkeypatch):
    asked = []

    def away(self, *args):
        asked.append(1)
        raise ConnectionRefusedError

    m = known.raised()
    known.take("neighbour", m, "support")
    tell()
    known.take("host", m, "accept", reason="公共事务")
    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", away)
        assert tell() == [] and len(asked) == 1
        assert sending.waiting().count() == 2
        assert {d.tries for d in sending.waiting()} == {0, 1}
    Dispatch.objects.update(due=timezone.now())
    assert len(tell()) == 2


def test_what_cannot_be_sent_is_tried_less_and_less_often_then_put_aside(known, monkeypatch):
    known.raised()
    plan.plan(timezone.now())

    def fails(*args):
        raise Fault("451")

    monkeypatch.setattr("pilin.telling.channels.Sending.send", fails)
    waits = []
    for _n in range(6):
        Dispatch.objects.filter(aside=None).update(due=timezone.now())
        sending.send()
        (one,) = sending.waiting()
        waits.append(round((one.due - timezone.now()).total_seconds() / 60))
    assert waits == [1, 5, 15, 60, 240, 240]
    Dispatch.objects.update(due=timezone.now(), made=timezone.now() - timedelta(days=4))
    sending.send()
    (aside,) = sending.put_aside()
    assert sending.again(aside.pk) and not sending.again(aside.pk)
    assert sending.waiting().count() == 1


def test_nobody_who_was_erased_is_written_to(known):
    from pilin.engine.erase import erase_person

    m = known.raised()
    tell()
    known.take("host", m, "accept", reason="公共事务")
    plan.plan(timezone.now())
    erase_person(known.people["resident"].person)
    assert sending.send() == 0 or to(mail.outbox, "resident") == []
    assert not Dispatch.objects.filter(person=known.people["resident"].person).exists()
