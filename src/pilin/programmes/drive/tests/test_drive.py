"""Drives: what is given out never exceeds what came in, and the recipient confirms."""

import pytest
from django.db import IntegrityError, transaction

from pilin.engine.models import Matter
from pilin.engine.refused import Refused
from pilin.people.read_model import applying
from pilin.programmes.drive.models import Batch, Item


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
