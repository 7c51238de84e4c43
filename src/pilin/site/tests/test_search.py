"""Everything that was said in public is found, and nothing that is sealed."""

import re

import pytest
from django.test import Client

from pilin.engine.builtin import ANSWER, QUESTION
from pilin.engine.search import excerpt
from pilin.ledger import log
from pilin.people.models import Place
from pilin.people.read_model import applying
from pilin.programmes.policy.models import Document
from tests.test_replay import assert_rebuilding_changes_nothing


def found(asked):
    client = Client(headers={"accept-language": "en"})
    return client.get("/search/", {"q": asked}).content.decode()


@pytest.fixture
def decided(world):
    return world.decided()


def test_what_stands_in_the_minutes_is_found_with_where_it_stands(decided):
    seen = found("同意修")
    assert "<mark>同意修</mark>" in seen
    entry = next(r for r in log.of_matter(log.MAIN, decided.pk) if r.body["step"] == "hold")
    assert f"/matters/{decided.pk}/#entry-{entry.number}" in seen


def test_words_of_two_steps_are_not_taken_together(decided):
    assert "<mark>" not in found("同意修 每月")


def test_a_question_is_found_once_it_is_answered(world):
    matter = world.raised()
    world.take("neighbour", matter, QUESTION, words="什么时候通电呢")
    assert "<mark>" not in found("什么时候通电")
    number = log.of_matter(log.MAIN, matter.pk)[-1].number
    world.take("host", matter, ANSWER, question=number, answer="下周三。")
    assert "<mark>什么时候通电</mark>" in found("什么时候通电")


def test_what_was_said_is_escaped(world):
    matter = world.raised()
    world.take("host", matter, "accept", reason="公共 <b>事务</b> & 好")
    assert "<mark>公共</mark> &lt;b&gt;事务" in found("公共")


def test_corrected_words_are_found_as_they_stand_now(world, decided):
    held = next(r for r in log.of_matter(log.MAIN, decided.pk) if r.body["step"] == "hold")
    answers = {"entry": held.number, "new_statements": "要修", "new_minutes": "下个月动工"}
    world.take("host", decided, "correct", **answers)
    assert "<mark>下个月动工</mark>" in found("下个月动工") or "下个月动工" in found("下个月动工")
    assert str(decided.title) not in found("同意修")


def test_the_index_is_the_same_after_a_rebuild(decided):
    assert_rebuilding_changes_nothing()


def test_a_policy_is_found_by_what_it_requires_and_leads_to_its_row(world):
    with applying():
        Document.objects.create(
            id=7, title="现代服务业若干意见", type="政策", requirements=["对接企业需求", "每季通报"]
        )
    seen = found("企业需求")
    assert 'href="/policies/#document-7"' in seen and "<mark>企业需求</mark>" in seen
    assert 'id="document-7"' in Client().get("/policies/").content.decode()
    assert "document-7" in found("服务业 通报") and "document-7" not in found("服务业 年报")


def test_more_places_than_fit_are_all_on_a_page_of_their_own(world):
    above = Place.objects.filter(level="town").first()
    with applying():
        Place.objects.bulk_create(
            Place(id=9000 + n, name=f"水乡{n:02d}村", level="village", side="a", parent=above)
            for n in range(25)
        )
    seen = found("水乡")
    assert seen.count("水乡0") == 10 and "of=places" in seen
    client = Client(headers={"accept-language": "en"})
    first = client.get("/search/", {"q": "水乡", "of": "places"}).content.decode()
    following = re.search(r'href="(\?[^"]*after=[^"]*)"', first)[1].replace("&amp;", "&")
    rest = client.get("/search/" + following).content.decode()
    assert [n for n in range(25) if f"/places/{9000 + n}/" not in first + rest] == []
    assert "/places/9003/" in first and "/places/9003/" not in rest


def test_an_excerpt_is_cut_around_what_was_asked():
    text = "甲" * 100 + "路灯" + "乙" * 100
    before, hit, after = excerpt([text], "路灯", around=5)
    assert (before, hit, after) == (
        ("…" + "甲" * 5, False),
        ("路灯", True),
        ("乙" * 5 + "…", False),
    )
    assert excerpt(["没有"], "路灯") == []
