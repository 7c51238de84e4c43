"""Lots from seed to bag: what is made of what, what lies where, and what nobody can make true."""

from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from pilin.deciding.chains import acts
from pilin.engine.refused import Refused
from pilin.ledger import log
from pilin.people.read_model import applying
from pilin.programmes.chain import pages, tracing
from pilin.programmes.chain.models import Lot, Move, Stock
from tests.test_replay import assert_rebuilding_changes_nothing
from tests.world import PHOTO

from .made import kg, left, lot, season, sent


@contextmanager
def refused(*words):
    """It is refused, and what is said holds one of these words."""
    size = log.size("main")
    with pytest.raises(Refused) as why:
        yield
    said = str(why.value) + str(getattr(why.value, "errors", "") or "")
    assert any(word in said for word in words), said
    assert log.size("main") == size


def test_from_seed_to_bags_what_was_used_is_used_up_and_the_rest_lies_there(world):
    made = season(world)
    assert left(world, made["seed"]) == 0 and left(world, made["grain"]) == 0
    assert left(world, made["rice"]) == kg("400") and left(world, made["bags"]) == kg("10000")
    assert tracing.back(made["bags"].pk) == sorted(one.pk for one in made.values())
    assert tracing.forth(made["seed"].pk) == sorted(one.pk for one in made.values())
    assert tracing.forth(made["rice"].pk) == [made["rice"].pk, made["bags"].pk]
    assert made["bags"].taken == kg("10000") and made["bags"].gtin == "06901234567892"
    assert_rebuilding_changes_nothing()


def test_a_lot_weighs_no_more_than_what_it_was_made_of(world):
    grain = lot(world, "enter", good="grain", amount="1000")
    with refused("More would come out", "多于投入"):
        lot(world, "mill", (grain, "1000"), amount="700", beside="301")
    with refused("left", "只剩"):
        lot(world, "mill", (grain, "1001"), amount="600")
    assert left(world, grain) == kg("1000")


@pytest.mark.parametrize(("rice", "believed"), [("549", False), ("560", True), ("721", False)])
def test_a_share_of_rice_out_of_the_usual_wants_a_word_of_why_and_shows_it(
    world, client, rice, believed
):
    grain = lot(world, "enter", good="grain", amount="1000")
    if believed:
        assert lot(world, "mill", grain, amount=rice).words == ""
        return
    with refused("say why", "说明原因"):
        lot(world, "mill", grain, amount=rice)
    made = lot(world, "mill", grain, amount=rice, words="头遍试机")
    page = client.get(made.matter.url).content.decode()
    assert "出米率" in page and "国际水稻研究所" in page


def test_drying_takes_water_out_and_nothing_else(world):
    paddy = lot(world, "enter", good="paddy", amount="1000")
    with refused("no more than 889 kg", "889"):
        lot(world, "dry", paddy, amount="900", wet="24", water="14.5")
    with refused("before and after", "都要测"):
        lot(world, "dry", paddy, amount="800")
    with refused("after drying", "烘干前高"):
        lot(world, "dry", paddy, amount="800", wet="14", water="24")
    assert lot(world, "dry", paddy, amount="880", wet="24", water="14.5").water == Decimal("14.5")


def test_what_is_done_takes_only_what_it_is_done_with(world):
    seed = lot(world, "enter", good="seed", amount="10")
    for act_, amount in (("mill", "6"), ("pack", "6"), ("harvest", "6")):
        with refused("choose a lot", "选择批次"):
            lot(world, act_, seed, amount=amount, bags=1)
    other = lot(world, "enter", good="rice", amount="10")
    with refused("one kind", "同一品名"):
        lot(world, "mix", seed, other, amount="20")
    with refused("several", "两个以上"):
        lot(world, "mix", seed, amount="10")
    with refused("named", "写明"):
        lot(world, "mill", amount="1")


