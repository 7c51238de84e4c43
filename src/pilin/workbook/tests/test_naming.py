"""A name nobody here knows refuses nothing: it is asked about, answered and remembered."""

from pathlib import Path

import openpyxl
import pytest
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pilin.engine.act import LOG
from pilin.engine.rebuild import rebuild
from pilin.ledger import log
from pilin.programmes.register.models import Naming
from pilin.workbook import exporting, importing
from pilin.workbook.errors import NotSaid
from pilin.workbook.sheets import sheets

EXAMPLE = Path(__file__).parents[4] / "examples" / "pinghu-jinshan.xlsx"


@pytest.fixture
def saved(tmp_path):
    """The example, edited and saved."""

    def save(edit):
        book = openpyxl.load_workbook(EXAMPLE)
        edit(book)
        book.save(tmp_path / "edited.xlsx")
        return tmp_path / "edited.xlsx"

    return save


def brought(plan):
    """What a plan would bring, but for what it remembers of names."""
    return sorted((c.what, c.key) for c in plan.new if c.what != "naming")


def head(sheet, text):
    """The cell of a header."""
    return next(cell for row in sheet.iter_rows(max_row=5) for cell in row if cell.value == text)


def called(old, new):
    return lambda book: setattr(book[old], "title", new)


@pytest.mark.parametrize(
    ("sheet", "name"), [(s.name, name) for s in sheets() for name in s.also if s.name != name]
)
def test_a_sheet_is_known_by_its_other_names(db, saved, sheet, name):
    if sheet not in openpyxl.load_workbook(EXAMPLE, read_only=True).sheetnames:
        pytest.skip("the example has no such sheet")
    plan = importing.plan(saved(called(sheet, name)))
    assert not plan.asked and brought(plan) == brought(importing.plan(EXAMPLE))


def test_no_two_sheets_are_known_by_one_name():
    names = [name for s in sheets() for name in (s.name, *s.also)]
    assert len(names) == len({*names})


def test_a_sheet_like_a_known_one_is_asked_about_and_remembered(db, saved):
    path = saved(called("合作项目", "两地合作项目(2023)"))
    plan = importing.plan(path)
    (asked,) = plan.asked
    assert (asked.key, asked.meant) == ("两地合作项目(2023)", "合作项目")
    assert brought(plan) == brought(importing.plan(EXAMPLE)), "it is shown as it is likely meant"
    with pytest.raises(NotSaid):
        importing.carry_out(plan)
    assert log.size(LOG) == 0
    importing.carry_out(importing.plan(path, answers={asked.key: asked.meant}))
    again = importing.plan(path)
    assert not again.asked and again.empty
    rows = list(Naming.objects.values())
    rebuild()
    assert list(Naming.objects.values()) == rows and len(rows) == 1


def test_a_sheet_is_known_by_its_columns_where_its_name_says_nothing(db, saved):
    (asked,) = importing.plan(saved(called("区划", "Sheet1"))).asked
    assert asked.meant == "区划"


def test_a_sheet_said_to_be_something_else_is_not_read(db, saved):
    path = saved(called("合作项目", "两地合作项目(2023)"))
    plan = importing.plan(path, answers={"两地合作项目(2023)": ""})
    assert not plan.asked and "project" not in {c.what for c in plan.new}
    assert list(plan.unbuilt) == ["两地合作项目(2023)"] and "合作项目" in plan.absent
    importing.carry_out(plan)
    assert not importing.plan(path).asked


def test_a_column_nobody_knows_is_asked_about_where_one_is_missing(db, saved):
    path = saved(lambda b: setattr(head(b["组织"], "名称"), "value", "称呼"))
    plan = importing.plan(path)
    asked = {name.key: name for name in plan.asked}
    assert asked["组织/称呼"].meant == "" and "名称" in asked["组织/称呼"].choices
    with override("en"):
        assert "--name '组织/称呼=?'" in "\n".join(plan.lines())
    plan = importing.plan(path, answers={"组织/称呼": "名称"})
    assert not plan.asked and brought(plan) == brought(importing.plan(EXAMPLE))
    importing.carry_out(plan)
    assert importing.plan(path).empty


@pytest.mark.parametrize("written", ["备注说", "其他需要备注的情况"])
def test_a_column_like_a_known_one_is_asked_about(db, saved, written):
    path = saved(lambda b: setattr(head(b["组织"], "备注"), "value", written))
    (asked,) = importing.plan(path).asked
    assert (asked.key, asked.meant) == (f"组织/{written}", "备注")


