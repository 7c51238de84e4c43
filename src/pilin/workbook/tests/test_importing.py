"""The workbook goes in, comes out again, and goes in a second time without a change."""

import json
import re
from pathlib import Path

import openpyxl
import pytest
from django.utils.translation import override

from pilin.engine.act import LOG
from pilin.engine.models import Matter
from pilin.ledger import log
from pilin.people.models import Organisation, Place, Side
from pilin.programmes.consultation.models import Coverage
from pilin.programmes.fund.models import Balance
from pilin.programmes.project.models import Project
from pilin.programmes.wish.models import Wish
from pilin.publishing import figures
from pilin.workbook import exporting, importing
from pilin.workbook.errors import OutOfDate, WorkbookError

EXAMPLE = Path(__file__).parents[4] / "examples" / "pinghu-jinshan.xlsx"


@pytest.fixture
def imported(db):
    plan = importing.plan(EXAMPLE)
    importing.carry_out(plan)
    return plan


def changed(tmp_path, edit):
    """The example, edited."""
    book = openpyxl.load_workbook(EXAMPLE)
    edit(book)
    path = tmp_path / "changed.xlsx"
    book.save(path)
    return path


def test_planning_writes_nothing(db):
    plan = importing.plan(EXAMPLE)
    assert (log.size(LOG), Place.objects.count()) == (0, 0)
    assert len(plan.new) > 30


def test_every_row_becomes_what_it_says(imported):
    assert dict(Side.objects.values_list("code", "name")) == {"a": "平湖", "b": "金山"}
    assert Place.objects.count() == 17
    village = Place.objects.get(name="韩家庙村")
    assert [Place.objects.get(pk=k).name for k in village.path] == [
        "平湖市",
        "独山港镇",
        "韩家庙村",
    ]
    assert Place.objects.get(name="平湖市").code == "330482"
    assert Organisation.objects.get(name__startswith='"新枫裕"').sides == "ab"
    cover = Coverage.objects.get()
    assert (cover.place.name, cover.villages, cover.stations, cover.sessions) == (
        "独山港镇",
        18,
        18,
        5,
    )
    assert Organisation.objects.get(name="请你来协商·民生议事堂").category == "hall"


def test_amounts_and_dates_keep_meaning_and_wording(imported):
    summary = Project.objects.get(is_summary=True)
    assert summary.planned["value"] == "20000000000"
    assert (summary.planned["at_least"], summary.planned["wording"]) == (True, "超200亿元")
    assert summary.matter.state == "summary"
    rice = Project.objects.get(matter__title__startswith="新仓")
    assert rice.start["wording"] == "2023年3月"
    assert (rice.start["start"], rice.start["precision"]) == ("2023-03-01", "month")
    lab = Project.objects.get(matter__title__endswith="赋能中心建设")
    assert lab.finish.isoformat() == "2023-09-30" and lab.matter.late


def test_a_project_that_already_runs_waits_for_acceptance(imported):
    assert Matter.objects.get(kind="project", title__startswith='"新枫裕"').state == "delivered"


def test_projects_with_partners_across_the_border_cross_it(imported):
    crossing = Matter.objects.filter(kind="project", sides="ab").values_list("title", flat=True)
    assert {'"两山"共富直播间', "毗邻党建·领雁工程"} <= set(crossing)


ROWS = {
    "区划": 17,
    "组织": 12,
    "协商驿站": 1,
    "协议": 3,
    "合作项目": 6,
    "结对": 4,
    "社情民意": 1,
    "微心愿": 25,
    "捐赠": 6,
    "资金": 1,
    "直播间": 3,
    "活动": 4,
    "政策与制度": 4,
}


def test_all_thirteen_sheets_are_read(imported):
    there = {name: n for name, n in imported.rows.items() if n}
    assert (there, imported.unbuilt) == (ROWS, {})


def test_the_figures_printed_in_the_workbook_come_back(imported):
    found = {k: (v["value"], v["at_least"]) for k, v in figures.as_json().items()}
    assert (
        found.items()
        >= {
            "agreement_fields": (8, False),
            "paired_villages": (14, False),
            "projects_announced": (260, False),
            "projects_investment": (20_000_000_000, True),
            "desk_organisations": (17, False),
            "desk_firms": (80, False),
            "desk_employees": (10_000, True),
            "stations": (18, False),
            "villages": (18, False),
            "sessions": (5, False),
            "suggestions": (20, False),
            "wishes_delivered": (25, False),
            "pen_pal_pairs": (12, False),
            "supported_children": (10, False),
            "uniforms": (310, False),
            "garments": (3000, True),
            "shoes": (460, True),
            "books": (400, True),
            "toys": (150, True),
            "homes": (2, False),
            "fund_in": (30_000, False),
            "fund_out": (30_000, False),
        }.items()
    )


