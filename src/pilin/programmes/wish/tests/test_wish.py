"""Wishes: never a name, never given twice, and they come back when nobody delivers."""

import html
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from pilin.engine import clock
from pilin.engine.act import LOG, act
from pilin.engine.models import Matter, Notice
from pilin.engine.refused import Refused
from pilin.ledger import log
from pilin.people.actor import HOUSE
from pilin.people.models import Organisation
from pilin.programmes.wish.models import Pledge, Wish
from tests.test_replay import assert_rebuilding_changes_nothing


def submit(world, **more):
    answers = {
        "title": "一盏台灯",
        "code": "学生01",
        "school": world["左小学"],
        "through": world["左镇议事堂"],
        **more,
    }
    return world.take("coordinator", "wish", "submit", **answers)


@pytest.fixture
def published(world):
    wish = world.publishes(submit(world, price="100"))
    world.gives(wish, "resident", "neighbour")
    wish.refresh_from_db()
    return wish


#: Usual and unusual spellings, of which no list of names knows all: nobody relies on how it looks.
NAMED = [
    "王小明想要一盏台灯",
    "小明的台灯",
    "王 小 明 的台灯",
    "王·小明的台灯",
    "王\u200b小明的台灯",
    "王小眀的台灯",
    "WangXiaoming的台灯",
    "wang xiao ming 的台灯",
    "W.X.M.的台灯",
    "Xiǎomíng的台灯",
    "阿依古丽的台灯",
    "阿依古丽·买买提的台灯",
    "欧阳小明的台灯",
    "明明的台灯",
    "三年级二班的小王",
    "王家老二的台灯",
    "王X明的台灯",
    "王ｘｉａｏ明的台灯",
    "台灯，送给李老师班上的明明",
    "ئايگۈلنىڭ چىرىغى",
    "བཀྲ་ཤིས་ཀྱི་སྒྲོན་མེ།",
    "台灯（找门卫问小明）",
]


@pytest.mark.parametrize("named", NAMED)
def test_no_title_that_may_name_a_child_is_public_before_somebody_has_looked(world, client, named):
    assert len(NAMED) == 22
    try:
        m = submit(world, title=named, text=named, bring=named)
    except Refused:
        return  # it is refused at once, and nothing of it is kept
    assert m.title == "学生01"
    for url in (m.url, "/wishes/", "/matters/?q=台灯", f"{m.url}json/", "/figures/", "/"):
        assert named not in client.get(url).content.decode()
    assert named not in str(log.get(LOG, m.pk).body)
    client.force_login(world.people["clerk"], "django.contrib.auth.backends.ModelBackend")
    assert named in html.unescape(client.get(f"{m.url}publish/").content.decode())
    m = world.publishes(m, title="一盏台灯")
    client.logout()
    assert m.title == "一盏台灯" and named not in client.get(m.url).content.decode()


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("title", "王小明同学想要一盏台灯"),
        ("text", "孩子名叫李小红"),
        ("text", "张某某家里困难"),
    ],
)
def test_whoever_publishes_is_told_of_what_looks_like_a_name(world, field, words):
    m = submit(world)
    with pytest.raises(Refused) as refusal:
        world.publishes(m, **{field: words})
    assert field in refusal.value.errors


@pytest.mark.parametrize("code", ["王小明", "学生"])
def test_a_code_is_no_name(world, code):
    with pytest.raises(Refused) as refusal:
        submit(world, code=code)
    assert "code" in refusal.value.errors


def test_a_name_given_sealed_is_not_published(world):
    m = submit(world, child="阿依", title="阿依的台灯")
    with pytest.raises(Refused) as refusal:
        world.publishes(m, title="阿依的台灯")
    assert "title" in refusal.value.errors


@pytest.mark.parametrize(("step", "field"), [("deliver", "words"), ("give_up", "reason")])
def test_what_a_donor_writes_about_a_child_is_read_by_the_school_alone(
    world, published, client, step, field
):
    world.take("resident", published, "claim")
    m = world.take("resident", published, step, **{field: "已送到阿依古丽手里"})
    assert "阿依古丽" not in client.get(m.url).content.decode() + str(log.get(LOG, m.last).body)
    client.force_login(world.people["coordinator"], "django.contrib.auth.backends.ModelBackend")
    assert "阿依古丽" in client.get(f"{m.url}sealed/").content.decode()


def test_the_second_to_claim_is_told_that_it_is_claimed(world, published):
    world.take("resident", published, "claim")
    with pytest.raises(Refused) as refusal:
        world.take("neighbour", published, "claim")
    assert refusal.value.code == "state"


def test_several_pool_money_until_the_price_is_reached(world, published):
    assert world.take("resident", published, "pledge", amount="60").state == "open"
    done = world.take("neighbour", published, "pledge", amount="40")
    assert (done.state, done.holder_org_id) == ("claimed", world["左镇议事堂"])
    assert Pledge.objects.count() == 2


def test_nobody_puts_in_more_than_is_needed(world, published):
    world.take("resident", published, "pledge", amount="60")
    with pytest.raises(Refused) as refusal:
        world.take("neighbour", published, "pledge", amount="41")
    assert "amount" in refusal.value.errors
    assert Wish.objects.get(pk=published.pk).pledged == 60


def test_a_pooled_wish_is_not_claimed_by_one_alone(world, published):
    world.take("resident", published, "pledge", amount="60")
    with pytest.raises(Refused):
        world.take("neighbour", published, "claim")


def later(matter):
    due = Matter.objects.get(pk=matter.pk).due
    clock.tick(timezone.now() + (due - timezone.localdate() + timedelta(days=1)))
    return Matter.objects.get(pk=matter.pk)