@pytest.mark.parametrize(
    ("header", "cell", "yuan"),
    [
        ("金额(万元)", 300, 3_000_000),
        ("金额（亿元）", "1,2", None),
        ("金额【万元】", " 3,000 ", 30_000_000),
        ("金额(元)", 300.5, 300.5),
        ("金额(万元)", "5亿元", 500_000_000),
        ("资金金额(万元)", 2, 20_000),
    ],
)
def test_a_unit_in_a_header_is_that_of_its_bare_numbers(db, saved, header, cell, yuan):
    def edit(book):
        top = head(book["资金"], "金额")
        top.value = header
        book["资金"].cell(top.row + 1, top.column).value = cell

    path = saved(edit)
    asked = {name.key: name.meant for name in importing.plan(path).asked}
    plan = importing.plan(path, answers=asked)
    amounts = [c.fields["amount"] for c in plan.new if c.what == "fund"]
    assert yuan is None or yuan in [float(a["value"]) for a in amounts if a.get("value")]
    assert all(a["unit"] == "元" for a in amounts if a.get("value"))


def test_what_was_said_can_be_said_otherwise_later(db, saved):
    path = saved(called("合作项目", "两地合作项目(2023)"))
    importing.carry_out(importing.plan(path, answers={"两地合作项目(2023)": ""}))
    (name,) = importing.plan(path).names
    assert (name.meant, name.asked) == ("", False) and "合作项目" in name.choices
    plan = importing.plan(path, answers={name.key: "合作项目"})
    importing.carry_out(plan)
    assert "project" in {c.what for c in plan.new} and importing.plan(path).empty


def test_a_name_answered_with_no_sheet_of_ours_stays_asked(db, saved):
    path = saved(called("合作项目", "两地合作项目(2023)"))
    assert importing.plan(path, answers={"两地合作项目(2023)": "月球"}).asked


def test_what_names_mean_goes_out_and_comes_in_with_the_workbook(db, saved, tmp_path):
    path = saved(called("合作项目", "两地合作项目(2023)"))
    importing.carry_out(importing.plan(path, answers={"两地合作项目(2023)": "合作项目"}))
    exporting.export(tmp_path / "out.xlsx")
    out = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert [c.value for c in out["名称对照"][4]] == [None, "两地合作项目(2023)", "合作项目"]
    assert importing.plan(tmp_path / "out.xlsx").empty

    def edit(book):
        called("合作项目", "随便")(book)
        page = book.create_sheet("名称对照")
        for row in (["所在工作表", "表中写法", "对应"], ["", "随便", "合作项目"]):
            page.append(row)

    plan = importing.plan(saved(edit))
    assert not plan.asked and "合作项目" in plan.rows and "合作项目" not in plan.absent


LETTERS = st.text("名称项目表甲乙丙丁abc 　（1）/", min_size=1, max_size=12).filter(str.strip)


@given(st.lists(LETTERS, min_size=3, max_size=3, unique_by=lambda t: t.strip().lower()), st.data())
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_sheet_and_its_columns_are_called_it_is_read_once_that_is_said(
    db, saved, names, data
):
    """Property: any names at all, answered with what they mean, bring what the known ones bring."""
    title, first, second = names
    old = data.draw(st.sampled_from(["组织", "合作项目", "协商驿站"]))
    title = title.replace("/", "").strip() or "表"
    spec = next(s for s in sheets() if s.name == old)
    columns = [c.name for c in spec.columns if c.required][:2]

    def edit(book):
        for column, new in zip(columns, (first, second), strict=True):
            head(book[old], column).value = new
        book[old].title = title

    plan = importing.plan(saved(edit))  # whatever it is, it is not refused
    answers = {title: old} if title not in plan.rows else {}
    answers |= {f"{old}/{new.strip()}": c for c, new in zip(columns, (first, second), strict=True)}
    plan = importing.plan(saved(edit), answers=answers)
    declared = {name for s in sheets() for name in (s.name, *s.also)}
    heads = {name for c in spec.columns for name in (c.name, *c.also)}
    if title not in declared and not heads & {first.strip(), second.strip()}:
        assert not [n for n in plan.asked if n.sheet in ("", old)]
        assert brought(plan) == brought(importing.plan(EXAMPLE))


def test_a_sentence_for_a_header_is_read_as_said_and_not_remembered(db, saved):
    long = "请在这一列填写单位的全称，" * 20
    path = saved(lambda b: setattr(head(b["组织"], "名称"), "value", long))
    plan = importing.plan(path, answers={f"组织/{long}": "名称"})
    assert not plan.asked and brought(plan) == brought(importing.plan(EXAMPLE))
    importing.carry_out(plan)
    assert not Naming.objects.exists()
