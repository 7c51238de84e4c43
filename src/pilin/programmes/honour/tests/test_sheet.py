"""The sheet 勇为好市民: awards that were given come in, go out, and come in again without a change."""

import openpyxl

from pilin.programmes.honour.models import Nomination
from pilin.programmes.honour.workbook import COLUMNS
from pilin.workbook import exporting, importing


def book(path, *rows):
    found = openpyxl.Workbook()
    page = found.active
    page.title = "勇为好市民"
    page.append([c.name for c in COLUMNS])
    for row in rows:
        page.append([row.get(c.name) for c in COLUMNS])
    found.save(path)
    return path


ROW = {
    "事迹": "火场救人",
    "评定单位": "左镇",
    "行为日期": "2025-07-01",
    "地点": "左村",
    "奖金": "2万元",
}


def test_awards_of_before_come_in_and_go_out(world, tmp_path):
    importing.carry_out(importing.plan(book(tmp_path / "a.xlsx", ROW)))
    found = Nomination.objects.get()
    assert found.matter.closed_how == "confirmed" and found.amount == 20000
    out = tmp_path / "out.xlsx"
    exporting.export(out)
    plan = importing.plan(out)
    assert not [c for c in (*plan.new, *plan.changed) if c.what == "nomination"]


def test_a_row_without_its_day_is_left_out_and_said_so(world, tmp_path):
    plan = importing.plan(book(tmp_path / "a.xlsx", {**ROW, "行为日期": "夏天"}))
    assert plan.doubts and not [c for c in plan.new if c.what == "nomination"]
