"""Policies found by those they are for, from the clause to the money; and what nobody else is to know."""

import re
from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from pilin.engine.erase import erase_person
from pilin.engine.models import Matter, Notice
from pilin.engine.refused import Refused
from pilin.ledger import log, sealed_parts
from pilin.people.read_model import applying
from pilin.programmes.benefit.models import Clause, Grant, Profile
from tests.answers import find
from tests.posting import submit
from tests.taking import applied_for, paid_out
from tests.test_replay import assert_rebuilding_changes_nothing
from tests.world import PHOTO

CODE = "91350100M000100Y43"
CLAUSE = {
    "title": "技改补助",
    "source": "左镇发〔2099〕1号第二条",
    "text": "买新设备的企业补一成。",
    "audience": "firms",
    "needs": "设备投资 不少于 500万\n员工数 不超过 1000 或 营业收入 不超过 4亿\n非失信被执行人",
    "rate": "8",
    "of": "invested",
    "cap": "300万",
    "budget": "400万",
    "ends": "2099-12-31",
    "way": "apply",
    "days": 20,
    "phone": "0573-0000",
}
FIRM_OF_LIST = {"invested": "1000万", "staff": "10", "revenue": "100万", "defaulter": "no"}
FIRM = {
    "facts-invested": "1000万",
    "facts-staff": "1200",
    "facts-revenue": "3亿",
    "facts-defaulter": "no",
}


@pytest.fixture
def clause(world):
    made = world.take("lead", "clause", "write", org=world["左镇"], **CLAUSE)
    return world.take("lead", made, "publish")


def apply_(world, clause, login="resident", **said):
    answers = {"clause": clause.pk, "name": "一家企业", "code": CODE, "contact": "电话13900000000"}
    return world.take(login, "grant", "apply", **{**answers, **FIRM, **said})


@contextmanager
def refused(*words):
    """It is refused, and what is said holds one of these words."""
    with pytest.raises(Refused) as why:
        yield
    said = str(why.value) + str(getattr(why.value, "errors", "") or "")
    assert any(word in said for word in words), said


def told(login):
    return set(Notice.objects.filter(person=f"p-{login}").values_list("matter", "reason"))


def profile(login, **facts):
    said = {n: {"value": v, "as_of": "2099-01-01", "from": "self"} for n, v in facts.items()}
    Profile.objects.create(person=f"p-{login}", audience="firms", facts=said, agreed=timezone.now())


def test_those_it_fits_and_may_fit_are_told_when_it_is_published_and_nobody_else(world):
    profile("resident", invested=1e7, staff=10.0, defaulter=False)
    profile("neighbour", invested=6e6)  # may fit, once more is said
    profile("stranger", invested=1.0, staff=10.0, defaulter=False)
    made = world.take("lead", "clause", "write", org=world["左镇"], **CLAUSE)
    assert told("resident") == set()
    world.take("lead", made, "publish")
    assert (made.pk, "fits") in told("resident") & told("neighbour")
    assert told("stranger") == set() and told("stranger-2") == set()


def test_an_application_says_in_public_that_it_was_made_and_nothing_of_whom(world, clause, client):
    m = apply_(world, clause)
    assert m.due and m.holder_org_id == world["左镇"]
    body = log.get("main", m.pk).body
    assert body["data"]["verdict"] == "yes"
    text = str(body) + client.get(m.url).content.decode()
    text = re.sub(r":\d\d\.\d+", "", text)  # parts of a second are digits, too
    for secret in ("一家企业", CODE, "13900000000", "1200", "设备投资：", "3亿"):
        assert secret not in text
    sealed = sealed_parts.sealed("main", m.pk)
    assert sealed["name"] == "一家企业" and "Employees：1200" in sealed["facts"]


def test_whoever_it_is_not_for_is_told_what_does_not_hold(world, clause):
    with refused("Invested in equipment"):
        apply_(world, clause, **{"facts-invested": "100万"})
    assert not Grant.objects.exists()


def test_what_decides_it_is_asked_for_and_nothing_else(world, clause):
    with pytest.raises(Refused) as refused:
        apply_(world, clause, **{"facts-revenue": "", "facts-defaulter": ""})
    assert {"facts-revenue", "facts-defaulter"} == set(refused.value.errors or {})
    m = apply_(
        world, clause, **{"facts-revenue": "", "facts-staff": "900"}
    )  # revenue decides nothing any more
    assert m.state == "applied"


@pytest.mark.parametrize("code", ["91350100M000100Y34", "123"])
def test_a_credit_code_that_is_none_is_refused(world, clause, code):
    with refused("校验位", "last character"):
        apply_(world, clause, code=code)


