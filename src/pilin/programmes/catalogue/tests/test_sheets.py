"""The sheet 招商项目: in with its doubts, out as it stands, and in again without a change."""

import pytest

from pilin.engine.models import Matter
from pilin.programmes.catalogue.models import Opportunity
from pilin.programmes.catalogue.workbook import COLUMNS
from pilin.workbook import exporting, importing
from tests.sheets import said, written

from .test_catalogue import listed

ROW = {
    "项目名称": "稻米烘干中心",
    "责任单位": "左镇",
    "所在地": "左村",
    "领域": "农业",
    "总投资": "超4800万元",
    "阶段": "正在招商",
    "项目概况": "烘干、仓储一体。",
    "合作需求": "粮油企业。",
}


@pytest.fixture
def sheet(tmp_path):
    def make(*rows):
        whole = [{**ROW, **row} for row in rows]
        return written(tmp_path / "catalogue.xlsx", "招商项目", COLUMNS, whole)

    return make


def test_a_row_is_listed_as_the_register_words_it(world, sheet):
    importing.carry_out(importing.plan(sheet({})))
    own = Opportunity.objects.get()
    assert (own.matter.state, own.matter.place_id, own.stage) == ("listed", world["左村"], "ready")
    assert (own.amount, own.planned["wording"]) == (48_000_000, "超4800万元")


def test_it_goes_out_as_it_stands_and_in_again_without_a_change(world, sheet, tmp_path):
    importing.carry_out(importing.plan(sheet({})))
    listed(world)
    m = Matter.objects.get(title="稻米烘干中心")
    now = {"stage": "building", "amount": "5000万", "text": "已开工。", "wanted": "粮油企业。"}
    world.take("lead", m, "update", **now)
    out = tmp_path / "out.xlsx"
    exporting.export(out)
    rows = {row["项目名称"]: row["阶段"] for row in said(out, "招商项目", COLUMNS)}
    assert rows["稻米烘干中心"] == "在建，可合作"
    plan = importing.plan(out)
    assert [c for c in (*plan.new, *plan.changed) if c.what == "opportunity"] == []


def test_a_sum_is_no_project_of_the_catalogue(world, sheet):
    plan = importing.plan(sheet({"项目名称": "合作项目（2019—2023累计发布260个，本行为汇总）"}))
    assert plan.doubts and not [c for c in plan.new if c.what == "opportunity"]


@pytest.mark.parametrize(
    "bad",
    [
        {"阶段": "随便"},
        {"总投资": "很多钱"},
        {"总投资": "9" * 40},
        {"责任单位": ""},
        {"领域": ""},
        {"项目名称": ""},
    ],
)
def test_a_row_that_cannot_be_is_left_out_with_a_sentence(world, sheet, bad):
    plan = importing.plan(sheet(bad))
    assert plan.doubts and not [c for c in plan.new if c.what == "opportunity"]


def test_an_unknown_place_is_doubted_and_the_office_s_own_is_taken(world, sheet):
    plan = importing.plan(sheet({"所在地": "远方"}))
    assert plan.doubts
    importing.carry_out(plan)
    assert Opportunity.objects.get().matter.place_id == world["左镇"]


def test_260_projects_come_in_and_can_be_paged_through(world, sheet, client):
    rows = [{"项目名称": f"示例项目{n:03}", "总投资": f"{n + 1}00万元"} for n in range(260)]
    importing.carry_out(importing.plan(sheet(*rows)))
    assert Opportunity.objects.count() == 260
    client.cookies["django_language"] = "en"
    page = client.get("/catalogue/").content.decode()
    assert "<strong>260</strong>" in page and "after=" in page
    assert "50 projects fit" in client.get("/catalogue/?size=l").content.decode()
