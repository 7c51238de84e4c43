"""Points, outlines and English names come in with the workbook and go out with it."""

import json

import openpyxl
import pytest
from django.utils.translation import override

from pilin.engine.act import LOG
from pilin.ledger import log
from pilin.people.geometry import read_shape
from pilin.people.models import Organisation, Place, Side
from pilin.workbook import exporting, importing
from pilin.workbook.tests.test_importing import EXAMPLE, changed, imported  # noqa: F401

NEW = {"区划": ("F", "G", "H", "I"), "组织": ("E", "F")}


def put(cell, value, sheet="区划"):
    return lambda book: book[sheet].__setitem__(cell, value)


def doubts_of_shapes(plan):
    return [d for d in plan.doubts if d.sheet == "区划" and d.cell.startswith("H")]


def without_the_new_columns(book):
    for sheet, columns in NEW.items():
        for m in list(book[sheet].merged_cells.ranges):
            book[sheet].unmerge_cells(str(m))
        book[sheet].delete_cols(openpyxl.utils.column_index_from_string(columns[0]), len(columns))


def test_the_example_says_where_its_places_lie(imported):  # noqa: F811
    places = {p.name: p for p in Place.objects.all()}
    assert places["独山港镇"].name_en == "Dushangang Town"
    assert read_shape(places["独山港镇"].shape).spot == (121.19, 30.65)
    assert dict(Side.objects.values_list("name", "name_en")) == {
        "平湖": "Pinghu",
        "金山": "Jinshan",
    }
    for side, towns in (("平湖市", "独山港镇"), ("金山区", "金山卫镇")):
        assert read_shape(places[side].shape).contains(read_shape(places[towns].shape).spot)
        assert "示意" in places[side].shape_note
    # A place's government is called as the place is.
    assert Organisation.objects.get(name="平湖市").name_en == "Pinghu City"


def test_points_and_outlines_go_out_as_they_came_in(imported, tmp_path):  # noqa: F811
    out = tmp_path / "out.xlsx"
    exporting.export(out)
    rows = {r[1]: r for r in openpyxl.load_workbook(out)["区划"].iter_rows(values_only=True)}
    assert rows["独山港镇"][5:] == (
        "Dushangang Town",
        None,
        "30.65000, 121.19000",
        "约值,约1公里精度",
    )
    assert json.loads(rows["平湖市"][7])["type"] == "Polygon"
    assert rows["平湖市"][6] == "Pinghu"
    assert importing.plan(out).empty


def test_an_older_workbook_without_these_columns_takes_nothing_away(imported, tmp_path):  # noqa: F811
    importing.carry_out(importing.plan(changed(tmp_path, put("F3", "30.75, 121.14", "组织"))))
    assert importing.plan(changed(tmp_path, without_the_new_columns)).empty


def test_a_point_that_is_moved_is_a_new_row_of_the_same_place(imported, tmp_path):  # noqa: F811
    before = Place.objects.get(name="新仓镇")
    importing.carry_out(importing.plan(changed(tmp_path, put("H9", "121.16，30.71"))))
    after = Place.objects.get(name="新仓镇")
    assert (after.pk, after.path) == (before.pk, before.path)
    assert read_shape(after.shape).spot == (121.16, 30.71)


def test_a_side_gets_its_english_name_later(db, tmp_path):
    importing.carry_out(importing.plan(changed(tmp_path, put("G4", None))))
    assert Side.objects.get(code="a").name_en == ""
    importing.carry_out(importing.plan(EXAMPLE))
    assert Side.objects.get(code="a").name_en == "Pinghu"


def test_an_organisation_has_a_point_of_its_own(db, tmp_path):
    importing.carry_out(importing.plan(changed(tmp_path, put("F13", "30.752, 121.143", "组织"))))
    assert Organisation.objects.get(name="广陈中心小学").point == "30.75200, 121.14300"


def test_how_money_is_paid_to_it_comes_in_and_goes_out_and_stays_where_nothing_is_said(
    db, tmp_path
):
    def edit(book):
        put("G2", "缴款方式", "组织")(book)
        put("G13", "校财务室，工作日上午", "组织")(book)

    importing.carry_out(importing.plan(changed(tmp_path, edit)))
    importing.carry_out(importing.plan(EXAMPLE))  # without that column
    assert Organisation.objects.get(name="广陈中心小学").pay == "校财务室，工作日上午"
    out = tmp_path / "out.xlsx"
    exporting.export(out)
    rows = openpyxl.load_workbook(out)["组织"].iter_rows(values_only=True)
    assert "校财务室，工作日上午" in next(r for r in rows if r[0] == "广陈中心小学")


@pytest.mark.parametrize(
    ("value", "en"),
    [
        ('{"type":"Polygon","coordinates":[[[121,30.7],[121.1,30.7],[121,30.8]]]}', "not closed"),
        ('{"type":"Polygon","coordinates":[[[121,30', "cut off"),
        ("平湖市政府门口", "latitude, longitude"),
    ],
)
def test_a_bad_shape_is_doubted_with_its_cell_and_the_row_comes_in_without(db, tmp_path, value, en):
    plan = importing.plan(changed(tmp_path, put("H7", value)))
    (doubt,) = doubts_of_shapes(plan)
    assert (doubt.cell, doubt.wording) == ("H7", value)
    with override("en"):
        assert en in str(doubt.why) and "left out" in str(doubt.why)
    with override("zh-hans"):
        assert "没有采用" in str(doubt.why)
    importing.carry_out(plan)
    assert Place.objects.get(name="独山港镇").shape == ""


def test_a_bad_shape_does_not_take_away_the_one_there_is(imported, tmp_path):  # noqa: F811
    size = log.size(LOG)
    plan = importing.plan(changed(tmp_path, put("H7", "30.65")))
    assert plan.empty and [d.cell for d in doubts_of_shapes(plan)] == ["H7"]
    assert log.size(LOG) == size
