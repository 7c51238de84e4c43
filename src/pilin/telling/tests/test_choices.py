"""By which channel, how often, and when not."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils import timezone

from pilin.people.hearing import Dispatch
from pilin.people.models import Account
from pilin.telling import choices, plan, sending
from pilin.telling.choices import Choices

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("pace", "now", "due"),
    [
        ("now", "2026-03-09T12:00", "2026-03-09T12:00"),
        ("daily", "2026-03-09T07:59", "2026-03-09T08:00"),
        ("daily", "2026-03-09T08:00", "2026-03-10T08:00"),
        ("weekly", "2026-03-09T07:59", "2026-03-09T08:00"),  # a Monday
        ("weekly", "2026-03-09T08:00", "2026-03-16T08:00"),
        ("weekly", "2026-03-15T23:00", "2026-03-16T08:00"),
        ("never", "2026-03-09T12:00", None),
    ],
)
def test_when_it_is_due(pace, now, due):
    found = Choices({"email": pace}).due("email", at(now))
    assert found == (at(due) if due else None)


@pytest.mark.parametrize(
    ("channel", "quiet", "now", "due"),
    [
        ("email", None, "2026-03-09T03:00", "2026-03-09T03:00"),  # a letter makes no noise
        ("phone", None, "2026-03-09T03:00", "2026-03-09T07:00"),
        ("phone", None, "2026-03-09T22:30", "2026-03-10T07:00"),
        ("phone", None, "2026-03-09T07:00", "2026-03-09T07:00"),
        ("email", (13, 15), "2026-03-09T14:00", "2026-03-09T15:00"),
        ("phone", (13, 15), "2026-03-09T03:00", "2026-03-09T03:00"),
    ],
)
def test_nobody_is_rung_at_night_who_has_not_said_otherwise(channel, quiet, now, due):
    assert Choices({channel: "now"}, quiet=quiet).due(channel, at(now)) == at(due)


@pytest.fixture
def host(world):
    account = world.people["host"]
    rows = Account.objects.filter(pk=account.pk)
    rows.update(email="host@example.org", language="en")
    plan.plan(timezone.now())
    Dispatch.objects.all().delete()
    return account


def test_a_digest_is_one_letter_that_groups_by_matter_and_leaves_out_what_was_seen_to(world, host):
    choices.choose(host.person, "email", "daily")
    morning = at("2026-03-09T07:00")
    first, second = world.raised(), world.raised(title="桥要修")
    plan.plan(morning)
    third = world.raised(title="树要剪")
    world.take("host", second, "accept", reason="公共事务")
    plan.plan(morning)
    (digest,) = Dispatch.objects.all()
    assert digest.due == at("2026-03-09T08:00")
    sending.send()
    (letter,) = mail.outbox
    assert "news of 2 matters" in letter.subject
    assert first.url in letter.body and third.url in letter.body
    assert second.url not in letter.body


def test_whoever_wants_none_gets_none(world, host):
    choices.choose(host.person, "email", "never")
    world.raised()
    plan.plan(timezone.now())
    assert not Dispatch.objects.exists()


def test_a_text_message_goes_to_whoever_chose_it(world, host, settings, tmp_path):
    settings.SMS, settings.DATA = "pilin.site.messages.InFiles", tmp_path
    Account.objects.filter(pk=host.pk).update(phone="+8613800000000", phone_verified=True)
    choices.choose(host.person, "phone", "now")
    m = world.raised()
    plan.plan(at("2026-03-09T12:00"))
    sending.send()
    (message,) = (tmp_path / "sms").iterdir()
    number, *words = message.read_text().splitlines()
    assert number == "+8613800000000" and m.url in words[-1]
    assert words[0] == "It is your turn: “村口的路灯坏了”"


def test_a_ticket_is_good_for_its_person_and_channel_alone():
    ticket = choices.ticket("p-host", "email")
    assert choices.read_ticket(ticket) == ("p-host", "email")
    assert choices.read_ticket(ticket[:-1]) is None
    assert choices.read_ticket(ticket.replace(ticket[0], "x", 1)) is None
