"""Lead projects: an office takes one on, accounts each quarter, and whoever set it confirms."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from pilin.engine import clock
from pilin.engine.act import act
from pilin.engine.models import Matter
from pilin.engine.refused import Refused
from pilin.people.actor import HOUSE
from pilin.programmes.lead import pages, quarters
from pilin.programmes.lead.models import Accounting, Lead
from tests.answers import find
from tests.test_replay import assert_rebuilding_changes_nothing

NEXT = timezone.localdate().year + 1


def on(month: int, day: int, year: int = NEXT) -> datetime:
    return datetime(year, month, day, 2, tzinfo=UTC)


def given(world, login, m, month, day, **more):
    said = {"done": "开了三次会", "against": "完成一半", "standing": "on_track", **more}
    return world.take(login, m, "account", at=on(month, day), **said)


@pytest.fixture
def lead(world):
    said = {"title": "毗邻党建联动", "setter": world["左县"], "org": world["左镇"]}
    said |= {"official": "镇党委书记", "year": NEXT, "quarter": 1, "target": "四项协议落地"}
    return world.take("lead-county", "lead", "set", **said)


@pytest.fixture
def taken(world, lead):
    return world.take("lead", lead, "take_on", plan="一季度调研，二季度签约", at=on(1, 5))


def test_the_office_has_it_and_takes_it_on_for_a_year(world, lead):
    assert (lead.holder_org_id, lead.state) == (world["左镇"], "set")
    m = world.take("lead", lead, "take_on", plan="先调研", at=on(1, 5))
    assert m.due == quarters.due(NEXT, 1)


def test_each_quarter_is_accounted_for_and_the_last_one_closes_the_year(world, taken):
    m = taken
    for month, day in ((4, 2), (7, 2), (10, 12)):
        m = given(world, "lead", m, month, day)
        assert (m.state, m.holder_org_id) == ("accounted", world["左县"])
        m = world.take("lead-county", m, "accept", at=on(month, day + 2))
        assert m.state == "under_way"
    m = given(world, "lead", m, 12, 30)
    with pytest.raises(Refused):
        world.take("lead-county", m, "accept", at=on(12, 31))
    m = world.take("lead-county", m, "confirm", rating=5, words="四项都落地了", at=on(12, 31))
    assert m.closed_how == "confirmed"
    assert {one["now"] for one in m.lead.accounts.values()} == {"confirmed"}
    assert_rebuilding_changes_nothing()


def test_the_year_cannot_be_confirmed_before_its_last_account(world, taken):
    m = given(world, "lead", taken, 4, 2)
    with pytest.raises(Refused):
        world.take("lead-county", m, "confirm", rating=5, at=on(4, 3))


def test_a_quarter_cannot_be_accounted_for_before_it_is_nearly_over(world, taken):
    with pytest.raises(Refused) as why:
        given(world, "lead", taken, 2, 1)
    assert "16" in str(why.value.errors)  # the day from which it can
    given(world, "lead", taken, 3, 16)
    with pytest.raises(Refused):
        given(world, "lead", taken, 3, 17)  # twice


def test_what_is_behind_says_what_is_late(world, taken):
    with pytest.raises(Refused) as why:
        given(world, "lead", taken, 4, 2, standing="behind")
    assert "late" in why.value.errors
    m = given(world, "lead", taken, 4, 2, standing="behind", late="用地没批，五月补上")
    assert Accounting.objects.get(lead=m.pk).late == "用地没批，五月补上"


def test_nobody_confirms_their_own_account(world, taken):
    m = given(world, "lead", taken, 4, 2)
    for login in ("lead", "clerk-town", "lead-right", "resident"):
        with pytest.raises(Refused):
            world.take(login, m, "accept", at=on(4, 3))
    said = {"title": "自己的", "setter": world["左镇"], "org": world["左镇"], "target": "好"}
    with pytest.raises(Refused) as why:
        world.take("lead", "lead", "set", official="镇长", year=NEXT, quarter=1, **said)
    assert "org" in why.value.errors


@pytest.mark.parametrize("login", ["resident", "host", "delegate", "coordinator"])
def test_not_everybody_sets_lead_projects(world, login):
    said = {"title": "越权", "setter": world["左县"], "org": world["左镇"], "target": "好"}
    with pytest.raises(Refused):
        world.take(login, "lead", "set", official="镇长", year=NEXT, quarter=1, **said)


def test_nobody_sets_one_in_the_name_of_an_organisation_they_are_not_of(world):
    said = {"title": "冒名", "setter": world["左县"], "org": world["左镇"], "target": "好"}
    with pytest.raises(Refused) as why:
        world.take("lead-right", "lead", "set", official="镇长", year=NEXT, quarter=1, **said)
    assert "setter" in why.value.errors


def test_an_account_that_was_objected_to_stays_and_is_due_again(world, taken, client):
    m = given(world, "lead", taken, 4, 2)
    m = world.take("lead-county", m, "dispute", reason="只有会，没有成效", at=on(4, 5))
    assert (m.state, m.holder_org_id) == ("under_way", world["左镇"])
    given(world, "lead", m, 4, 9, done="两个项目开工")
    assert Accounting.objects.filter(lead=m.pk, quarter=1).count() == 2
    page = client.get(m.url).content.decode()
    assert "只有会，没有成效" in page and "两个项目开工" in page
    assert_rebuilding_changes_nothing()


def test_a_missed_account_climbs_like_anything_overdue(world, taken):
    late = timezone.make_aware(datetime(NEXT, 4, 28, 9))
    for n in range(3):
        clock.tick(late + timedelta(days=7 * n))
    assert find(taken).climbed == 3
    m = given(world, "lead", taken, 5, 20)
    assert m.climbed == 0
    own = find(m)
    cell = pages.cell(own.lead, 1, NEXT and on(5, 21).date())
    assert cell.sign == "◐" and "迟报" in _chinese(own)


def _chinese(m):
    with translation.override("zh-hans"):
        return str(pages.cell(m.lead, 1, on(5, 21).date()))


def test_an_account_nobody_looks_at_stands_after_its_days_and_is_told_apart(world, taken):
    m = given(world, "lead", taken, 4, 2)
    clock.tick(timezone.make_aware(datetime(NEXT, 5, 20, 9)))
    m = find(m)
    assert (m.state, m.lead.accounts["1"]["now"]) == ("under_way", "silent")


def test_the_sheet_of_a_year_says_missing_by_sign_and_word(world, taken, client):
    world.take("lead-county", taken, "say", words="请按时", at=on(1, 6))
    page = client.get(f"/lead-projects/{NEXT}/").content.decode()
    assert "○" in page and "镇党委书记" in page
    lead = find(taken).lead
    assert pages.cell(lead, 1, on(6, 1).date()).kind == "missing"
    assert client.get("/lead-projects/1950/").status_code == 404
    assert client.get(f"/lead-projects/{NEXT}/?org=999999999999999999999").status_code == 200
    assert client.get(f"/lead-projects/{NEXT}/?org={world['右镇']}").status_code == 200


@pytest.mark.parametrize(
    ("year", "quarter"), [(NEXT - 2, 4), (NEXT + 1, 1), ("明年", 1), (NEXT, 5), (NEXT, "")]
)
def test_a_year_that_cannot_be_is_refused_with_a_sentence(world, year, quarter):
    said = {"title": "年度", "setter": world["左县"], "org": world["左镇"], "target": "好"}
    with pytest.raises(Refused) as why:
        world.take(
            "lead-county", "lead", "set", official="镇长", year=year, quarter=quarter, **said
        )
    assert {"year", "quarter"} & set(why.value.errors)


def test_a_project_of_an_agreement_becomes_an_office_s_own(world, client):
    said = {"title": "水环境协议", "org": world["左镇"], "parties": [world["右镇"]]}
    said |= {"fields_of_work": "水环境", "text": "轮月保洁", "until": f"{NEXT + 1}-01-05"}
    a = world.take("lead", "agreement", "draft", **said)
    world.take("lead", a, "sign")
    a = world.take("lead-right", a, "sign")
    charge = {"setter": world["左镇"], "org": world["右镇"], "year": NEXT, "quarter": 1}
    with pytest.raises(Refused):  # nothing stands on the list yet
        world.take("lead", a, "charge", line=1, target="清淤", **charge)
    project = {"field": 1, "title": "界河清淤", "lead": world["右镇"], "official": "副镇长"}
    a = world.take("lead", a, "lead_project", finish=f"{NEXT}-06-01", **project)
    with pytest.raises(Refused):
        world.take("lead", a, "charge", line=a.last + 5, target="清淤", **charge)
    world.take("lead", a, "charge", line=a.last, target="清淤三公里", **charge)
    m = Matter.objects.get(kind="lead")
    assert (m.title, m.source_id, m.holder_org_id) == ("界河清淤", a.pk, world["右镇"])
    assert (m.lead.official, m.lead.setter_id) == ("副镇长", world["左镇"])
    assert m.url in client.get(a.url).content.decode()
    assert_rebuilding_changes_nothing()


def test_what_a_register_says_of_quarters_is_kept_beside_what_is_said_here(world):
    row = {"title": "农旅融合", "org": world["左镇"], "orgs": [world["左镇"], world["左县"]]}
    row |= {"year": NEXT, "official": "镇长", "target": "", "quarters": ["办了节会", "", "", ""]}
    row |= {"source_row": {"title": "农旅融合"}, "parties": ["左镇", "左县"]}
    data = {"row": row, "due_day": f"{NEXT}-07-14"}
    m = Matter.objects.get(pk=act(HOUSE, "lead", "record", data).number)
    m = given(world, "lead", m, 7, 1)
    assert (m.holder_org_id, Accounting.objects.get().quarter) == (world["左县"], 2)
    row["quarters"] = ["办了两场节会", "台账里的二季度", "", ""]
    act(HOUSE, m.pk, "amend", {"row": row})
    accounts = Lead.objects.get(pk=m.pk).accounts
    assert accounts["1"]["words"] == "办了两场节会" and accounts["2"]["now"] == "given"
    assert_rebuilding_changes_nothing()