def test_from_granted_to_paid_from_a_fund_to_confirmed(world):
    m = applied_for(world)
    clause = Clause.objects.get()
    world.take("lead", m, "ask", words="请补执照")
    world.take("resident", m, "supply", text="执照号")
    m = world.take("lead", m, "approve", amount="100")
    assert Clause.objects.get().granted == Decimal(100) and Grant.objects.get().amount == 100
    fund = Matter.objects.get(kind="fund")
    m = world.take("lead", m, "order", fund=f"{fund.pk}:1", payee="一家企业", files=[PHOTO])
    payment = Matter.objects.get(kind="payment")
    assert payment.source_id == m.pk and m.state == "ordered"
    with pytest.raises(Refused):  # one is on its way already
        world.take("lead", m, "order", fund=f"{fund.pk}:1", payee="一家企业", files=[PHOTO])
    treasurer = world.take("treasurer", payment, "reject", reason="票据不清")
    assert treasurer.state == "rejected" and find(m).state == "granted"
    m = world.take("lead", m, "order", fund=f"{fund.pk}:1", payee="一家企业", files=[PHOTO])
    paid_out(world, m)
    assert find(m).state == "paid"
    assert world.take("resident", m, "confirm", rating=5).closed_how == "confirmed"
    assert clause.budget - Clause.objects.get().granted == 900
    assert_rebuilding_changes_nothing()


def test_no_more_is_granted_than_the_budget_has(world, clause):
    much = {"facts-invested": "1亿"}
    grants = [apply_(world, clause, login, **much) for login in ("resident", "neighbour")]
    world.take("lead", grants[0], "approve", amount="300万")
    with refused("100"):
        world.take("lead", grants[1], "approve", amount="200万")
    with refused("300"):
        world.take("lead", grants[1], "approve", amount="301万")
    world.take("lead", grants[1], "approve", amount="100万")
    with pytest.raises(Refused):
        world.take("lead", clause, "change", text="少一点", budget="100万", ends="2099-12-31")


def test_whoever_is_refused_objects_and_the_office_above_looks(world, clause):
    m = apply_(world, clause)
    m = world.take("lead", m, "refuse", reason="设备是旧的")
    assert m.holder_person == "p-resident"
    m = world.take("resident", m, "object", reason="是新的")
    assert m.holder_org_id == world["左县"]
    m = world.take("lead-county", m, "again", reason="请再核")
    assert m.state == "applied" and m.holder_org_id == world["左镇"]


def test_it_cannot_be_applied_for_before_its_first_day(world):
    made = world.take("lead", "clause", "write", org=world["左镇"], first="2098-01-01", **CLAUSE)
    clause = world.take("lead", made, "publish")
    with refused("今天", "today"):
        apply_(world, clause)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"needs": "天气 = 好"}, "没有已知|no fact"),
        ({"fixed": "1万"}, "一项|not both"),
        ({"of": ""}, "百分数|per cent"),
        ({"first": "2100-01-01"}, "早于|before"),
    ],
)
def test_a_clause_that_says_nothing_clear_is_refused(world, said, why):
    with refused(*why.split("|")):
        world.take("lead", "clause", "write", org=world["左镇"], **{**CLAUSE, **said})


@pytest.fixture
def visitor():
    return Client(headers={"accept-language": "en"})


def test_six_questions_without_an_account_say_what_there_is_and_why(world, clause, visitor):
    world.take(
        "lead",
        world.take(
            "lead",
            "clause",
            "write",
            org=world["左镇"],
            **{
                **CLAUSE,
                "title": "小微补贴",
                "needs": "企业规模 属于 微型",
                "rate": "",
                "of": "",
                "fixed": "5000",
            },
        ),
        "publish",
    )
    page = visitor.get("/benefits/for-me/").content.decode()
    assert page.count('name="facts-') == 5 and "Apply for it" not in page
    said = {"for": "firms", "facts-invested": "2000万", "facts-staff": "30", "facts-size": "中型"}
    found = visitor.post("/benefits/for-me/", said).content.decode()
    assert "It hangs on: On the list of defaulters" in found
    assert "What does not hold: Size is 微型" in found
    found = visitor.post("/benefits/for-me/", {**said, "facts-defaulter": "no"}).content.decode()
    assert "For you" in found and f"?clause={clause.pk}" in found and "1,600,000" in found
    wrong = visitor.post("/benefits/for-me/", {**said, "facts-staff": "很多"}).content.decode()
    assert "error-summary" in wrong and "2000万" in wrong
    assert not Profile.objects.exists()


