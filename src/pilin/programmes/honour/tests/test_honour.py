"""The award: names kept until it is time, offices asked side by side, closed envelopes, objections answered first."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.test import Client
from django.utils import timezone

from pilin.cli.decide import decide
from pilin.engine import clock
from pilin.engine.act import act
from pilin.engine.models import Matter, Notice
from pilin.engine.refused import Refused
from pilin.ledger import log
from pilin.people.read_model import applying
from pilin.programmes.honour import pages
from pilin.programmes.honour.models import Inquiry, Member, Nomination, Objection
from tests.answers import find
from tests.test_replay import assert_rebuilding_changes_nothing

from .made import JURORS, NAME, cast, committee, days, nominated, opened, vetted


@pytest.fixture(autouse=True)
def seated(world):
    committee(world)


def whole_text(client, m):
    """What anybody reads of it: the page, the entries, the tables of the record."""
    page = client.get(m.url).content.decode()
    return page + "".join(str(record.body) for record in log.of_matter("main", m.pk))


def posted(world, m, **said):
    answers = {"text": "拟授予勇为好市民称号。", "until": days(20), **said}
    return world.take("clerk", m, "post", **answers)


def after_notice(world, m):
    """The day after the last of the public notice."""
    return timezone.now() + timedelta(days=21)


def conferred(world, m, **said):
    at = after_notice(world, m)
    return world.take("clerk", m, "confer", words="舍身救人", at=at, **said)


def test_from_a_nomination_to_the_award_with_the_name_only_once_they_agreed(world, client):
    m = opened(world, ("yes", "yes", "no"))
    assert NAME not in whole_text(client, m) and "13800000000" not in whole_text(client, m)
    with pytest.raises(Refused) as why:
        posted(world, m, text=f"拟授予{NAME}称号。")
    assert "text" in why.value.errors
    world.take("clerk", m, "consent", agrees="yes")
    m = posted(world, m, name=NAME)
    assert NAME in whole_text(client, m)
    m = conferred(world, m, name=NAME, amount="3万元")
    assert (m.state, m.holder_person) == ("conferred", "p-resident")
    m = world.take("resident", m, "confirm", rating=5)
    assert m.closed_how == "confirmed"
    assert_rebuilding_changes_nothing()


def test_offices_are_asked_side_by_side_each_with_a_clock(world, client):
    m = nominated(world)
    offices = [world["左镇"], world["左县"]]
    m = world.take("clerk", m, "inquire", offices=offices, question="有无不宜授奖的情况？")
    assert Inquiry.objects.filter(nomination=m.pk, due__gt=timezone.localdate()).count() == 2
    told = set(Notice.objects.filter(matter=m.pk, reason="yours").values_list("person", flat=True))
    assert {"p-lead", "p-lead-county"} <= told
    world.take("lead", m, "reply", finding="against", words="曾有失信记录")
    with pytest.raises(Refused):
        world.take("lead", m, "reply", finding="clear", words="再答")
    assert "失信" not in whole_text(client, find(m))
    m = world.take("lead-county", m, "reply", finding="clear", words="无")
    assert m.state == "vetted"


def test_no_envelope_is_read_before_all_are_in(world, client):
    m = vetted(world)
    m = world.take("clerk", m, "summon")
    told = Notice.objects.filter(reason="vote").values_list("person", flat=True)
    assert set(told) == {f"p-{login}" for login in JURORS}
    cast(world, "juror-2", m, "no", (1, 2, 3))
    entry = log.of_matter("main", m.pk)[-1]
    client.force_login(world.people["clerk"])
    for address in (m.url, f"/ledger/main/entry/{entry.number}", f"/matters/{m.pk}/sealed/"):
        text = client.get(address).content.decode()
        assert "no 1 2 3" not in text and "1 2 3" not in text, address
    assert client.get(f"/honours/{m.pk}/sheet.csv").status_code == 404
    with pytest.raises(Refused):
        cast(world, "juror-2", m, "yes")
    world.take("juror-1", m, "recuse", relation="kin")
    cast(world, "juror-3", m, "no")
    m = cast(world, "juror-4", m, "no")
    assert find(m).state == "opened"
    assert "1 2 3" in str(log.some("main", [entry.number])[0].body)
    sheet = client.get(f"/honours/{m.pk}/sheet.csv").content.decode()
    assert f"{entry.number},no,1,2,3" in sheet


def test_relatives_and_those_of_the_same_unit_cannot_vote(world):
    m = vetted(world, unit=world["左企业"])
    world.take("clerk", m, "summon")
    with pytest.raises(Refused):
        cast(world, "juror-1", m)  # works at the nominee's unit
    with pytest.raises(Refused) as why:
        cast(world, "juror-2", m, relation="kin")
    assert "relation" in why.value.errors
    world.take("juror-1", m, "recuse", relation="unit")
    world.take("juror-2", m, "recuse", relation="kin")
    with pytest.raises(Refused):
        cast(world, "juror-2", m)
    cast(world, "juror-3", m)
    m = find(cast(world, "juror-4", m))
    assert m.nomination.sheet["entitled"] == 2 and m.nomination.sheet["carried"] == "yes"


def test_a_tie_is_named_and_not_carried(world, client):
    m = vetted(world)
    world.take("clerk", m, "summon")
    for login, yes in zip(JURORS, ("yes", "no", "yes", "no"), strict=True):
        cast(world, login, m, yes)
    m = find(m)
    assert m.nomination.sheet["tie"] == "yes"
    assert "平票" in client.get(m.url).content.decode()
    with pytest.raises(Refused):
        posted(world, m)


def test_envelopes_that_are_in_are_opened_when_the_time_is_up_and_too_few_do_not_count(world):
    m = vetted(world)
    world.take("clerk", m, "summon")
    cast(world, "juror-2", m)
    with pytest.raises(Refused):
        world.take("clerk", m, "open_late")
    m = world.take("clerk", m, "open_late", at=timezone.now() + timedelta(days=30))
    assert (m.nomination.sheet["quorate"], m.nomination.sheet["carried"]) == ("no", "no")


def test_the_notice_lasts_five_working_days_and_every_objection_has_its_answer_first(world, client):
    m = opened(world, ("yes", "yes", "yes"))
    with pytest.raises(Refused) as why:
        posted(world, m, until=days(2))
    assert "until" in why.value.errors
    m = posted(world, m)
    with pytest.raises(Refused):
        world.take("clerk", m, "confer", words="舍身救人")  # it still lasts
    objected = {"text": "当时还有别人。", "name": "路人甲某", "contact": "电话"}
    world.take("stranger", m, "object", **objected)
    assert "路人甲某" not in whole_text(client, m) and "当时还有别人" in whole_text(client, m)
    with pytest.raises(Refused):
        conferred(world, m)
    objection = Objection.objects.get().pk
    world.take("clerk", m, "answer", objection=objection, answer="已核实，属实。")
    assert (m.pk, "looked") in Notice.objects.filter(person="p-stranger").values_list(
        "matter", "reason"
    )
    assert conferred(world, m).state == "conferred"


def test_a_name_that_nobody_agreed_to_is_taken_out_of_what_others_write(world, client):
    m = posted(world, opened(world, ("yes", "yes", "yes")))
    said = {"text": f"{NAME}当时不在场。", "name": "路人", "contact": "电话"}
    world.take("stranger", m, "object", **said)
    assert NAME not in whole_text(client, m) and "当时不在场" in whole_text(client, m)
    objection = Objection.objects.get().pk
    with pytest.raises(Refused):
        world.take("clerk", m, "answer", objection=objection, answer=f"{NAME}在场。")


def test_whoever_is_refused_is_heard_before_and_can_have_it_reviewed_after(world):
    m = opened(world, ("no", "no", "yes"))
    m = world.take("clerk", m, "intend", ground="score", reason="评审未通过")
    assert m.holder_person == "p-resident"
    with pytest.raises(Refused):
        world.take("clerk", m, "refuse", reason="不等了")
    m = world.take("resident", m, "heard", words="事实清楚，请再看看")
    m = world.take("clerk", m, "refuse", reason="维持评审结果")
    m = world.take("resident", m, "review", reason="请上级看")
    m = (
        world.take("clerk", m, "overturn", reason="再评")
        if m.holder_org_id == world["左镇议事堂"]
        else m
    )
    assert m.state in ("vetted", "reviewing")


def test_who_says_nothing_in_the_time_given_has_been_heard(world):
    m = nominated(world)
    m = world.take("clerk", m, "intend", ground="duty", reason="属于职责")
    clock.tick(timezone.now() + timedelta(days=30))
    assert find(m).state == "weighed" and find(m).nomination.heard


def test_an_award_that_was_given_wrongly_is_revoked_in_the_open(world, client):
    m = conferred(world, posted(world, opened(world, ("yes", "yes", "yes"))))
    m = world.take("resident", m, "confirm", rating=5)
    m = world.take("clerk", m, "revoke", reason="事实不实")
    assert m.nomination.revoked and "奖励已撤销" in client.get(m.url).content.decode()
    assert "落水救人" not in client.get("/honours/").content.decode().split("tbody")[0]
    with pytest.raises(Refused):
        world.take("clerk", m, "revoke", reason="再来")


def test_of_two_nominations_for_a_deed_at_the_border_the_first_is_judged(world):
    first = nominated(world)
    second = nominated(world, "neighbour", org=world["右镇议事堂"], place=world["右村"])
    with pytest.raises(Refused):
        world.take("clerk", first, "concede", other=second.pk, reason="让给那边")
    m = world.take("clerk-right", second, "concede", other=first.pk, reason="那边先受理")
    assert m.state == "elsewhere" and find(first).state == "nominated"


@pytest.mark.parametrize(
    ("left", "right", "state"),
    [("yes", "yes", "nominated"), ("no", "no", "elsewhere"), ("yes", "no", "contested")],
)
def test_what_both_sides_claim_both_halls_decide_and_the_office_above_where_they_differ(
    world, left, right, state
):
    first = nominated(world)
    second = nominated(world, "neighbour", org=world["右镇议事堂"])
    halls = [world["左镇议事堂"], world["右镇议事堂"]]
    with pytest.raises(Refused):
        world.take("clerk", first, "contest", other=second.pk, halls=halls[:1], reason="争议")
    world.take("clerk", first, "contest", other=second.pk, halls=halls, reason="都受理了")
    for login, keeps in (("clerk", left), ("clerk-right", right)):
        world.take(login, first, "settle", keeps=keeps, reason="按地点")
    assert find(first).state == state


def test_a_result_that_the_votes_do_not_come_to_is_named_by_verify(world):
    m = opened(world, ("yes", "yes", "no"))
    assert list(pages.recounts()) == []
    with applying():
        Member.objects.filter(nomination=m.pk, person="p-juror-2").update(recused="kin", voted=None)
    assert list(pages.recounts()) == [m.nomination.opened]


def test_a_committee_of_fewer_than_three_is_none(world):
    m = nominated(world, org=world["右镇议事堂"])
    world.take("clerk-right", m, "inquire", offices=[world["右镇"]], question="请核查")
    m = world.take("lead-right", m, "reply", finding="clear", words="无异常")
    with pytest.raises(Refused):
        world.take("clerk-right", m, "summon")


def test_the_score_is_exact_and_the_ranking_names_who_shares_a_place(world, client):
    for title in ("第一件", "第二件"):
        m = conferred(world, posted(world, opened(world, ("yes", "yes", "yes"), title=title)))
    assert m.nomination.score == 80 * 40 // 100 + 70 * 30 // 100 + 90 * 30 // 100
    page = client.get("/honours/").content.decode()
    assert page.count("1（并列）") == 2


def test_nobody_but_the_house_opens_the_envelopes(world):
    m = vetted(world)
    world.take("clerk", m, "summon")
    for login in ("clerk", "lead-county", "juror-2"):
        with pytest.raises(Refused):
            act(world.actor(login), m.pk, "open", {})
    assert Nomination.objects.get(pk=m.pk).sheet is None and Matter.objects.get(pk=m.pk).is_open


def test_the_envelopes_are_opened_when_the_last_one_came_in(world):
    m = vetted(world)
    world.take("clerk", m, "summon")
    world.take("juror-1", m, "recuse", relation="unit")
    last = timezone.now() + timedelta(days=1)
    for login in JURORS[1:]:
        cast(world, login, m, at=last)
    came, opened_at = (record.body["at"] for record in list(log.of_matter("main", m.pk))[-2:])
    assert came == opened_at


def test_a_minor_is_never_named_whoever_agrees(world, client):
    m = opened(world, ("yes", "yes", "yes"), minor="on")
    with pytest.raises(Refused) as why:
        world.take("clerk", m, "consent", agrees="yes", minor="on")
    assert "agrees" in why.value.errors
    world.take("clerk", m, "consent", agrees="yes")
    with pytest.raises(Refused):
        posted(world, m, text=f"拟授予{NAME}称号。")
    m = conferred(world, posted(world, m, name=NAME), name=NAME)
    assert NAME not in whole_text(client, m) and "姓名永久密封" in whole_text(client, m)


def test_that_it_is_a_minor_can_be_entered_later(world):
    m = opened(world, ("yes", "yes", "yes"))
    world.take("clerk", m, "consent", agrees="no", minor="on")
    assert posted(world, m, name=NAME).nomination.name == ""


def test_an_office_that_lets_its_day_pass_is_named_and_the_committee_goes_on_without_it(world):
    m = nominated(world)
    offices = [world["左镇"], world["左县"]]
    m = world.take("clerk", m, "inquire", offices=offices, question="有无不宜授奖的情况？")
    world.take("lead", m, "reply", finding="clear", words="无")
    with pytest.raises(Refused):
        world.take("clerk", m, "go_on", reason="不等了")
    later = timezone.now() + timedelta(days=60)
    for _day in range(2):  # named once
        clock.tick(later)
    named = [r for r in log.of_matter("main", m.pk) if r.body["step"] == "late"]
    assert [org["name"] for r in named for org in r.body["data"]["offices"]] == ["左县"]
    told = Notice.objects.filter(entry=named[0].number).values_list("person", flat=True)
    assert {"p-clerk", "p-lead-county"} <= set(told)
    m = world.take("clerk", m, "go_on", reason="已过期限", at=later)
    assert m.state == "vetted"
    assert log.of_matter("main", m.pk)[-1].body["data"]["offices"][0]["name"] == "左县"
    assert world.take("clerk", m, "summon", at=later).state == "voting"


def test_nothing_on_public_notice_is_refused_before_its_objections_are_answered(world):
    m = posted(world, opened(world, ("yes", "yes", "yes")))
    objected = {"text": "当时还有别人。", "name": "路人", "contact": "电话"}
    world.take("stranger", m, "object", **objected)
    with pytest.raises(Refused):
        world.take("clerk", m, "intend", ground="facts", reason="事实不清")
    objection = Objection.objects.get().pk
    world.take("clerk", m, "answer", objection=objection, answer="已核实。")
    assert world.take("clerk", m, "intend", ground="facts", reason="不清").state == "hearing"


def test_the_sheet_that_is_published_is_counted_again_with_nothing_by_hand(world, client, tmp_path):
    m = opened(world, ("yes", "yes", "no"))
    sheet = tmp_path / "sheet.csv"
    sheet.write_bytes(client.get(f"/honours/{m.pk}/sheet.csv").content)
    said = CliRunner().invoke(decide, ["award", str(sheet), "--json"])
    again, counted = json.loads(said.output), m.nomination.sheet
    assert (again["entitled"], again["score"]) == (3, counted["score"])
    assert again["carried"] is (counted["carried"] == "yes")


def test_where_days_and_thresholds_come_from_is_said_in_both_languages(world):
    m = nominated(world)
    for language, words in (("zh-hans", "未核到出处"), ("en", "no rule was verified")):
        page = Client(headers={"accept-language": language}).get(m.url).content.decode()
        assert words in page, language