def test_lots_are_split_and_put_together_with_nothing_lost_on_the_way(world):
    rice = lot(world, "enter", good="rice", amount="100")
    one = lot(world, "split", (rice, "40"), amount="40")
    other = lot(world, "split", (rice, "60"), amount="60")
    both = lot(world, "mix", one, other, amount="100")
    assert both.good == "rice" and left(world, rice) == 0 and left(world, both) == 100
    assert tracing.back(both.pk) == [rice.pk, one.pk, other.pk, both.pk]


def test_the_same_number_of_a_lot_is_given_once(world):
    assert lot(world, "enter", good="rice", amount="1", code="X").code == "X"
    with refused("number already", "已有这个批号"):
        lot(world, "enter", good="rice", amount="1", code="X")
    first = lot(world, "enter", good="rice", amount="1")
    second = lot(world, "enter", good="rice", amount="1")
    assert first.code != second.code


@pytest.mark.parametrize(
    ("text", "amount"),
    [("1.5吨", 1500), ("两千斤", 1000), ("50千克", 50), ("五千克", 5), ("1,200", 1200)],
)
def test_amounts_are_read_as_people_write_them(world, text, amount):
    assert lot(world, "enter", good="rice", amount=text).amount == amount


@pytest.mark.parametrize("text", ["30亩", "约100", "0", "-3", "一些", "1e3", "0.0001", "∞"])
def test_an_amount_that_is_none_is_refused(world, text):
    with refused("amount"):
        lot(world, "enter", good="rice", amount=text)


def test_what_goes_to_the_other_side_lies_there_once_it_is_received(world):
    bags = lot(world, "enter", good="bags", amount="100")
    m = sent(world, bags, "60")
    assert left(world, bags) == 40 and left(world, bags, "右镇") == 0
    assert (m.state, m.holder_org_id, m.sides) == ("sent", world["右镇"], "ab")
    with refused("became of the rest", "去向"):
        world.take("lead-right", m, "receive", amount="58")
    with refused("sent", "发出的只有"):
        world.take("lead-right", m, "receive", amount="61")
    m = world.take("lead-right", m, "receive", amount="58", words="破损两袋")
    assert m.closed_how == "confirmed" and left(world, bags, "右镇") == 58
    world.take("lead-right", bags.pk, "sell", amount="50")
    assert left(world, bags, "右镇") == 8
    with refused("left here", "还有"):
        world.take("lead-right", bags.pk, "sell", amount="9")


def test_what_is_not_taken_comes_back(world):
    bags = lot(world, "enter", good="bags", amount="100")
    m = world.take("lead-right", sent(world, bags, "60"), "refuse", reason="受潮")
    assert m.state == "refused" and m.holder_org_id == world["左镇"]
    m = world.take("lead", m, "back", amount="60")
    assert m.state == "back" and left(world, bags) == 100


def test_nobody_else_moves_what_lies_with_an_organisation(world):
    bags = lot(world, "enter", good="bags", amount="100")
    for login in ("lead-right", "resident", "host"):
        with pytest.raises(Refused):
            world.take(login, bags.pk, "sell", amount="1")
    m = sent(world, bags, "10")
    for login in ("lead", "clerk-right", "resident"):
        with pytest.raises(Refused):
            world.take(login, m, "receive", amount="10")
    with refused("choose a lot", "选择批次"):
        lot(world, "split", bags, amount="5", login="lead-right", org="右镇")
    with pytest.raises(Refused):
        lot(world, "enter", good="rice", amount="1", login="resident")


def test_a_wrong_weight_is_corrected_in_the_open_and_not_below_what_has_gone_on(world):
    rice = lot(world, "enter", good="rice", amount="100")
    lot(world, "pack", (rice, "60"), amount="60", bags=6)
    with refused("gone on", "已经用出"):
        world.take("lead", rice.pk, "adjust", amount="59", reason="称错")
    world.take("lead", rice.pk, "adjust", amount="70", reason="称错")
    assert Lot.objects.get(pk=rice.pk).amount == 70 and left(world, rice) == 10
    entry = log.of_matter("main", rice.pk)[-1].body["data"]
    assert (entry["was"], entry["amount"]) == ("100.000", "70")
    world.take("lead", rice.pk, "adjust", amount="90", reason="又称")
    assert left(world, rice) == 30
    packed = Lot.objects.get(act="pack")
    with refused("went in", "投入只有"):
        world.take("lead", packed.pk, "adjust", amount="61", reason="多了")


