"""Advisers and specialists: sought, offered, placed once both agree, days entered and confirmed, ended."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from pilin.engine import clock
from pilin.engine.act import act
from pilin.engine.models import Matter, Notice
from pilin.engine.refused import Refused
from pilin.people.actor import HOUSE
from pilin.people.read_model import applying
from pilin.programmes.adviser.forms import confirmed_days
from pilin.programmes.adviser.matching import matches
from pilin.programmes.adviser.models import Placement, Work
from tests.answers import find
from tests.test_replay import assert_rebuilding_changes_nothing


def day(n: int) -> str:
    return (timezone.localdate() + timedelta(days=n)).isoformat()


def sought(world, login="lead", org="左镇", **more):
    said = {"title": "寻水稻技术顾问", "field": "水稻种植", "text": "教六户人家育秧", "days": 10}
    said |= {"start": day(-20), "until": day(60), "contact": "0573-85000000", **more}
    return world.take(login, "placement", "seek", org=world[org], **said)


def offered(world, login="lead-right", org="右镇", **more):
    said = {"title": "可派农艺师", "field": "水稻种植", "text": "每周一天", "days": 12}
    said |= {"role": "农艺师，种稻三年", "start": day(-30), "until": day(90), **more}
    return world.take(login, "placement", "offer", org=world[org], **said)


def proposed(world, m, login="lead-right", org="右镇", **more):
    said = {"role": "农艺师，种稻三年", "text": "每周二来", "days": 8, "contact": "021-57000000"}
    said |= {"start": day(-10), "until": day(40), **more}
    return world.take(login, m, "propose", partner=world[org], **said)


@pytest.fixture
def placed(world):
    m = proposed(world, sought(world))
    return world.take("lead", m, "accept")


def works(world, m, n=-1, days=1, login="lead-right", **more):
    return world.take(login, m, "work", day=day(n), days=days, words="下田看秧", **more)


def test_both_sides_have_to_agree_before_somebody_is_placed(world):
    m = proposed(world, sought(world))
    assert (m.state, m.sides, m.placement.sender_id) == ("proposed", "ab", world["右镇"])
    for login in ("lead-right", "resident", "clerk-town"):
        with pytest.raises(Refused):
            world.take(login, m, "accept")
    m = world.take("lead", m, "accept")
    assert (m.state, m.holder_org_id, m.placement.days) == ("placed", world["右镇"], Decimal(8))


def test_nobody_answers_their_own_listing(world):
    m = sought(world)
    with pytest.raises(Refused):
        proposed(world, m, "lead", "左镇")
    with pytest.raises(Refused):
        proposed(world, m, "lead-right", "左镇")


def test_an_answer_not_taken_leaves_the_listing_as_it_was(world):
    m = proposed(world, sought(world))
    m = world.take("lead", m, "turn_down", reason="时间不合")
    own = m.placement
    assert (m.state, own.days, own.sender_id, own.until.isoformat()) == (
        "listed",
        Decimal(10),
        None,
        day(60),
    )
    m = proposed(world, m)
    m = world.take("lead-right", m, "withdraw_proposal", reason="人走不开")
    assert (m.state, m.orgs) == ("listed", [world["左镇"]])
    assert_rebuilding_changes_nothing()


def test_listings_that_fit_are_shown_with_their_reasons(world, client):
    m, fits = sought(world), offered(world)
    offered(world, title="懂水泵的人", field="机电维修")
    offered(world, title="明年才有空", start=day(61), until=day(300))
    found = matches(Placement.objects.select_related("matter").get(pk=m.pk))
    assert [x.placement.pk for x in found] == [fits.pk]
    assert len(found[0].reasons) == 4
    assert "可派农艺师" in client.get(m.url).content.decode()


def test_one_s_own_listing_is_met_once_the_answer_is_agreed_to(world):
    m, own = sought(world), offered(world)
    m = proposed(world, m, listing=own.pk)
    assert find(own).state == "listed"
    with pytest.raises(Refused):
        world.take("lead", m, "accept")  # without what it holds
    with pytest.raises(Refused):
        world.take("lead", m, "accept", listing=m.pk)
    world.take("lead", m, "accept", listing=own.pk)
    assert find(own).state == "met"
    assert_rebuilding_changes_nothing()


def test_somebody_else_s_listing_cannot_be_met(world):
    m, theirs = sought(world), offered(world, "lead-county", "左县")
    offered(world)
    with pytest.raises(Refused) as why:
        proposed(world, m, listing=theirs.pk)
    assert "listing" in why.value.errors


def test_days_are_entered_by_where_they_come_from_and_confirmed_by_where_they_work(world, placed):
    m = works(world, placed, -3, "1.5")
    assert set(Notice.objects.filter(entry=m.last).values_list("person", flat=True)) == {"p-lead"}
    with pytest.raises(Refused):
        works(world, placed, -2, login="lead")
    with pytest.raises(Refused):
        world.take("lead-right", placed, "confirm_days", work=[m.last])
    assert confirmed_days(placed.pk) == 0
    world.take("lead", placed, "confirm_days", work=[m.last])
    assert confirmed_days(placed.pk) == Decimal("1.5")
    with pytest.raises(Refused):
        world.take("lead", placed, "confirm_days", work=[m.last])
    assert_rebuilding_changes_nothing()


def test_a_day_counts_once_however_often_it_is_tapped(world, placed):
    m = works(world, placed)
    with pytest.raises(Refused) as why:
        works(world, placed)
    assert "day" in why.value.errors
    own = {"placement": m.placement, "day": Work.objects.get().day, "days": 1, "words": "再来"}
    with pytest.raises(IntegrityError), applying(), transaction.atomic():
        Work.objects.create(id=999, **own)


def test_a_day_that_was_objected_to_can_be_entered_again(world, placed, client):
    m = works(world, placed)
    world.take("lead", placed, "object_days", work=m.last, reason="那天没有来")
    works(world, placed, days="0.5")
    page = client.get(placed.url).content.decode()
    assert "那天没有来" in page and "✗" in page
    assert Work.objects.count() == 2


@pytest.mark.parametrize(
    ("when", "days", "what"),
    [
        (1, 1, "day"),
        (-11, 1, "day"),
        (-1, "0.3", "days"),
        (-1, 0, "days"),
        (-1, -1, "days"),
        (-1, 6, "days"),
        (-1, "许多", "days"),
        (-1, "NaN", "days"),
        (-1, "1e9", "days"),
    ],
)
def test_days_that_cannot_be_are_refused_with_a_sentence(world, placed, when, days, what):
    with pytest.raises(Refused) as why:
        works(world, placed, when, days)
    assert what in why.value.errors


def test_no_more_days_than_were_agreed(world, placed):
    works(world, placed, -9, 5)
    with pytest.raises(Refused) as why:
        works(world, placed, -2, 4)
    assert "3" in str(why.value.errors["days"])
    works(world, placed, -2, 3)


def test_it_ends_with_an_account_once_no_day_waits_and_the_receiving_side_confirms(world, placed):
    m = works(world, placed)
    with pytest.raises(Refused):
        world.take("lead-right", placed, "end", account="教会了")
    world.take("lead", placed, "confirm_days", work=[m.last])
    m = world.take("lead-right", placed, "end", account="六户都会育秧了")
    assert (m.state, m.holder_org_id) == ("ended", world["左镇"])
    with pytest.raises(Refused):
        world.take("lead-right", m, "confirm", rating=5)
    m = world.take("lead", m, "dispute", reason="还差两户")
    m = world.take("lead-right", m, "end", account="两户也会了")
    assert world.take("lead", m, "confirm", rating=5).closed_how == "confirmed"
    assert_rebuilding_changes_nothing()


def test_how_they_are_reached_is_for_the_two_sides_alone(world, placed, client):
    assert "021-57000000" not in client.get(placed.url).content.decode()
    for login, reads in (("lead", 200), ("lead-right", 200), ("resident", 404), ("host", 404)):
        client.force_login(world.people[login], "django.contrib.auth.backends.ModelBackend")
        assert client.get(f"{placed.url}sealed/").status_code == reads, login


def test_a_listing_runs_out_with_its_last_day(world):
    m = sought(world, until=day(3))
    clock.tick(timezone.now() + timedelta(days=5))
    assert find(m).state == "expired"


def test_where_no_days_are_entered_it_climbs(world, placed):
    clock.tick(timezone.now() + timedelta(days=45))
    assert find(placed).climbed == 1


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"until": day(-30)}, "until"),
        ({"start": day(50), "until": day(40)}, "until"),
        ({"days": 400}, "days"),
        ({"start": day(0), "until": day(2), "days": 9}, "days"),
        ({"start": "昨天"}, "start"),
    ],
)
def test_a_listing_that_cannot_be_is_refused_with_a_sentence(world, more, what):
    with pytest.raises(Refused) as why:
        sought(world, **more)
    assert what in why.value.errors


def test_residents_list_nothing(world):
    with pytest.raises(Refused):
        sought(world, "resident")
    with pytest.raises(Refused):
        sought(world, "lead-right", "左镇")


def test_a_register_s_days_count_with_those_entered_here(world):
    row = {"title": "寻茶叶师傅", "org": world["左镇"], "orgs": [world["左镇"], world["右镇"]]}
    row |= {"direction": "sought", "field": "制茶", "days": "10", "worked": "4"}
    row |= {"start": day(-30), "until": day(30), "source_row": {"title": "寻茶叶师傅"}}
    m = Matter.objects.get(pk=act(HOUSE, "placement", "record_placed", {"row": row}).number)
    with pytest.raises(Refused):
        works(world, m, -8, 5) and works(world, m, -2, 2)
    m = find(m)
    world.take("lead", m, "confirm_days", work=[m.last])
    assert confirmed_days(m.pk) == 9
    assert_rebuilding_changes_nothing()
