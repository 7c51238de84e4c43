"""Those whom it concerns hear of it: one sentence a test. All steps stand in `told.txt`."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pilin.engine.act import act
from pilin.engine.models import Matter, Notice
from pilin.ledger import log
from pilin.people.actor import CLOCK
from pilin.telling import following
from tests.answers import days_away

MEETING = {"time": "2099-01-05T19:00", "where": "驿站", "invitees": "村民"}


def told(matter, step):
    """Who was told of the newest entry of a step, by login, and why."""
    following.spread()
    number = [r.number for r in log.of_matter(log.MAIN, matter.pk) if r.body["step"] == step][-1]
    rows = Notice.objects.filter(entry=number).values_list("person", "reason")
    return {person.removeprefix("p-"): reason for person, reason in rows}


@pytest.fixture(autouse=True)
def following_since_before(world):
    following.spread()


@pytest.fixture
def supported(world):
    m = world.raised()
    world.take("neighbour", m, "support")
    return m


@pytest.fixture
def talked(world, supported):
    world.take("host", supported, "accept", reason="公共事务")
    return world.take("host", supported, "convene", **MEETING)


@pytest.fixture
def both():
    return {"resident": "news", "neighbour": "news"}


def test_whoever_raised_or_supports_it_hears_that_it_was_taken_up(world, supported, both):
    world.take("host", supported, "accept", reason="公共事务")
    assert told(supported, "accept") == both


def test_and_that_a_meeting_was_called(talked, both):
    assert told(talked, "convene") == both


def test_and_that_it_was_moved(world, talked, both):
    world.take("host", talked, "reconvene", **{**MEETING, "where": "礼堂"})
    assert told(talked, "reconvene") == both


def test_and_what_was_agreed(world, talked, both):
    world.take("host", talked, "hold", attendance=9, statements="要修", minutes="同意修")
    world.take("host", talked, "decide", outcomes="换新灯")
    assert told(talked, "decide") == both


def up(world, matter):
    world.take("host", matter, "hold", attendance=9, statements="要修", minutes="同意修")
    world.take("host", matter, "escalate", reason="要镇里出钱")


def test_and_that_it_was_handed_up(world, talked, both):
    up(world, talked)
    assert told(talked, "escalate") == {**both, "clerk": "yours"}


def test_and_down_again(world, talked, both):
    up(world, talked)
    down = {"station": world["左村驿站"], "reason": "村里能办"}
    world.take("clerk", talked, "delegate", **down)
    assert told(talked, "delegate") == {**both, "host": "yours"}


def test_and_that_it_became_part_of_another(world, supported):
    other = world.raised(title="东头的路灯也坏了")
    world.take("host", supported, "merge", into=other.pk, reason="同一件事")
    assert told(supported, "merge") == {"resident": "closed", "neighbour": "closed"}


def test_whoever_raised_it_is_asked_to_confirm_what_was_done(world):
    m, _project = world.delivered()
    assert told(m, "result")["resident"] == "yours"


def test_the_station_hears_that_it_was_confirmed(world):
    m, _project = world.delivered()
    world.take("resident", m, "confirm", rating="5")
    assert told(m, "confirm")["host"] == "part"


def test_those_on_the_roll_hear_that_a_vote_opens_and_what_came_of_it(world, supported):
    world.known(world.people["delegate"].person)
    world.take("host", supported, "accept", reason="公共事务")
    soon = timezone.localdate() + timedelta(days=5)
    asked = {"question": "怎么修？", "statements": "要修\n不修", "until": soon}
    roll = {"who": "residents", "places": [world["左村"]]}
    world.take("host", supported, "ask", **asked, **roll)
    heard = told(supported, "ask")
    assert heard["resident"] == heard["neighbour"] == "news" and heard["delegate"] == "vote"
    world.take("host", supported, "close_vote", words="谢谢大家")
    assert told(supported, "close_vote")["delegate"] == "news"
    assert not Notice.objects.filter(reason="vote", settled=None).exists()


def test_whoever_wrote_a_statement_hears_what_became_of_it(world, supported):
    world.take("host", supported, "accept", reason="公共事务")
    soon = timezone.localdate() + timedelta(days=5)
    world.take("host", supported, "ask", question="怎么修？", statements="要\n不", until=soon)
    world.take("neighbour", supported, "state", text="先装一盏试试")
    assert told(supported, "state") == {"host": "came"}
    world.take("host", supported, "accept_statement", statement="3")
    assert told(supported, "accept_statement") == {"neighbour": "looked"}
    assert not Notice.objects.filter(reason="came", settled=None).exists()


@pytest.fixture
def event(world):
    said = {"title": "直播", "type": "livestream", "org": world["左镇"], "where": "左村"}
    times = {"start": days_away(5), "end": days_away(6)}
    m = world.take("lead", "event", "announce", limit=1, waiting=1, **said, **times)
    for login in ("resident", "neighbour"):
        world.take(login, m, "register")
    return m


def test_those_who_take_part_hear_that_an_event_was_moved(world, event):
    times = {"start": days_away(7), "end": days_away(8), "where": "礼堂"}
    world.take("lead", event, "move", **times)
    assert told(event, "move") == {"resident": "news", "neighbour": "news"}


def test_and_that_it_was_called_off(world, event):
    world.take("lead", event, "cancel", reason="台风")
    assert told(event, "cancel") == {"resident": "closed", "neighbour": "closed"}


def test_whoever_waited_hears_that_they_have_a_place(world, event):
    world.take("resident", event, "cancel_registration")
    assert told(event, "cancel_registration") == {"neighbour": "place"}


def test_the_holder_and_then_the_office_above_hear_that_it_is_overdue(world, supported):
    late = timezone.now() + timedelta(days=400)
    for step in ("overdue-remind", "overdue-superior"):
        act(CLOCK, Matter.objects.get(pk=supported.pk), step, {}, at=late)
    assert told(supported, "overdue-remind") == {"host": "overdue"}
    assert set(told(supported, "overdue-superior")) >= {"host", "clerk"}


def test_whoever_asked_hears_that_they_were_answered(world, supported):
    asked = world.take("neighbour", supported, "holder-question", words="什么时候修？")
    assert told(supported, "holder-question") == {"host": "asked"}
    world.take("host", supported, "question-answer", question=asked.last, answer="下周")
    assert told(supported, "question-answer") == {"neighbour": "answered"}
