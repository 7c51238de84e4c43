"""A question to whoever has a matter: sealed until looked at, then public with its answer."""

import pytest
from django.test import Client

from pilin.engine.act import LOG, available
from pilin.engine.builtin import ANSWER, DECLINE, QUESTION
from pilin.engine.models import Enquiry, Notice
from pilin.engine.refused import Refused
from pilin.ledger import log
from tests.test_replay import assert_rebuilding_changes_nothing

ASKED = "路灯什么时候装？"


@pytest.fixture
def matter(world):
    """With the host of its station."""
    return world.raised()


@pytest.fixture
def number(world, matter):
    world.take("neighbour", matter, QUESTION, words=ASKED)
    return log.of_matter(LOG, matter.pk)[-1].number


def offered(world, login, matter):
    return {s.name for s in available(world.actor(login), matter)} & {QUESTION, ANSWER, DECLINE}


def held(matter):
    return matter.state, matter.holder_org_id, matter.holder_role, matter.due


def page(matter):
    return Client().get(f"/matters/{matter.pk}/").content.decode()


def seen_by(world, login, path):
    client = Client()
    client.force_login(world.people[login])
    return client.get(path)


def test_anyone_signed_in_asks_and_the_holder_does_not(world, matter):
    assert offered(world, "neighbour", matter) == {QUESTION}
    assert offered(world, "host", matter) == set()


def test_what_nobody_has_looked_at_is_not_public(world, matter, number):
    assert ASKED not in str(log.get(LOG, number).body)
    assert ASKED not in page(matter)
    assert "waits to be looked at" in page(matter) or "有一个提问等待查看" in page(matter)


def test_the_holder_is_told_and_reads_it(world, matter, number):
    assert Notice.objects.get(person="p-host", entry=number).reason == "asked"
    for page in (ANSWER, "sealed"):
        found = seen_by(world, "host", f"/matters/{matter.pk}/{page}/")
        assert ASKED in found.content.decode()
    assert seen_by(world, "clerk-town", f"/matters/{matter.pk}/sealed/").status_code == 404


def test_answered_it_is_public_with_its_answer_and_who_asked_is_told(world, matter, number):
    after = world.take("host", matter, ANSWER, question=number, answer="下周三。")
    assert held(after) == held(matter)
    seen = page(matter)
    assert seen.index(ASKED) < seen.index("下周三。")
    told = Notice.objects.get(person="p-neighbour", reason="answered")
    assert told.entry == after.last
    assert offered(world, "host", after) == set()


def test_declined_its_words_stay_sealed_and_the_reason_is_public(world, matter, number):
    world.take("host", matter, DECLINE, question=number, reason="请到窗口当面说明。")
    seen = page(matter)
    assert ASKED not in seen
    assert "请到窗口当面说明。" in seen


def test_a_question_is_looked_at_once(world, matter, number):
    world.take("host", matter, ANSWER, question=number, answer="下周三。")
    with pytest.raises(Refused):
        world.take("host", matter, DECLINE, question=number, reason="不。")


def test_a_question_of_another_matter_cannot_be_answered_here(world, matter, number):
    other = world.raised()
    with pytest.raises(Refused):
        world.take("host", other, ANSWER, question=number, answer="下周三。")


def test_three_questions_of_one_person_wait_at_most(world, matter, number):
    for _ in range(2):
        world.take("neighbour", matter, QUESTION, words=ASKED)
    with pytest.raises(Refused):
        world.take("neighbour", matter, QUESTION, words=ASKED)
    world.take("host", matter, ANSWER, question=number, answer="下周三。")
    world.take("neighbour", matter, QUESTION, words=ASKED)


def test_what_has_been_asked_is_the_same_after_a_rebuild(world, matter, number):
    world.take("neighbour", matter, QUESTION, words="谁出钱？")
    world.take("host", matter, ANSWER, question=number, answer="下周三。")
    assert Enquiry.objects.filter(settled=None).count() == 1
    assert_rebuilding_changes_nothing()