def test_what_was_recorded_by_mistake_stands_and_gives_back_what_it_took(world, client):
    rice = lot(world, "enter", good="rice", amount="100")
    made = lot(world, "pack", (rice, "60"), amount="60", bags=6)
    with pytest.raises(Refused):
        world.take("lead", rice.pk, "void", reason="误登")  # something was made of it
    world.take("lead", made.pk, "void", reason="误登")
    assert left(world, rice) == 100 and left(world, made) == 0
    assert "误登" in client.get(f"/lots/{made.pk}/").content.decode()
    with pytest.raises(Refused):
        world.take("lead", made.pk, "void", reason="再来")
    with pytest.raises(Refused):
        world.take("lead", made.pk, "sell", amount="1")
    assert_rebuilding_changes_nothing()


def test_a_certificate_stands_with_its_hash_on_the_page_of_the_bag(world, client):
    made = season(world)
    said = {
        "what": "test",
        "passed": "yes",
        "by": "市检测中心",
        "number": "J-7",
        "day": "2026-03-01",
    }
    world.take("lead", made["rice"].pk, "find", **said)
    page = client.get(f"/lots/{made['bags'].pk}/").content.decode()
    assert "市检测中心" in page and "J-7" in page
    assert PHOTO["sha256"][:16] in client.get(made["rice"].matter.url).content.decode()


def test_the_database_keeps_the_balance_whoever_writes_to_it(world):
    made = season(world)
    rice, bags, town = made["rice"], made["bags"], world["左镇"]
    more = {"lot": rice, "org_id": town, "entry": 1, "why": "sold"}

    def checked():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    for wrong in (
        lambda: Move.objects.create(**more, went=kg("400.001")),
        lambda: Move.objects.create(**more, came=kg("1"), went=kg("1")),
        lambda: (
            Move.objects.create(**{**more, "why": "into"}, went=kg("1"), into=bags),
            checked(),
        ),
        lambda: Lot.objects.filter(pk=bags.pk).update(amount=kg("10000.001")),
        lambda: Move.objects.filter(lot=rice).update(went=0),
        lambda: Move.objects.filter(lot=rice).delete(),
        lambda: Stock.objects.filter(lot=rice).update(went=kg("20000")),
    ):
        with applying(), pytest.raises(DatabaseError), transaction.atomic():
            wrong()


def test_whoever_is_faster_takes_it_and_the_other_is_told_in_words(world, monkeypatch):
    """What the form saw is gone by the time it is recorded: the database has the last word."""
    rice = lot(world, "enter", good="rice", amount="100")
    stale = list(Stock.objects.select_related("lot", "org"))
    lot(world, "split", (rice, "60"), amount="60")
    monkeypatch.setattr(tracing, "offered", lambda orgs, goods=(): stale)
    with refused("Somebody was faster", "先办了"):
        lot(world, "split", (rice, "60"), amount="60")
    assert left(world, rice) == 40


def test_what_is_stored_stays_what_it_is_and_no_more_leaves_than_came(world):
    rice = season(world)["rice"]
    with pytest.raises(Refused):
        lot(world, "store", (rice, "300"), amount="301")
    kept = lot(world, "store", (rice, "300"), amount="290")  # ten kilograms went bad
    assert (kept.good, kept.act) == ("rice", "store")
    bags = lot(world, "pack", kept, amount="290", bags=29, code="B2", best="2099-01-01")
    assert bags.good == "bags"


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "国际水稻研究所"), ("en", "IRRI")])
def test_a_bound_says_where_it_comes_from_in_the_readers_language(language, words):
    with translation.override(language):
        assert words in pages.source_of(acts.MILLED)
