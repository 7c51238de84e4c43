"""Drives: what is given out never exceeds what came in, and the recipient confirms."""

import re
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from pilin.engine.models import Matter, Notice
from pilin.engine.positions import registers
from pilin.engine.programme import registry
from pilin.engine.refused import Refused
from pilin.people.read_model import applying
from pilin.programmes.drive.models import Batch, Item, Promise
from tests.answers import situation
from tests.test_replay import assert_rebuilding_changes_nothing


@pytest.fixture
def drive(world):
    m = world.take(
        "lead",
        "drive",
        "open",
        title="冬衣",
        org=world["左镇"],
        recipient=world["右小学"],
        goods="棉衣 60 件\n棉鞋 60 双",
        until="2099-01-05",
    )
    world.take("lead", m, "receive", item=1, count=50, giver="居民", donor="某位老人")
    return m


def test_what_is_wanted_is_read_line_by_line(drive):
    assert list(Item.objects.order_by("number").values_list("name", "wanted", "unit")) == [
        ("棉衣", 60, "件"),
        ("棉鞋", 60, "双"),
    ]


@pytest.mark.parametrize(
    "goods", ["棉衣 51 件", "棉衣 30 件\n棉衣 21 件", "棉鞋 1 双", "帽子 1 顶", "棉衣"]
)
def test_no_more_goes_out_than_came_in(world, drive, goods):
    with pytest.raises(Refused) as refusal:
        world.take("lead", drive, "ship", to="学校", goods=goods)
    assert "goods" in refusal.value.errors and not Batch.objects.exists()


def test_the_database_itself_refuses_it(drive):
    with pytest.raises(IntegrityError), transaction.atomic(), applying():
        Item.objects.filter(name="棉衣").update(given=51)


def test_a_shipment_is_handed_over_with_its_list(world, drive):
    world.take("lead", drive, "ship", to="学校", goods="棉衣 50 件")
    batch = Batch.objects.get()
    with pytest.raises(Refused) as refusal:
        world.take("lead", drive, "hand_over", batch=batch.entry, words="签收", files=[])
    assert refusal.value.code == "evidence"
    world.take("lead", drive, "hand_over", batch=batch.entry, words="签收")
    assert Batch.objects.get().handed_over
    assert Item.objects.get(name="棉衣").given == 50


def test_it_is_not_finished_while_something_is_on_its_way(world, drive):
    world.take("lead", drive, "ship", to="学校", goods="棉衣 50 件")
    with pytest.raises(Refused):
        world.take("lead", drive, "finish", words="完成")


def test_the_recipient_confirms(world, drive):
    world.take("lead", drive, "ship", to="学校", goods="棉衣 50 件")
    world.take("lead", drive, "hand_over", batch=Batch.objects.get().entry, words="签收")
    done = world.take("lead", drive, "finish", words="完成")
    assert done.holder_org_id == world["右小学"]
    with pytest.raises(Refused):
        world.take("lead", drive, "confirm", rating=5)
    assert world.take("coordinator-right", drive, "confirm", rating=5).closed_how == "confirmed"


def test_what_has_been_shipped_cannot_be_stopped(world, drive):
    world.take("lead", drive, "ship", to="学校", goods="棉衣 50 件")
    with pytest.raises(Refused):
        world.take("lead", drive, "stop", reason="算了")
    assert Matter.objects.get(pk=drive.pk).is_open


def test_a_donor_who_stays_unnamed_is_on_no_page(drive, client):
    assert "某位老人" not in client.get(drive.url).content.decode()


def own_page(world, login, m):
    client = Client(headers={"accept-language": "en"})
    if login:
        client.force_login(world.people[login], "django.contrib.auth.backends.ModelBackend")
    return " ".join(client.get(m.url).content.decode().split())


def test_anybody_promises_something_and_no_more_than_is_wanted(world, drive):
    world.take("resident", drive, "promise", item=2, count=20)
    made = Promise.objects.get()
    assert (made.item, made.count, made.person) == (2, 20, "p-resident")
    for item, count in ((2, 41), (1, 11)):  # 60 pairs less 20; 60 coats less 50 that came
        with pytest.raises(Refused) as refusal:
            world.take("neighbour", drive, "promise", item=item, count=count)
        assert "count" in refusal.value.errors


