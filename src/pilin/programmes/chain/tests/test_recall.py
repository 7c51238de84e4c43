"""A recall lists just what came of a lot and who holds it, tells them, and ends once they have answered."""

import pytest

from pilin.engine.models import Matter, Notice
from pilin.engine.refused import Refused
from pilin.programmes.chain.models import Affected, Lot
from tests.test_replay import assert_rebuilding_changes_nothing

from .made import kg, lot, season, sent
from .test_lots import refused


def reported(world, one, login="resident"):
    return world.take(login, "recall", "report", code=one.code, text="米里有异味")


def ordered(world, one):
    return world.take("lead-county", reported(world, one), "order", words="农残超标，请封存")


def held(m):
    rows = Affected.objects.filter(recall=m.pk).order_by("org", "lot")
    return [(row.lot.code, row.org.name, row.amount) for row in rows]


def told(login, m):
    return set(
        Notice.objects.filter(person=f"p-{login}", matter=m.pk).values_list("reason", flat=True)
    )


@pytest.fixture
def made(world):
    """A season whose bags are partly on the right, partly on their way, partly eaten; and another lot."""
    found = season(world)
    world.take("lead-right", sent(world, found["bags"], "3000"), "receive", amount="3000")
    sent(world, found["bags"], "500", to="左服务中心")
    back = sent(world, found["bags"], "200")
    world.take("lead-right", back, "refuse", reason="受潮")  # on its way back to the left town
    world.take("lead-right", found["bags"].pk, "sell", amount="1000")
    found["other"] = lot(world, "enter", good="bags", amount="10", code="O1")
    return found


def test_a_recall_of_the_seed_lists_its_bags_and_who_holds_them_and_nothing_else(world, made):
    m = ordered(world, made["seed"])
    bags, rice = made["bags"].code, made["rice"].code
    assert sorted(held(m)) == sorted(
        [
            (rice, "左镇", kg("400")),
            (bags, "左镇", kg("6500")),
            (bags, "右镇", kg("2000")),
            (bags, "左服务中心", kg("500")),
        ]
    )
    back = set(Lot.objects.filter(recall=m.pk).values_list("pk", flat=True))
    assert back == {one.pk for name, one in made.items() if name != "other"}
    assert "yours" in told("lead-right", m) and "yours" in told("desk", m)
    assert_rebuilding_changes_nothing()


def test_nothing_called_back_is_sold_sent_or_made_into_anything(world, made):
    ordered(world, made["grain"])
    with refused("called back", "召回"):
        world.take("lead-right", made["bags"].pk, "sell", amount="1")
    with refused("lot", "选择"):
        sent(world, made["bags"], "1")
    with refused("choose a lot", "选择批次"):
        lot(world, "pack", made["rice"], amount="1", bags=1)
    assert lot(world, "split", made["other"], amount="10").recall is None


def test_once_every_holder_has_answered_it_waits_for_whoever_reported_it(world, made):
    m = ordered(world, made["rice"])
    bags, rice = made["bags"].pk, made["rice"].pk
    with refused("please say where", "去向"):
        world.take("lead-right", m, "answer", **{f"held-{bags}": "1900"})
    with refused("There were", "原有"):
        world.take("lead-right", m, "answer", **{f"held-{bags}": "2001"})
    world.take("lead-right", m, "answer", **{f"held-{bags}": "1900"}, words="已售一百千克")
    with pytest.raises(Refused):
        world.take("lead-right", m, "answer", **{f"held-{bags}": "0"}, words="再答")
    assert Matter.objects.get(pk=m.pk).state == "recalled"
    world.take("desk", m, "answer", **{f"held-{bags}": "500"})
    m = world.take("lead", m, "answer", **{f"held-{bags}": "6500", f"held-{rice}": "400"})
    assert m.state == "found" and m.holder_person == "p-resident"
    assert world.take("resident", m, "confirm", rating=5).closed_how == "confirmed"
    assert_rebuilding_changes_nothing()


def test_what_is_found_in_order_can_be_objected_to(world, made):
    m = world.take("lead-county", reported(world, made["bags"]), "clear", reason="复检合格")
    assert m.holder_person == "p-resident"
    assert world.take("resident", m, "insist", reason="还有味").state == "reported"


def test_a_lot_is_reported_by_the_number_on_its_bag(world, made):
    m = reported(world, made["bags"])
    assert m.recall.lot_id == made["bags"].pk and m.holder_org_id == world["左县"]
    with refused("no lot of this number", "没有这个批号"):
        world.take("resident", "recall", "report", code="没有的", text="坏了")
    lot(world, "enter", good="bags", amount="1", code="B1", login="lead-right", org="右镇")
    with refused("whose is it", "是哪家的"):
        reported(world, made["bags"])
    ordered_ = world.take("lead-county", m, "order", words="封存")
    assert ordered_.state == "recalled"


def test_the_page_of_a_bag_says_first_of_all_that_it_is_called_back(world, made, client):
    page = client.get(f"/lots/{made['bags'].pk}/")
    assert "正在召回" not in page.content.decode()
    m = ordered(world, made["seed"])
    again = client.get(f"/lots/{made['bags'].pk}/", headers={"if-none-match": page["ETag"]})
    assert again.status_code == 200 and "正在召回" in again.content.decode()
    assert "右镇" in client.get(m.url).content.decode()
    assert made["seed"].code in client.get("/lots/recalls/").content.decode()


def test_a_recall_that_nobody_holds_anything_of_is_concluded(world):
    seed = lot(world, "enter", good="seed", amount="1", code="S9")
    world.take("lead", seed.pk, "lose", amount="1", words="霉变")
    m = ordered(world, seed)
    assert held(m) == []
    m = world.take("lead-county", m, "conclude", reason="已全部销毁")
    assert m.state == "found"
