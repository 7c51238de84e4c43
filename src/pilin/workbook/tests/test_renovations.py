"""Renovations and their registers of units go in, come out, and go in again without a change."""

from pathlib import Path

import openpyxl
import pytest

from pilin.engine.act import act
from pilin.engine.models import Matter
from pilin.people.actor import Actor
from pilin.people.models import Office
from pilin.programmes.renovation.models import Register
from pilin.workbook import exporting, importing

EXAMPLE = Path(__file__).parents[4] / "examples" / "pinghu-jinshan.xlsx"
PHOTO = {"name": "a.png", "type": "image/png", "size": 1, "sha256": "0" * 64}
ROW = ("一号楼改造", "韩家庙新村", "独山港镇", 24, "")
UNITS = (
    ("一号楼改造", "A-101", 80.5, "A-1"),
    ("一号楼改造", "A-102", "79.50", "A-2;B-2"),
    ("一号楼改造", 201, 70, "A-1"),
)


def book_of(path, units=UNITS, row=ROW):
    book = openpyxl.load_workbook(EXAMPLE)
    page = book.create_sheet("老旧小区改造")
    page.append(["老旧小区改造项目"])
    page.append(["项目名称", "小区", "组织单位", "户数", "状态"])
    page.append(row)
    page = book.create_sheet("业主名册")
    page.append(["业主名册"])
    page.append(["项目名称", "房号", "建筑面积", "业主代码"])
    for unit in units:
        page.append(unit)
    book.save(path)
    return path


@pytest.fixture
def imported(db, tmp_path):
    importing.carry_out(importing.plan(book_of(tmp_path / "in.xlsx")))
    return Matter.objects.get(kind="renovation")


def own(plan):
    """What of a plan is about renovations."""
    kinds = ("renovation", "units")
    changes = [(c.what, c in plan.new) for c in (*plan.new, *plan.changed) if c.what in kinds]
    return changes, [str(d.why) for d in plan.doubts if d.sheet in ("老旧小区改造", "业主名册")]


def test_a_row_opens_a_renovation_with_its_register(imported):
    assert (imported.state, imported.org.name) == ("proposed", "独山港镇")
    found = Register.objects.get(pk=imported.pk)
    assert found.units[1] == ["A-102", "79.50", ["A-2", "B-2"]]
    assert (found.unit_count, found.owner_count, found.area) == (3, 2, "230")


def test_a_register_longer_than_an_entry_comes_in_parts(db, tmp_path):
    units = [("一号楼改造", f"{n // 100}幢{n}室", 80.5, f"{n}-1") for n in range(1, 2501)]
    importing.carry_out(importing.plan(book_of(tmp_path / "in.xlsx", units)))
    assert Register.objects.get().unit_count == 2500
    exporting.export(tmp_path / "out.xlsx")
    assert importing.plan(tmp_path / "out.xlsx").empty


def test_what_came_out_changes_nothing(imported, tmp_path):
    exporting.export(tmp_path / "out.xlsx")
    plan = importing.plan(tmp_path / "out.xlsx")
    assert plan.empty, plan.lines()
    assert importing.plan(book_of(tmp_path / "again.xlsx")).empty


def test_a_corrected_area_changes_the_register(imported, tmp_path):
    corrected = (*UNITS[:2], ("一号楼改造", 201, 71, "A-1"))
    plan = importing.plan(book_of(tmp_path / "new.xlsx", corrected))
    assert own(plan) == ([("units", False)], [])
    importing.carry_out(plan)
    assert Register.objects.get(pk=imported.pk).area == "231"


@pytest.mark.parametrize(
    "unit",
    [
        ("一号楼改造", "A-103", 80, "某业主"),
        ("一号楼改造", "A-103", "很大", "A-3"),
        ("一号楼改造", "A-101", 80, "A-3"),
        ("别的楼", "A-103", 80, "A-3"),
    ],
)
def test_a_row_that_cannot_be_counted_leaves_the_register_as_it_was(imported, tmp_path, unit):
    changes, doubts = own(importing.plan(book_of(tmp_path / "new.xlsx", (*UNITS, unit))))
    assert changes == [] and doubts


def test_a_register_that_is_being_voted_on_stays_as_it_is(imported, tmp_path):
    town = Actor("p-town", (Office(role="lead", organisation_id=imported.org_id),))

    def take(step, **data):
        act(town, imported.pk, step, data, files=[PHOTO])

    take("survey", asked=3, answered=3, needs="加装电梯 3")
    take("plan", plan="加装电梯", cost="3万", finance="补助 3万", finish="2099-01-05")
    take("discuss", attendance=3, views="好")
    question = {"row": "1", "item": 7, "text": "加装电梯"}
    take("call", questions=[question], first="2026-03-01", until="2099-01-05", where="驿站")
    corrected = (*UNITS[:2], ("一号楼改造", 201, 71, "A-1"))
    changes, doubts = own(importing.plan(book_of(tmp_path / "new.xlsx", corrected)))
    assert changes == [] and any("名册" in d for d in doubts)


def test_what_a_register_calls_done_is_recorded_and_not_confirmed(db, tmp_path):
    done = (*ROW[:4], "已完工")
    importing.carry_out(importing.plan(book_of(tmp_path / "in.xlsx", UNITS[:0], done)))
    found = Matter.objects.get(kind="renovation")
    assert (found.state, found.closed_how) == ("recorded", "recorded")
