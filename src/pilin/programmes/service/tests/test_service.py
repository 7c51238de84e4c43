"""The service desk: one request, one holder, whichever side it sits on."""

import pytest

from pilin.engine.refused import Refused
from pilin.programmes.service.counts import counts


@pytest.fixture
def asked(world):
    return world.take(
        "resident",
        "service",
        "ask",
        title="怎样跨省转学",
        text="孩子要转到对岸",
        desk=world["左服务中心"],
        contact="13900000000",
    )


def test_the_desk_has_it_first(world, asked):
    assert (asked.holder_org_id, asked.holder_role) == (world["左服务中心"], "desk")


def test_the_desk_gives_it_to_the_other_side_and_it_crosses(world, asked):
    found = world.take("desk", asked, "assign", to=world["右镇"], reason="由右镇办")
    assert (found.holder_org_id, found.sides) == (world["右镇"], "ab")
    with pytest.raises(Refused):
        world.take("desk", asked, "answer", answer="我来答")


def test_whoever_cannot_do_it_hands_it_back(world, asked):
    world.take("desk", asked, "assign", to=world["右镇"], reason="由右镇办")
    found = world.take("lead-right", asked, "hand_back", reason="不归我们管")
    assert (found.state, found.holder_org_id) == ("asked", world["左服务中心"])


def test_the_desk_takes_back_what_nobody_does(world, asked):
    world.take("desk", asked, "assign", to=world["左县"], reason="由县里办")
    found = world.take("desk", asked, "assign", to=world["右镇"], reason="县里没有人手")
    assert found.holder_org_id == world["右镇"]


def test_whoever_asked_confirms_or_sends_it_round_again(world, asked):
    world.take("desk", asked, "answer", answer="带户口簿来")
    again = world.take("resident", asked, "dispute", reason="窗口说不行")
    assert again.state == "asked"
    world.take("desk", asked, "answer", answer="已对接")
    assert world.take("resident", asked, "confirm", rating=4).closed_how == "confirmed"


def test_how_somebody_is_reached_is_on_no_page(asked, client):
    assert "13900000000" not in client.get(asked.url).content.decode()


def test_a_desk_shows_its_directory(world, asked, client):
    page = client.get(f"/services/desks/{world['左服务中心']}/").content.decode()
    assert "左企业" in page and "怎样跨省转学" in page


def test_a_register_note_is_read_for_what_it_counts():
    found = counts("2023年5月成立;两新党组织17个,企业80家,员工1万余人")
    assert {k: (q["value"], q["at_least"]) for k, q in found.items()} == {
        "desk_organisations": ("17", False),
        "desk_firms": ("80", False),
        "desk_employees": ("10000", True),
    }


@pytest.mark.parametrize("note", ["", "首家", "企业若干家", "2021年7月设立,全市首家"])
def test_a_note_that_counts_nothing_gives_nothing(note):
    assert counts(note) == {}
