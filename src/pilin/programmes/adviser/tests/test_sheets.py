"""The sheet 顾问人才: in with its doubts, out as it stands, and in again without a change."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pilin.engine.models import Matter
from pilin.programmes.adviser.forms import confirmed_days
from pilin.programmes.adviser.workbook import COLUMNS
from pilin.workbook import exporting, importing
from tests.sheets import said, written
from tests.test_replay import assert_rebuilding_changes_nothing

from .test_adviser import offered, proposed, sought, works

UNTIL = (timezone.localdate() + timedelta(days=200)).isoformat()
ROW = {
    "供需": "需求",
    "事项": "寻茶叶师傅",
    "单位": "左镇",
    "领域": "制茶",
    "约定天数": "10天",
    "开始": "2026年1月5日",
    "截止": UNTIL,
}


@pytest.fixture
def sheet(tmp_path):
    def make(*rows):
        whole = [{**ROW, **row} for row in rows]
        return written(tmp_path / "advisers.xlsx", "顾问人才", COLUMNS, whole)

    return make


def carried(plan):
    importing.carry_out(plan)
    return Matter.objects.get(kind="placement")


def test_a_row_is_listed_until_its_last_day(world, sheet):
    m = carried(importing.plan(sheet({})))
    assert (m.state, m.due.isoformat(), m.placement.direction) == ("listed", UNTIL, "sought")


def test_a_row_with_both_sides_is_placed(world, sheet):
    m = carried(importing.plan(sheet({"对方单位": "右镇", "已服务天数": 4})))
    assert (m.state, m.placement.sender_id, m.sides) == ("placed", world["右镇"], "ab")


def test_what_is_over_is_past(world, sheet):
    m = carried(importing.plan(sheet({"截止": "2026年2月5日", "对方单位": "右镇"})))
    assert m.state == "recorded"


def test_what_was_made_here_goes_out_and_in_again_without_a_change(world, sheet, tmp_path):
    importing.carry_out(importing.plan(sheet({})))
    offered(world)
    m = proposed(world, sought(world))
    world.take("lead", m, "accept")
    m = works(world, m, -1, "1.5")
    world.take("lead", m, "confirm_days", work=[m.last])
    out = tmp_path / "out.xlsx"
    exporting.export(out)
    row = said(out, "顾问人才", COLUMNS)[2]
    assert (row["对方单位"], row["已服务天数"]) == ("右镇", "1.5")
    plan = importing.plan(out)
    assert [c for c in (*plan.new, *plan.changed) if c.what == "placement"] == []


def test_days_entered_here_are_not_counted_twice_when_the_register_comes_back(world, sheet):
    m = carried(importing.plan(sheet({"对方单位": "右镇", "已服务天数": 4})))
    m = works(world, m, -1, 2)
    world.take("lead", m, "confirm_days", work=[m.last])
    importing.carry_out(
        importing.plan(sheet({"对方单位": "右镇", "已服务天数": 6, "领域": "茶叶"}))
    )
    assert confirmed_days(m.pk) == 6
    assert_rebuilding_changes_nothing()


@pytest.mark.parametrize(
    "bad",
    [
        {"供需": "都行"},
        {"约定天数": "若干"},
        {"约定天数": -3},
        {"约定天数": 5, "已服务天数": 6},
        {"截止": "2025年1月1日"},
        {"开始": "近期"},
        {"单位": ""},
        {"人员说明": "王小明同学"},
    ],
)
def test_a_row_that_cannot_be_is_left_out_with_a_sentence(world, sheet, bad):
    plan = importing.plan(sheet(bad))
    assert plan.doubts and not [c for c in plan.new if c.what == "placement"]
