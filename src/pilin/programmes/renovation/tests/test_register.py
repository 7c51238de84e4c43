"""The register of units: pasted, checked, frozen while the owners vote."""

import pytest

from pilin.engine.refused import Refused
from pilin.programmes.renovation.models import Register, Vote
from pilin.programmes.renovation.tests.walk import called, plan, propose, reason_of


def test_the_register_is_frozen_while_the_owners_vote(world):
    m = called(world, 7)
    with pytest.raises(Refused):
        world.take("host", m, "units", units="A,1,A-1")
    m = world.take("host", m, "call_off", reason="名册有错")
    world.take("host", m, "units", units="A,1,A-1")
    world.take("host", m, "call", questions=[{"row": "1", "item": 5, "text": "动用维修资金"}],
               first="2026-03-01", until="2099-01-05", where="驿站")  # fmt: skip
    first, second = Vote.objects.order_by("number")
    assert first.called_off and len(first.units) == 4 and len(second.units) == 1


@pytest.mark.parametrize(
    ("units", "word"),
    [
        ("A-101,80,王先生", "代码"),
        ("A-101,80", "代码"),
        ("A-101,0,A-1", "隔开"),
        ("A-101,八十,A-1", "隔开"),
        ("A-101,80,A-1\nA-101,80,A-2", "两次"),
        ("", "请填写"),
    ],
)
def test_a_register_that_cannot_be_counted_is_refused(world, units, word):
    m = propose(world)
    with pytest.raises(Refused) as refused:
        world.take("host", m, "units", units=units)
    assert word in reason_of(refused)


def test_a_register_is_pasted_from_a_spreadsheet(world):
    m = propose(world)
    world.take("host", m, "units", units="房号\t面积\t业主\nA-101\t80.50\tA-1;B-1\n\nA-102\t9\tA-1")
    found = Register.objects.get()
    assert found.units == [["A-101", "80.50", ["A-1", "B-1"]], ["A-102", "9", ["A-1"]]]
    assert (found.unit_count, found.owner_count, found.area) == (2, 2, "89.5")


def test_a_long_register_is_entered_in_parts(world):
    m = propose(world)
    lines = [f"{n // 100}幢{n}室,80.5,A-{n}" for n in range(1, 3001)]
    with pytest.raises(Refused) as refused:
        world.take("host", m, "units", units="\n".join(lines))
    assert "3000" in reason_of(refused)
    for start in (0, 1000, 2000):
        world.take("host", m, "units", units="\n".join(lines[start : start + 1000]), add=start > 0)
    assert (Register.objects.get().unit_count, Register.objects.get().area) == (3000, "241500")
    with pytest.raises(Refused) as refused:
        world.take("host", m, "units", units=lines[7], add=True)
    assert "两次" in reason_of(refused)


def test_there_is_no_vote_without_a_register_or_before_the_plan_was_talked_over(world):
    m = propose(world)
    world.take("host", m, "survey", asked=4, answered=3, needs="加装电梯 3")
    plan(world, m)
    answers = {
        "questions": [{"row": "1", "item": 7, "text": "装电梯"}],
        "first": "2026-03-01",
        "until": "2099-01-05",
        "where": "驿站",
    }
    with pytest.raises(Refused) as refused:
        world.take("host", m, "call", **answers)
    assert refused.value.code == "state"
    world.take("host", m, "discuss", attendance=9, views="好")
    with pytest.raises(Refused) as refused:
        world.take("host", m, "call", **answers)
    assert "名册" in reason_of(refused)
