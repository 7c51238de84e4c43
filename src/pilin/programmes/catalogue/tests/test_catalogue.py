"""The catalogue: found by town, field, size, stage and words; a question is answered by a day, for all to read."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from pilin.engine import clock, workdays
from pilin.engine.act import act
from pilin.engine.models import DueDay, Enquiry, Matter
from pilin.engine.refused import Refused
from pilin.people.actor import HOUSE
from pilin.programmes.catalogue.models import Opportunity
from tests.answers import find
from tests.test_replay import assert_rebuilding_changes_nothing

ANSWER = 7


def forward(world, **more):
    said = {"title": "稻米加工车间扩建", "org": world["左镇"], "place": world["左村"]}
    said |= {"field": "农业", "amount": "3000万", "stage": "ready"}
    said |= {"text": "新增两条碾米线。", "wanted": "寻找有渠道的粮油企业。", **more}
    return world.take("clerk-town", "opportunity", "put_forward", **said)


def listed(world, **more):
    return world.take("lead", forward(world, **more), "publish")


def asks(world, m, login="stranger", words="土地是租还是买？", at=None):
    return world.take(login, m, "holder-question", words=words, at=at)


def test_what_is_put_forward_is_looked_at_before_it_is_listed(world, client):
    m = forward(world)
    assert m.title not in client.get("/catalogue/").content.decode()
    with pytest.raises(Refused):
        world.take("lead-right", m, "publish")
    world.take("lead", m, "publish")
    assert m.title in client.get("/catalogue/").content.decode()


def test_a_question_is_answered_by_a_day_and_public_with_its_answer(world, client):
    m = asks(world, listed(world))
    assert m.state == "asked"
    assert m.due == workdays.after(timezone.localdate(), ANSWER)
    assert "土地是租" not in client.get(m.url).content.decode()
    m = world.take("lead", m, "question-answer", question=m.last, answer="可租二十年。")
    assert (m.state, Enquiry.objects.get().answered) == ("listed", True)
    page = client.get(m.url).content.decode()
    assert "土地是租还是买？" in page and "可租二十年。" in page
    assert_rebuilding_changes_nothing()


def test_an_answer_in_time_is_a_due_day_kept_and_a_late_one_is_not(world):
    m = asks(world, listed(world))
    m = world.take("lead", m, "question-answer", question=m.last, answer="可以。")
    m = asks(world, m)
    at = timezone.now() + timedelta(days=30)
    world.take("lead", m, "question-answer", question=m.last, answer="晚了。", at=at)
    rows = DueDay.objects.filter(matter=m.pk).order_by("entry")
    assert [row.ended <= row.due for row in rows][-2:] == [True, False]


def test_the_first_question_that_waits_sets_the_day(world):
    start = datetime(2026, 3, 9, 2, tzinfo=UTC)
    m = listed(world)
    m = asks(world, m, at=start)
    first, due = m.last, m.due
    m = asks(world, m, "stranger-2", "有无税收优惠？", at=start + timedelta(days=3))
    second = m.last
    assert m.due == due
    at = start + timedelta(days=4)
    m = world.take("lead", m, "question-answer", question=first, answer="可租。", at=at)
    assert (m.state, m.due) == ("asked", workdays.after((start + timedelta(days=3)).date(), ANSWER))
    m = world.take("lead", m, "question-decline", question=second, reason="涉及商业秘密。", at=at)
    assert m.state == "listed"
    assert_rebuilding_changes_nothing()


def test_a_question_nobody_answers_climbs_and_an_answer_brings_it_down(world):
    m = asks(world, listed(world))
    for n in (20, 27, 34):
        clock.tick(timezone.now() + timedelta(days=n))
    assert find(m).climbed == 3
    m = find(m)
    question = Enquiry.objects.get().pk
    at = timezone.now() + timedelta(days=40)
    m = world.take("lead", m, "question-answer", question=question, answer="抱歉迟复。", at=at)
    assert m.climbed == 0
    asks(world, m, at=at)
    clock.tick(timezone.now() + timedelta(days=70))
    assert find(m).climbed == 1


def test_who_answers_is_the_office_and_nobody_asks_itself(world):
    m = listed(world)
    with pytest.raises(Refused):
        asks(world, m, "lead")
    m = asks(world, m)
    for login in ("stranger", "clerk-town", "lead-right", "resident"):
        with pytest.raises(Refused):
            world.take(login, m, "question-answer", question=m.last, answer="我来答")


def test_a_question_is_answered_once(world):
    m = asks(world, asks(world, listed(world)), "stranger-2", "有无配套？")
    first = Enquiry.objects.earliest("id").pk
    world.take("lead", m, "question-answer", question=first, answer="可租。")
    with pytest.raises(Refused):
        world.take("lead", m, "question-answer", question=first, answer="再答")
    with pytest.raises(Refused):
        world.take("lead", m, "question-decline", question=999, reason="无此问")


def test_nobody_fills_the_office_with_questions(world):
    m = listed(world)
    for n in range(3):
        m = asks(world, m, words=f"第{n}个问题是什么？")
    with pytest.raises(Refused):
        asks(world, m, words="第四个问题呢？")


def test_nothing_is_agreed_while_a_question_waits(world):
    m = asks(world, listed(world))
    with pytest.raises(Refused):
        world.take("lead", m, "agree", words="与一家粮企签约")


def test_a_partner_is_found_and_whoever_put_it_forward_confirms(world):
    m = world.take("lead", listed(world), "agree", words="与一家粮企签约", amount="2000万")
    m = world.take("clerk-town", m, "confirm", rating=4)
    assert m.closed_how == "confirmed"


def test_the_catalogue_is_narrowed_by_town_field_size_stage_side_and_words(world, client):
    near = listed(world)
    more = {"field": "文旅", "amount": "2亿", "stage": "planned", "text": "民宿群。"}
    far = forward(world, title="古镇民宿群", org=world["右镇"], place=world["右镇"], **more)
    world.take("lead-right", far, "publish")

    def found(**query):
        page = client.get("/catalogue/", query).content.decode()
        return [m.title for m in (near, find(far)) if f">{m.title}<" in page]

    assert len(found()) == 2
    for query in (
        {"town": world["左县"]},
        {"field": "农业"},
        {"size": "m"},
        {"stage": "ready"},
        {"side": "a"},
        {"q": "碾米"},
    ):
        assert found(**query) == [near.title], query
    assert found(size="xl", stage="planned", q="民宿") == ["古镇民宿群"]
    assert found(q="没有的词") == []


@pytest.mark.parametrize(
    "query",
    [
        {"town": "x"},
        {"town": "9" * 30},
        {"size": "'; DROP"},
        {"stage": "all"},
        {"side": "z"},
        {"q": "\x00'&|!():*"},
        {"q": "' OR 1=1 --"},
        {"after": "1.2.3"},
        {"field": "<script>"},
    ],
)
def test_odd_questions_to_the_catalogue_are_answered(world, client, query):
    listed(world)
    answer = client.get("/catalogue/", query)
    assert answer.status_code == 200 and b"<script>" not in answer.content.split(b"<form", 2)[-1]
    assert client.get("/catalogue/catalogue.csv", query).status_code == 200


def test_the_table_for_programs_holds_no_formula(world, client):
    listed(world, title="=HYPERLINK(1)")
    text = client.get("/catalogue/catalogue.csv").content.decode()
    assert "'=HYPERLINK" in text and "30000000" in text


def test_the_sum_of_the_register_stays_a_sum_and_stands_beside_what_is_listed(world, client):
    row = {"title": "合作项目(2019—2023累计发布260个,本行为汇总)", "org": world["左县"]}
    row |= {"serial": "1", "lead": "左县", "partners": [], "category": "产业", "progress": ""}
    row |= {"planned": {"value": "20000000000", "at_least": True, "wording": "超200亿元"}}
    row |= {"is_summary": True, "orgs": [world["左县"]], "source_row": {}}
    act(HOUSE, "project", "record_summary", {"row": row})
    listed(world)
    client.cookies["django_language"] = "en"
    page = client.get("/catalogue/").content.decode()
    assert "<strong>260</strong>" in page and "≥ 20,000,000,000" in page
    assert "<strong>1</strong>" in page
    assert Opportunity.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"amount": "许多"}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"stage": "done"}, "stage"),
        ({"title": ""}, "title"),
        ({"title": "长" * 81}, "title"),
    ],
)
def test_a_project_that_cannot_be_is_refused_with_a_sentence(world, more, what):
    with pytest.raises(Refused) as why:
        forward(world, **more)
    assert what in why.value.errors


@pytest.mark.parametrize("login", ["resident", "stranger", "host", "delegate"])
def test_not_everybody_puts_projects_forward(world, login):
    said = {"title": "假的", "org": world["左镇"], "field": "农业", "stage": "ready"}
    with pytest.raises(Refused):
        world.take(login, "opportunity", "put_forward", text="无", wanted="无", **said)


def test_other_matters_keep_the_question_of_the_house_without_a_day(world):
    m = world.raised()
    before = m.due
    m = world.take("stranger", m, "holder-question", words="什么时候修？")
    assert (m.state, m.due) == ("raised", before)
    assert Matter.objects.get(pk=m.pk).is_open
