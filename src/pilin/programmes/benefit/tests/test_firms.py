"""The list of firms: beside the record, matched only where they agreed, seen by the office alone."""

import pytest
from django.test import Client

from pilin.ledger import log
from pilin.programmes.benefit.firms import COLUMNS
from pilin.programmes.benefit.models import Firm
from pilin.workbook import exporting, importing

from .books import cell, written
from .made import CODE, apply_

ROW = {
    "企业名称": "一家企业",
    "统一社会信用代码": CODE,
    "员工数": "1200人",
    "设备投资": "1000万元",
    "年营业收入": "3亿元",
    "失信被执行人": "否",
    "资料来源": "统计年报",
    "截至日期": "2098-12-31",
    "企业同意匹配": "是",
}


@pytest.fixture
def brought_in(tmp_path):
    def bring(*rows):
        whole = [{**ROW, **row} for row in rows]
        path = written(tmp_path / "firms.xlsx", "企业名册", COLUMNS, whole)
        plan = importing.plan(path)
        importing.carry_out(plan)
        return plan

    return bring


def seen_by(world, login, clause):
    reader = Client(headers={"accept-language": "en"})
    reader.force_login(world.people[login])
    return reader.get(f"/benefits/{clause.pk}/reach/")


def test_facts_keep_source_and_day_and_none_of_it_is_in_the_record(world, brought_in):
    before = log.size("main")
    brought_in({})
    said = Firm.objects.get().facts
    assert said["staff"] == {"value": 1200.0, "as_of": "2098-12-31", "from": "统计年报"}
    assert said["defaulter"]["value"] is False and "exports" not in said
    entries = "".join(str(r.body) for r in log.read("main", before))
    assert CODE not in entries and "1200" not in entries


def test_the_office_sees_whom_it_fits_and_who_has_not_applied_and_nobody_else(
    world, clause, brought_in
):
    other, third = "91310000132211445Q", "9144030071526726XG"
    brought_in(
        {},
        {"企业名称": "投得少的", "统一社会信用代码": other, "设备投资": "1万"},
        {"企业名称": "没有同意的", "统一社会信用代码": third, "企业同意匹配": "否"},
    )
    page = seen_by(world, "lead", clause).content.decode()
    assert "一家企业" in page and "投得少的" not in page and "没有同意的" not in page
    assert seen_by(world, "resident", clause).status_code == 403
    assert seen_by(world, "host", clause).status_code == 403
    apply_(world, clause)  # by the firm of the list
    assert "一家企业" not in seen_by(world, "lead", clause).content.decode()


def test_the_list_goes_out_and_in_without_a_change(world, brought_in, tmp_path):
    brought_in({})
    out = tmp_path / "out.xlsx"
    exporting.export(out)
    plan = importing.plan(out)
    assert [c for c in (*plan.new, *plan.changed) if c.what == "firm"] == []
    brought_in({"员工数": "9"})
    assert Firm.objects.get().facts["staff"]["value"] == 9.0


@pytest.mark.parametrize(
    ("cells", "where", "kept"),
    [
        ({"统一社会信用代码": "91350100M000100Y34"}, "统一社会信用代码", 0),
        ({"截至日期": "前年"}, "截至日期", 0),
        ({"企业同意匹配": "大概"}, "企业同意匹配", 0),
        ({"资料来源": None}, "资料来源", 0),
        ({"员工数": "约一千"}, "员工数", 1),  # this fact alone is not known
    ],
)
def test_what_cannot_be_read_is_doubted_where_it_stands(world, brought_in, cells, where, kept):
    plan = brought_in(cells)
    assert any(d.cell == cell(COLUMNS, where) for d in plan.doubts), plan.doubts
    assert Firm.objects.count() == kept