def test_the_books_of_an_imported_fund_end_with_nought(imported):
    assert [b.amount for b in Balance.objects.all()] == [0, 0, 0]


def test_no_child_is_named_by_an_import(imported):
    wishes = Wish.objects.values_list("code", flat=True)
    assert all(re.fullmatch(r"学生\d\d", code) for code in wishes) and len(wishes) == 25


def test_what_is_no_code_is_left_out_and_not_repeated(db, tmp_path):
    def name_a_child(book):
        book["微心愿"]["C4"] = "王小明"

    plan = importing.plan(changed(tmp_path, name_a_child))
    assert "王小明" not in json.dumps(plan.as_json(), ensure_ascii=False)
    assert ("微心愿", "C4") in [(d.sheet, d.cell) for d in plan.doubts]


@pytest.mark.parametrize("words", ["未送达", "待送达", "尚未完成"])
def test_a_wish_not_delivered_is_not_taken_as_delivered(db, tmp_path, words):
    def edit(book):
        book["微心愿"]["E4"] = words

    plan = importing.plan(changed(tmp_path, edit))
    assert sum(c.what == "wish" for c in plan.new) == 24


@pytest.mark.parametrize(
    ("cell", "value"),
    [("E3", "未支出"), ("E3", "待支付"), ("C3", "-3万元"), ("C3", "3万美元"), ("C3", "若干")],
)
def test_money_that_is_not_spent_or_not_yuan_is_not_booked(db, tmp_path, cell, value):
    def edit(book):
        book["资金"][cell] = value

    plan = importing.plan(changed(tmp_path, edit))
    assert not any(c.what == "fund" for c in plan.new)
    assert ("资金", cell) in [(d.sheet, d.cell) for d in plan.doubts]


def test_very_long_cells_do_not_stop_an_import(db, tmp_path):
    def edit(book):
        for sheet, cell in (("结对", "A3"), ("活动", "C3"), ("活动", "B3"), ("社情民意", "B3")):
            book[sheet][cell] = "长" * 110
        book["协议"]["A3"] = "9" * 60

    importing.carry_out(importing.plan(changed(tmp_path, edit)))


def test_what_was_made_here_goes_out_and_in_without_being_doubled(world, tmp_path):
    wish = {"title": "台灯", "code": "学生01", "school": world["左小学"]}
    world.take("coordinator", "wish", "submit", through=world["左镇议事堂"], **wish)
    org = {"title": "冬衣", "org": world["左镇"]}
    until = {"until": "2099-01-05"}
    world.take(
        "lead", "drive", "open", recipient=world["右小学"], goods="棉衣 6 件", **org, **until
    )
    world.take("lead", "fund", "open", purpose="x", purposes="y", **org)
    times = {"start": "2099-01-05T19:00", "end": "2099-01-05T21:00", "where": "左村"}
    world.take("lead", "event", "announce", type="race", **org, **times)
    pair = {"type": "village", "partner": world["右镇"], "text": "x"}
    world.take("lead", "pairing", "propose", **org, **pair, **until)
    pact = {"parties": [world["右镇"]], "fields_of_work": "水", "text": "x"}
    world.take("lead", "agreement", "draft", **org, **pact, **until)
    out = tmp_path / "out.xlsx"
    exporting.export(out)
    plan = importing.plan(out)
    assert [c for c in (*plan.new, *plan.changed) if c.what in REGISTERED] == []


REGISTERED = ("wish", "drive", "fund", "event", "pairing", "agreement")


def test_every_doubt_says_sheet_cell_and_why(imported):
    with override("zh-hans"):
        doubts = json.loads(json.dumps(imported.as_json()))["doubts"]
    assert all(d["sheet"] and d["cell"] and d["why"] for d in doubts)
    assert ("组织", "C14", "四川省凉山彝族自治州") in [
        (d["sheet"], d["cell"], d["wording"]) for d in doubts
    ]


def test_importing_twice_changes_nothing(imported):
    before = log.size(LOG)
    again = importing.plan(EXAMPLE)
    assert again.empty and again.same > 30
    assert importing.carry_out(again) == 0
    assert log.size(LOG) == before


def test_what_comes_out_goes_in_again_without_a_change(imported, tmp_path):
    out = tmp_path / "out.xlsx"
    assert exporting.export(out) == sum(ROWS.values()) + 2  # two organisations named in passing
    assert importing.plan(out).empty