def test_what_is_not_delivered_in_time_comes_back(world, published):
    world.take("resident", published, "claim")
    assert later(published).state == "open"
    assert Wish.objects.get(pk=published.pk).claimant == ""
    assert world.take("neighbour", published, "claim").state == "claimed"


def test_what_nobody_claims_in_time_goes_back_to_be_checked(world, published):
    assert later(published).state == "submitted"


def test_a_photos_own_name_stays_out_of_the_record(world, published):
    world.take("resident", published, "claim")
    photo = {"name": "王小明.png", "type": "image/png", "size": 1, "sha256": "0" * 64}
    m = world.take("resident", published, "deliver", words="已寄出", files=[photo])
    assert log.get(LOG, m.last).body["files"][0]["name"] == "1.png"


def test_the_school_takes_a_wish_back(world, published):
    assert world.take("coordinator", published, "withdraw", reason="已有").state == "declined"


def test_those_who_pledged_are_told_when_it_comes_back(world, published):
    world.take("resident", published, "pledge", amount="60")
    world.take("neighbour", published, "pledge", amount="40")
    Notice.objects.all().delete()
    later(published)
    assert {"p-resident", "p-neighbour"} <= set(Notice.objects.values_list("person", flat=True))


def test_it_is_delivered_with_evidence_and_the_school_confirms(world, published):
    world.take("resident", published, "claim")
    with pytest.raises(Refused) as refusal:
        world.take("resident", published, "deliver", words="已寄出", files=[])
    assert refusal.value.code == "evidence"
    world.take("resident", published, "deliver", words="已寄出")
    with pytest.raises(Refused):
        world.take("resident", published, "confirm", rating=5)
    assert world.take("coordinator", published, "confirm", rating=5).closed_how == "confirmed"


def page(world, login, m):
    client = Client(headers={"accept-language": "en"})
    if login:
        client.force_login(world.people[login], "django.contrib.auth.backends.ModelBackend")
    return " ".join(client.get(m.url).content.decode().split())


def test_a_part_can_be_taken_back_until_the_price_is_together(world, published):
    world.take("resident", published, "pledge", amount="60")
    world.take("neighbour", published, "pledge", amount="10")
    m = world.take("resident", published, "withdraw_pledge")
    assert (m.state, Wish.objects.get().pledged, Pledge.objects.count()) == ("open", 10, 1)
    with pytest.raises(Refused) as refusal:
        world.take("resident", published, "withdraw_pledge")
    assert refusal.value.code == "forbidden"
    world.take("resident", published, "pledge", amount="90")
    with pytest.raises(Refused) as refusal:
        world.take("resident", published, "withdraw_pledge")
    assert refusal.value.code == "state"


def test_a_wish_nobody_puts_into_any_more_can_be_claimed_by_one(world, published):
    world.take("resident", published, "pledge", amount="60")
    world.take("resident", published, "withdraw_pledge")
    assert world.take("neighbour", published, "claim").state == "claimed"


def test_a_donor_is_told_where_to_bring_it_and_a_group_where_to_pay(world):
    m = world.publishes(submit(world, price="100"), bring="左小学门卫室，工作日")
    assert "左小学门卫室" in page(world, "resident", m) and "can take your part back" in page(
        world, "resident", m
    )
    world.take("resident", m, "pledge", amount="60")
    assert "Your part</dt> <dd> 60 yuan" in page(world, "resident", m)
    assert "Your part" not in page(world, "neighbour", m) + page(world, "", m)
    m = world.take("neighbour", m, "pledge", amount="40")
    html = page(world, "resident", m)
    assert "Where to pay your part" in html and "Until when" in html
    assert "How to pay it" not in html  # nobody said
    org = Organisation.objects.get(pk=m.org_id)
    row = {"id": org.pk, "name": org.name, "category": org.category, "places": org.places}
    book = act(HOUSE, "register", "open", {"title": "登记"}).number
    row |= {"sides": org.sides, "parent": org.parent_id, "pay": "窗口三，工作日上午"}
    act(HOUSE, book, "record", {"type": "organisation", "row": row})
    html = page(world, "resident", m)
    assert "How to pay it" in html and "窗口三，工作日上午" in html
    assert "Until when" not in page(world, "", m)


def test_the_school_thanks_once_and_whoever_gave_is_told(world, published):
    world.take("resident", published, "claim")
    world.take("resident", published, "deliver", words="已寄出")
    world.take("coordinator", published, "confirm", rating=5)
    Notice.objects.all().delete()
    m = world.take("coordinator", published, "thank", words="孩子很喜欢，谢谢您。")
    assert (m.state, m.closed_how) == ("closed", "confirmed")
    told = dict(Notice.objects.values_list("person", "reason"))
    assert told == {"p-resident": "closed", "p-clerk": "part"}
    assert "孩子很喜欢" in page(world, "", m)
    with pytest.raises(Refused):
        world.take("coordinator", published, "thank", words="再谢一次")


def test_thanks_that_name_a_child_are_refused(world, published):
    world.take("resident", published, "claim")
    world.take("resident", published, "deliver", words="已寄出")
    with pytest.raises(Refused) as refusal:
        world.take("coordinator", published, "thank", words="王小明同学很喜欢")
    assert "words" in refusal.value.errors


def test_parts_and_thanks_are_the_same_after_a_replay(world, published):
    world.take("resident", published, "pledge", amount="60")
    world.take("resident", published, "withdraw_pledge")
    world.take("neighbour", published, "pledge", amount="100")
    world.take("clerk", published, "deliver", words="已送到")
    world.take("coordinator", published, "thank", words="谢谢大家")
    assert_rebuilding_changes_nothing()