def test_a_promise_is_taken_back_by_its_giver_alone_and_until_it_has_come_in(world, drive):
    world.take("resident", drive, "promise", item=2, count=20)
    made = Promise.objects.get().entry
    with pytest.raises(Refused) as refusal:
        world.take("neighbour", drive, "withdraw_promise", promise=made)
    assert refusal.value.code == "forbidden"
    world.take("resident", drive, "withdraw_promise", promise=made)
    assert not Promise.objects.exists()
    world.take("resident", drive, "promise", item=2, count=20)
    made = Promise.objects.get().entry
    world.take("lead", drive, "receive", item=2, count=20, giver="居民", promise=made)
    with pytest.raises(Refused):
        world.take("resident", drive, "withdraw_promise", promise=made)


def test_nobody_takes_back_what_somebody_else_promised(world, drive):
    world.take("resident", drive, "promise", item=2, count=20)
    made = Promise.objects.get().entry
    world.take("neighbour", drive, "promise", item=2, count=1)
    with pytest.raises(Refused) as refusal:
        world.take("neighbour", drive, "withdraw_promise", promise=made)
    assert "promise" in refusal.value.errors and Promise.objects.count() == 2


def test_goods_that_came_are_no_longer_promised(world, drive):
    world.take("resident", drive, "promise", item=2, count=20)
    made = Promise.objects.get().entry
    with pytest.raises(Refused) as refusal:
        world.take("lead", drive, "receive", item=1, count=1, giver="居民", promise=made)
    assert "promise" in refusal.value.errors
    world.take("lead", drive, "receive", item=2, count=18, giver="居民", promise=made)
    assert Promise.objects.get().received and Item.objects.get(number=2).came == 18
    world.take("neighbour", drive, "promise", item=2, count=42)


def test_a_giver_reads_where_to_bring_it_and_what_they_promised_and_nobody_else_who(world, drive):
    world.take("resident", drive, "promise", item=2, count=20)
    pages = own_page(world, "resident", drive), own_page(world, "", drive)
    own, other = (re.sub(r"</?span[^>]*>", "", html) for html in pages)
    assert "You promised</dt> <dd> 棉鞋 20双" in own and "You promised" not in other
    for html in (own, other):
        assert "Where to bring it" in html and "20双" in html and "p-resident" not in html


def test_nothing_is_promised_once_the_last_day_is_over(world, drive):
    with pytest.raises(Refused) as refusal:
        late = datetime(2099, 1, 7, tzinfo=UTC)
        world.take("resident", drive, "promise", item=2, count=1, at=late)
    assert refusal.value.code == "state"


def test_the_recipient_thanks_and_all_who_gave_are_told(world, drive):
    world.take("resident", drive, "promise", item=2, count=20)
    world.take("lead", drive, "ship", to="学校", goods="棉衣 50 件")
    world.take("lead", drive, "hand_over", batch=Batch.objects.get().entry, words="签收")
    world.take("lead", drive, "finish", words="完成")
    world.take("coordinator-right", drive, "confirm", rating=5)
    Notice.objects.all().delete()
    m = world.take("coordinator-right", drive, "thank", words="孩子们都穿上了，谢谢。")
    assert m.closed_how == "confirmed" and "孩子们都穿上了" in own_page(world, "", m)
    assert set(Notice.objects.values_list("person", flat=True)) == {"p-lead", "p-resident"}
    assert_rebuilding_changes_nothing()


@pytest.mark.parametrize(
    ("kind", "step", "field", "login"),
    [
        ("drive", "open", "org", "coordinator"),
        ("agreement", "draft", "org", "coordinator"),
        ("pairing", "propose", "org", "coordinator"),
        ("pairing", "propose", "partner", "coordinator"),
        ("fund", "open", "org", "lead"),
        ("budget", "announce", "org", "clerk"),
    ],
)
def test_who_takes_it_on_is_offered_only_where_somebody_can(world, kind, step, field, login):
    asks = registry.latest(kind).step(step).asks
    assert asks.base_fields[field].takes_it_on
    form = asks(situation=situation(world.actor(login), None))
    form.fields[field].among = lambda org: True  # whoever asks
    offered, day = {org.pk for org in form.fields[field].offered()}, timezone.localdate()
    manned = {
        org.pk
        for org in registers().organisations.values()
        if registers().holders(org.pk, org.steward, day)
    }
    assert offered == manned < set(registers().organisations)