def test_what_comes_out_is_current(imported, tmp_path):
    importing.carry_out(importing.plan(changed(tmp_path, rename)))
    exporting.export(tmp_path / "out.xlsx")
    page = openpyxl.load_workbook(tmp_path / "out.xlsx")["合作项目"]
    assert "完成过半" in [row[8].value for row in page.iter_rows()]


def rename(book):
    book["合作项目"]["I4"] = "完成过半"


def test_a_changed_row_is_amended_and_the_old_one_stays_on_record(imported, tmp_path):
    plan = importing.plan(changed(tmp_path, rename))
    assert [c.what for c in plan.changed] == ["project"] and plan.new == []
    importing.carry_out(plan)
    matter = Matter.objects.get(kind="project", title__startswith="新仓")
    assert [r.body["step"] for r in log.of_matter(LOG, matter.pk)] == ["record", "amend"]
    assert matter.project.progress == "完成过半"


def test_a_text_that_looks_like_a_formula_goes_out_as_text(imported, tmp_path):
    def edit(book):
        book["组织"].append(["=1+1公司", "企业", "广陈镇", "+86"])
        for cell in book["组织"][book["组织"].max_row]:
            cell.data_type = "s"

    importing.carry_out(importing.plan(changed(tmp_path, edit)))
    exporting.export(tmp_path / "out.xlsx")
    page = openpyxl.load_workbook(tmp_path / "out.xlsx")["组织"]
    cell = next(c for c in page["A"] if c.value == "=1+1公司")
    assert cell.data_type == "s"


def test_a_plan_overtaken_by_events_is_not_carried_out(db, tmp_path):
    plan = importing.plan(EXAMPLE)
    importing.carry_out(importing.plan(changed(tmp_path, rename)))
    before = log.size(LOG)
    with pytest.raises(OutOfDate):
        importing.carry_out(plan)
    assert log.size(LOG) == before


def test_an_import_that_breaks_midway_leaves_nothing(db, monkeypatch):
    plan = importing.plan(EXAMPLE)
    monkeypatch.setattr(importing.Session, "organisation", lambda *a: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        importing.carry_out(plan)
    assert (log.size(LOG), Place.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda b: b["组织"].delete_cols(1), "名称"),
        (lambda b: b["组织"].__setitem__("B2", "名称"), "B2"),
        (lambda b: b["区划"].merge_cells("B5:B6"), "B5:B6"),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_workbook_that_is_wrong_is_refused_with_a_sentence(db, tmp_path, edit, words, language):
    with pytest.raises(WorkbookError) as info:
        importing.plan(changed(tmp_path, edit))
    with override(language):
        assert words in str(info.value)
    assert log.size(LOG) == 0


def test_a_file_that_is_not_there_is_named(db):
    with pytest.raises(WorkbookError, match="nirgends"):
        importing.plan(Path("/nirgends.xlsx"))


@pytest.mark.parametrize("spell", ["\u200b{}", "{}\ufeff", " {}　", "{}\u2060"])
def test_a_name_that_looks_the_same_is_the_same_wherever_a_sheet_names_it(db, tmp_path, spell):
    def edit(book):
        for sheet, cell in (("合作项目", "C4"), ("合作项目", "D4")):
            first, *rest = re.split("([;；、])", book[sheet][cell].value)
            book[sheet][cell] = "".join([spell.format(first), *rest])

    plain, odd = importing.plan(EXAMPLE), importing.plan(changed(tmp_path, edit))
    new = lambda plan: sorted((c.what, c.key) for c in plan.new)  # noqa: E731
    assert new(odd) == new(plain)
    importing.carry_out(odd)
    assert Organisation.objects.filter(name__contains="\u200b").count() == 0


def test_a_twin_in_a_register_is_a_doubt_that_names_the_difference(db, tmp_path):
    def edit(book):
        sheet = book["组织"]
        row = [cell.value for cell in sheet[sheet.max_row]]
        sheet.append(["\u200b" + str(row[0]), *row[1:]])

    plan = importing.plan(changed(tmp_path, edit))
    (doubt,) = [d for d in plan.doubts if "U+200B" in str(d.why)]
    assert doubt.sheet == "组织" and len(plan.new) == len(importing.plan(EXAMPLE).new)


def test_a_dry_run_says_of_each_changed_cell_from_what_to_what(imported, tmp_path):
    def edit(book):
        book["合作项目"]["E4"] = "4亿元"

    with override("en"):
        lines = "\n".join(importing.plan(changed(tmp_path, edit)).lines())
    (told,) = [line for line in lines.splitlines() if "→" in line]
    assert "合作项目 4" in told and told.count("→") == 1 and "4亿元" in told.partition("→")[2]
