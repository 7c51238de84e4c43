"""The sheet 政策条款: in as drafts, out as it stands, in again without a change."""

import pytest

from pilin.engine.models import Matter
from pilin.programmes.benefit.models import Clause
from pilin.programmes.benefit.workbook import COLUMNS
from pilin.workbook import exporting, importing

from .books import cell, written
from .made import CLAUSE

ROW = {
    "条款名称": "技改补助",
    "责任单位": "左镇",
    "文件与条款": "左镇发〔2099〕1号第二条",
    "通俗说明": "买新设备的企业补一部分。",
    "面向": "企业",
    "条件": "设备投资 不少于 500万\n员工数 ≤ 1000 或 营业收入 ≤ 4亿；非失信被执行人",
    "补助比例(%)": "8%",
    "补助基数": "设备投资",
    "最高(元)": "300万元",
    "预算(元)": 4000000,
    "截止日": "2099年12月31日",
    "兑现方式": "申请审核",
    "答复工作日": 20,
}


@pytest.fixture
def sheet(tmp_path):
    def make(*rows):
        whole = [{**ROW, **row} for row in rows]
        return written(tmp_path / "clauses.xlsx", "政策条款", COLUMNS, whole)

    return make


def test_a_row_becomes_a_draft_that_its_office_publishes(world, sheet):
    importing.carry_out(importing.plan(sheet({})))
    made = Clause.objects.get()
    assert made.matter.state == "draft" and made.matter.holder_org_id == world["左镇"]
    assert (made.rate, made.of, made.cap, made.budget) == ("0.08", "invested", 3000000, 4000000)
    assert made.needs.count("any") == 1 and made.ends.isoformat() == "2099-12-31"
    assert world.take("lead", made.matter, "publish").state == "open"


def test_what_came_in_and_what_was_written_here_go_out_and_in_without_a_change(
    world, sheet, tmp_path
):
    importing.carry_out(importing.plan(sheet({})))
    world.take("lead", "clause", "write", org=world["左镇"], **{**CLAUSE, "title": "写在这里的"})
    out = tmp_path / "out.xlsx"
    exporting.export(out)
    plan = importing.plan(out)
    mine = [c for c in (*plan.new, *plan.changed) if c.what == "clause"]
    assert mine == [] and Clause.objects.count() == 2


def test_a_draft_is_amended_and_what_people_rely_on_is_not(world, sheet):
    importing.carry_out(importing.plan(sheet({})))
    importing.carry_out(importing.plan(sheet({"最高(元)": "200万"})))
    assert Clause.objects.get().cap == 2000000
    world.take("lead", Matter.objects.get(kind="clause"), "publish")
    plan = importing.plan(sheet({"最高(元)": "100万"}))
    assert any("它的页面" in str(d.why) or "its page" in str(d.why) for d in plan.doubts)
    importing.carry_out(plan)
    assert Clause.objects.get().cap == 2000000


@pytest.mark.parametrize(
    ("cells", "where"),
    [
        ({"条件": "天气 = 好"}, "条件"),
        ({"补助基数": "心情"}, "补助基数"),
        ({"补助比例(%)": "很多"}, "补助比例(%)"),
        ({"固定金额(元)": "5000"}, "补助比例(%)"),
        ({"最高(元)": "约300万"}, "最高(元)"),
        ({"面向": "火星"}, "面向"),
        ({"兑现方式": "排队"}, "兑现方式"),
        ({"截止日": "年底"}, "截止日"),
        ({"答复工作日": "一千"}, "答复工作日"),
        ({"条件": None}, "条件"),
    ],
)
def test_a_row_that_says_nothing_clear_is_doubted_where_it_does(world, sheet, cells, where):
    plan = importing.plan(sheet(cells))
    assert any(d.cell == cell(COLUMNS, where) for d in plan.doubts), plan.doubts
    assert not [c for c in plan.new if c.what == "clause"]
