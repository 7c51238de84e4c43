"""Pairings: proposed and accepted by both; codes, letters, listings that fit."""

import pytest

from pilin.engine.act import LOG
from pilin.engine.models import Matter
from pilin.engine.refused import Refused
from pilin.kit.sealed import sealed_for
from pilin.ledger import log
from pilin.programmes.pairing.matching import matches
from pilin.programmes.pairing.models import Letter, Pairing


@pytest.fixture
def proposed(world):
    return world.take(
        "coordinator",
        "pairing",
        "propose",
        title="书信往来",
        type="penpals",
        org=world["左小学"],
        partner=world["右小学"],
        text="每月一封",
        until="2099-01-05",
    )


@pytest.fixture
def active(world, proposed):
    return world.take("coordinator-right", proposed, "accept")


def test_it_is_active_once_the_other_side_accepts(world, proposed):
    with pytest.raises(Refused):
        world.take("coordinator", proposed, "accept")
    found = world.take("coordinator-right", proposed, "accept")
    assert (found.state, found.sides) == ("active", "ab")


def test_a_child_is_a_code_and_its_name_stays_sealed(world, active, client):
    names = {"left_name": "王小明", "right_name": "李小红"}
    world.take("coordinator", active, "pair", left_code="学生01", right_code="学生02", **names)
    public = str(log.get(LOG, Matter.objects.get(pk=active.pk).last).body)
    page = client.get(active.url).content.decode()
    assert "学生01" in page and "王小明" not in page + public


@pytest.mark.parametrize("code", ["王小明", "小红", "学生", "学生王小明"])
def test_a_name_is_no_code(world, active, code):
    size = log.size(LOG)
    with pytest.raises(Refused) as refusal:
        world.take("coordinator", active, "pair", left_code=code, right_code="学生02")
    assert "left_code" in refusal.value.errors and log.size(LOG) == size


def test_a_sealed_name_is_refused_in_a_public_answer(world, active):
    world.take(
        "coordinator", active, "pair", left_code="学生01", right_code="学生02", left_name="欧阳晨"
    )
    with pytest.raises(Refused) as refusal:
        world.take("coordinator", active, "report", words="欧阳晨写了三封信。")
    assert "words" in refusal.value.errors


@pytest.fixture
def letter(world, active):
    world.take("coordinator", active, "pair", left_code="学生01", right_code="学生02")
    world.take("coordinator", active, "write", pair=1, letter="见字如面，稻子黄了。")
    return Letter.objects.get()


def test_a_letter_passes_through_the_other_coordinator(world, active, letter):
    with pytest.raises(Refused):
        world.take("coordinator", active, "pass_on", letter=letter.entry)
    world.take("coordinator-right", active, "pass_on", letter=letter.entry)
    assert Letter.objects.get().passed_on


def test_only_the_two_coordinators_read_a_letter(world, active, letter):
    found = Matter.objects.select_related("org").get(pk=active.pk)
    for login, reads in (
        ("coordinator", 1),
        ("coordinator-right", 1),
        ("resident", 0),
        ("lead", 0),
    ):
        assert len(sealed_for(world.actor(login), found)) == reads


def test_the_letter_is_on_no_public_page(active, letter, client):
    assert "稻子黄了" not in client.get(active.url).content.decode()
    assert "稻子黄了" not in client.get(f"/ledger/main/{letter.entry}/").content.decode()


def test_the_other_coordinator_reads_it_on_a_page_of_its_own(world, active, letter, client):
    client.force_login(
        world.people["coordinator-right"], "django.contrib.auth.backends.ModelBackend"
    )
    answer = client.get(f"{active.url}sealed/")
    assert "稻子黄了" in answer.content.decode() and answer["Cache-Control"] == "no-store"
    client.force_login(world.people["resident"], "django.contrib.auth.backends.ModelBackend")
    assert client.get(f"{active.url}sealed/").status_code == 404


def listing(world, login, org, direction, field="大米加工", title="大米销路", type="sales"):
    return world.take(
        login,
        "pairing",
        "seek",
        title=title,
        type=type,
        org=world[org],
        direction=direction,
        field=field,
        text="每周一天",
    )


def test_listings_that_fit_are_suggested_with_their_reasons(world):
    sought = listing(world, "lead", "左镇", "sought")
    fits = listing(world, "lead-right", "右镇", "offered")
    listing(world, "lead-right", "右镇", "offered", field="水利", title="懂水泵的人")
    listing(world, "lead-county", "左县", "sought")
    found = matches(Pairing.objects.select_related("matter").get(pk=sought.pk))
    assert [m.matter.pk for m in found] == [fits.pk]
    assert len(found[0].reasons) == 3


def test_who_is_sought_for_days_has_a_list_of_its_own(world):
    with pytest.raises(Refused) as why:
        listing(world, "lead", "左镇", "sought", type="adviser")
    assert "type" in why.value.errors


def test_an_answer_to_a_listing_is_accepted_by_who_listed_it(world):
    sought = listing(world, "lead", "左镇", "sought")
    world.take(
        "lead-right", sought, "answer", partner=world["右镇"], text="可以", until="2099-01-05"
    )
    assert world.take("lead", sought, "accept").state == "active"
    assert Pairing.objects.get(pk=sought.pk).right == "右镇"


def test_an_answer_not_taken_leaves_the_listing_open(world):
    sought = listing(world, "lead", "左镇", "sought")
    world.take(
        "lead-right", sought, "answer", partner=world["右镇"], text="可以", until="2099-01-05"
    )
    found = world.take("lead", sought, "turn_down", reason="时间不合")
    assert (found.state, found.orgs) == ("listed", [world["左镇"]])


def test_it_is_concluded_and_the_other_side_confirms(world, active):
    world.take("coordinator", active, "conclude", words="写了二十封")
    with pytest.raises(Refused):
        world.take("coordinator", active, "confirm", rating=5)
    assert world.take("coordinator-right", active, "confirm", rating=5).closed_how == "confirmed"


def test_nobody_is_paired_with_themselves(world):
    with pytest.raises(Refused) as refusal:
        world.take(
            "lead",
            "pairing",
            "propose",
            title="独自",
            type="village",
            org=world["左镇"],
            partner=world["左镇"],
            text="x",
            until="2099-01-05",
        )
    assert "partner" in refusal.value.errors
