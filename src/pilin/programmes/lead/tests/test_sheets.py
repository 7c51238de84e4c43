"""The sheet 领办项目: in with its doubts, out with what was said since, and in again without a change."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from pilin.engine.models import Matter
from pilin.programmes.lead.models import Lead
from pilin.programmes.lead.workbook import COLUMNS
from pilin.workbook import exporting, importing
from tests.sheets import said, written

YEAR = timezone.localdate().year + 1
ROW = {
    "年度": YEAR,
    "项目名称": "毗邻党建联动",
    "领办单位": "左镇",
    "领办岗位": "镇党委书记",
    "交办单位": "左县",
    "年度目标": "四项协议落地",
    "一季度": "签了两项",
}


@pytest.fixture
def sheet(tmp_path):
    def make(*rows):
        whole = [{**ROW, **row} for row in rows]
        return written(tmp_path / "leads.xlsx", "领办项目", COLUMNS, whole)

    return make


def carried(plan):
    importing.carry_out(plan)
    return Matter.objects.get(kind="lead")


def test_a_row_is_led_and_its_next_quarter_is_due(world, sheet):
    m = carried(importing.plan(sheet({})))
    assert (m.state, m.holder_org_id, m.due.year) == ("under_way", world["左镇"], YEAR)
    assert m.due.month == 7 and m.lead.setter_id == world["左县"]


def test_a_year_that_is_over_is_past(world, sheet):
    m = carried(importing.plan(sheet({"年度": "2020年"})))
    assert (m.state, m.closed_how, m.lead.year) == ("recorded", "recorded", 2020)


def test_it_goes_out_with_what_was_said_since_and_in_again_without_a_change(world, sheet, tmp_path):
    m = carried(importing.plan(sheet({})))
    account = {"done": "又签了\n一项", "against": "过半", "standing": "on_track"}
    world.take("lead", m, "account", at=datetime(YEAR, 7, 2, 2, tzinfo=UTC), **account)
    out = tmp_path / "out.xlsx"
    exporting.export(out)
    assert "又签了" in said(out, "领办项目", COLUMNS)[0]["二季度"]
    plan = importing.plan(out)
    assert [c for c in (*plan.new, *plan.changed) if c.what == "lead"] == []


@pytest.mark.parametrize(
    "bad",
    [
        {"年度": "去年"},
        {"年度": ""},
        {"年度": 20261},
        {"交办单位": "左镇"},
        {"领办岗位": ""},
        {"项目名称": ""},
    ],
)
def test_a_row_that_cannot_be_is_left_out_with_a_sentence(world, sheet, bad):
    plan = importing.plan(sheet(bad))
    assert plan.doubts and not [c for c in plan.new if c.what == "lead"]


def test_the_same_row_twice_is_one(world, sheet):
    importing.carry_out(importing.plan(sheet({})))
    importing.carry_out(importing.plan(sheet({})))
    assert Lead.objects.count() == 1
