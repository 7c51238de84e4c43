"""Notices: by matter, in sentences, with what one can do; what was seen to asks nobody any more."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from pilin.engine.models import Notice
from pilin.people.models import Account
from pilin.telling import following
from pilin.telling.letters import gather
from tests.over_http import signed


@pytest.fixture
def bell(world):
    def read(login):
        client = signed(world.people[login])
        client.cookies["django_language"] = "en"
        return client.get("/bell/").content.decode()

    return read


def unread(login):
    return Account.objects.get(username=login).unread


def test_a_notice_says_what_happened_and_what_one_can_do(world, bell):
    m = world.raised()
    seen = bell("host")
    assert "The person who raised it: raised this." in seen and "It is your turn" in seen
    assert f"/matters/{m.pk}/accept/" in seen


def test_a_matter_is_told_once_however_often_it_moved(world, bell):
    m = world.raised()
    world.take("host", m, "accept", reason="公共事务")
    world.take("host", m, "convene", time="2099-01-05T19:00", where="驿站", invitees="村民")
    for day in range(10, 14):
        world.take(
            "host", m, "reconvene", time=f"2099-01-{day}T19:00", where="驿站", invitees="村民"
        )
    seen = bell("resident")
    assert seen.count(f'<h3><a href="{m.url}"') == 1
    assert seen.count("changed the meeting") == 3 and "and 3 earlier" in seen
    assert unread("resident") == 6


def test_where_several_could_act_it_is_gone_from_all_once_one_has(world, bell):
    world.people["host-2"] = second_host(world)
    m = world.raised()
    for login in ("host", "host-2"):
        assert unread(login) == 1 and f"/matters/{m.pk}/accept/" in bell(login)
    world.take("host-2", m, "accept", reason="公共事务")
    assert unread("host") == 1  # as whoever takes part is told of any step
    assert not Notice.objects.filter(reason="yours", settled=None).exists()


def second_host(world):
    from pilin.engine.act import act
    from pilin.people.actor import HOUSE

    account = Account.objects.create(username="host-2", person="p-host-2")
    book = act(HOUSE, "register", "open", {"title": "任职"}).number
    row = {"role": "host", "organisation": world["左村驿站"], "person": account.person}
    row["since"] = "2020-01-01"
    act(HOUSE, book, "record", {"type": "office", "row": row})
    return account


def test_a_question_that_was_answered_is_asked_of_nobody(world):
    m = world.raised()
    asked = world.take("neighbour", m, "holder-question", words="什么时候修？")
    question = asked.last
    assert Notice.objects.filter(reason="asked", settled=None).count() == 1
    world.take("host", m, "question-answer", question=question, answer="下周")
    assert not Notice.objects.filter(reason="asked", settled=None).exists()
    assert unread("neighbour") == 1


def test_what_is_marked_read_stays_read_when_it_is_settled(world):
    m = world.raised()
    client = signed(world.people["host"])
    client.post("/bell/")
    assert unread("host") == 0
    world.take("host", m, "accept", reason="公共事务")
    assert unread("host") == 0


def test_a_page_of_notices_is_followed_by_the_next(world, bell, monkeypatch):
    monkeypatch.setattr("pilin.site.bell.SIZE", 2)
    for n in range(3):
        world.raised(title=f"事项{n}号")
    client = signed(world.people["host"])
    first = client.get("/bell/").content.decode()
    assert "事项2号" in first and "事项0号" not in first
    more = first.split('href="?after=')[1].split('"')[0]
    second = client.get(f"/bell/?after={more}").content.decode()
    assert "事项0号" in second and "事项2号" not in second


def test_a_visitor_signs_in_first(db):
    assert Client().get("/bell/").status_code == 302


def test_whoever_may_vote_gets_there_in_one_tap_until_the_vote_is_over(world, bell):
    following.spread()
    m = world.raised("neighbour")
    world.take("host", m, "accept", reason="公共事务")
    soon = timezone.localdate() + timedelta(days=9)
    world.take("host", m, "ask", question="修不修？", statements="要修\n不修", until=soon)
    following.spread()
    assert f'<a class="button" href="/consultations/{m.pk}/vote/">Go and vote</a>' in bell(
        "resident"
    )
    account = world.people["resident"]
    rows = Notice.objects.filter(person=account.person, matter=m.pk)
    (about,) = gather(account, list(rows))
    assert about.link == f"/consultations/{m.pk}/vote/" and about.verb
    world.take("host", m, "close_vote")
    assert "/vote/" not in bell("resident").partition("<main")[2]