def test_what_is_kept_is_kept_for_ones_account_filled_in_and_erased(world, clause):
    own = Client(headers={"accept-language": "en"})
    own.force_login(world.people["resident"])
    said = {
        "for": "firms",
        "name": "一家企业",
        "code": CODE,
        "facts-invested": "1000万",
        "agreed": "on",
    }
    assert own.post("/benefits/profile/", {**said, "agreed": ""}).status_code == 200
    assert not Profile.objects.exists()
    assert own.post("/benefits/profile/", said).status_code == 302
    kept = Profile.objects.get()
    day = kept.facts["invested"]["as_of"]
    assert kept.facts["invested"] == {"value": 1e7, "as_of": day, "from": "self"}
    form = own.get(f"/new/grant/apply/?clause={clause.pk}").content.decode()
    assert CODE in form and 'value="10000000"' in form
    assert CODE in own.get("/held/pilin.json").content.decode()
    # What is left empty on the page is not filled from what is kept.
    asked = {"for": "firms", "facts-invested": "", "facts-staff": "5", "facts-defaulter": "no"}
    assert "It hangs on: Invested" in own.post("/benefits/for-me/", asked).content.decode()
    other = Client()
    other.force_login(world.people["neighbour"])
    assert CODE not in other.get("/benefits/profile/").content.decode()
    assert own.post("/benefits/profile/erase/", {"for": "firms"}).status_code == 302
    assert not Profile.objects.exists()


def test_whoever_is_erased_leaves_no_profile(world):
    profile("resident", staff=3.0)
    erase_person(world.people["resident"].person)
    assert not Profile.objects.exists()


def test_the_page_of_a_clause_says_its_conditions_what_is_left_and_how_many_it_fits(world, clause):
    profile("resident", invested=1e7, staff=10.0, defaulter=False)
    profile("neighbour", invested=6e6)
    page = Client(headers={"accept-language": "en"}).get(clause.url).content.decode()
    assert "Invested in equipment at least 5000000" in page
    assert "Employees at most 1000 or Revenue in a year at most 400000000" in page
    assert "8% of: Invested in equipment" in page
    assert "it fits fewer than 5, and may fit fewer than 5 more" in page
    for n in range(5):
        said = {"invested": {"value": 1e7}, "staff": {"value": 1.0}, "defaulter": {"value": False}}
        Profile.objects.create(person=f"p-{n}", audience="firms", facts=said, agreed=timezone.now())
    world.take("lead", clause, "change", text="补一成。", ends="2099-12-31")
    page = Client(headers={"accept-language": "en"}).get(clause.url).content.decode()
    assert "it fits 6, and may fit fewer than 5 more" in page


def test_people_are_not_named_where_it_is_paid(world):
    m = applied_for(world)
    with applying():
        Clause.objects.update(audience="people")
    world.take("lead", m, "approve", amount="100")
    fund = Matter.objects.get(kind="fund")
    with refused("不写个人姓名", "not named"):
        world.take("lead", m, "order", fund=f"{fund.pk}:1", payee="付给 一家 企业", files=[PHOTO])
    world.take("lead", m, "order", fund=f"{fund.pk}:1", payee="一位居民", files=[PHOTO])


def test_what_was_said_is_kept_while_the_application_is_looked_at_once_more(world, clause):
    """On the pages: the form, the second look, and the entry."""
    own = Client(headers={"accept-language": "en"})
    own.force_login(world.people["resident"])
    said = {"clause": clause.pk, "name": "一家企业", "code": CODE, "contact": "前台", **FIRM}
    page = submit(own, f"/new/grant/apply/?clause={clause.pk}", said)
    assert page.status_code in (200, 302), page.content.decode()[:3000]
    assert Grant.objects.get().verdict == "yes"


def test_the_name_of_a_resident_is_public_in_no_later_step(world):
    elders = {**CLAUSE, "title": "助餐", "audience": "people", "needs": "年龄 不少于 80"}
    elders |= {"rate": "", "of": "", "cap": "", "fixed": "600"}
    clause = world.take("lead", "clause", "write", org=world["左镇"], **elders)
    world.take("lead", clause, "publish")
    said = {"clause": clause.pk, "person": "某老人甲", "contact": "前台", "facts-age": "82"}
    m = world.take("resident", "grant", "apply", **said)
    assert sealed_parts.sealed("main", m.pk)["person"] == "某老人甲"
    with refused("不公开", "sealed"):
        world.take("lead", m, "ask", words="请某老人甲补身份证")
    assert "某老人甲" not in str([r.body for r in log.of_matter("main", m.pk)])
