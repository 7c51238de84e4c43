"""A register of residents comes in by workbook: understood row by row, kept as HMAC, never in clear."""

import logging
from datetime import date

import pytest
from django.db import connection
from openpyxl import load_workbook

from pilin.ledger import log
from pilin.programmes.residence import checking
from pilin.programmes.residence.models import Resident
from pilin.workbook import exporting, importing

from .test_documents import number_of

HEAD = ("证件号码", "出生日期", "地点")
BORN = date(1960, 1, 31)
ONE, TWO, THREE = (number_of(BORN, serial=n) for n in (1, 2, 3))


@pytest.fixture
def bring(world, tmp_path):
    """Plan a workbook whose register of residents has these rows, beside what is there already."""

    def plan(*rows):
        path = tmp_path / "名册.xlsx"
        exporting.export(path)
        book = load_workbook(path)
        sheet = book["居民名册"]
        first = next(r for r in range(1, 9) if sheet.cell(r, 1).value == HEAD[0])
        for n, row in enumerate(rows, first + 1):
            for at, value in enumerate(row, 1):
                sheet.cell(n, at).value = value
        book.save(path)
        return importing.plan(path)

    return plan


def why(plan):
    return [(d.cell, str(d.why), d.wording) for d in plan.doubts if d.sheet == "居民名册"]


def test_good_rows_are_brought_in_and_matched(world, bring):
    plan = bring((ONE, "1960-01-31", "左村"), (TWO, date(1960, 1, 31), "左村"))
    assert why(plan) == []
    importing.carry_out(plan)
    assert Resident.objects.filter(place=world["左村"]).count() == 2
    assert checking.by_register("p-stranger", ONE, BORN, world["左村"])


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        ((ONE[:17], "1960-01-31", "左村"), "A", "18"),
        ((ONE[:17] + ("1" if ONE[17] != "1" else "2"), "1960-01-31", "左村"), "A", "校验位"),
        ((ONE, "1960-02-01", "左村"), "B", "出生日期与此不同"),
        ((ONE, "昨天", "左村"), "B", "不是形如"),
        ((ONE, "1960-01-31", "没有的村"), "C", "没有登记过"),
    ],
)
def test_a_bad_row_is_named_by_its_cell_and_left_out(bring, row, column, says):
    plan = bring((TWO, "1960-01-31", "左村"), row)
    ((cell, words, wording),) = why(plan)
    assert cell.startswith(column) and says in words
    assert wording == ""
    importing.carry_out(plan)
    assert Resident.objects.count() == 1


def test_twins_are_both_refused_and_each_names_the_others_row(bring):
    plan = bring(
        (ONE, "1960-01-31", "左村"), (TWO, "1960-01-31", "左村"), (ONE, "1960-01-31", "右村")
    )
    found = why(plan)
    assert len(found) == 2
    rows = [int(cell[1:]) for cell, _words, _wording in found]
    assert str(rows[1]) in found[0][1] and str(rows[0]) in found[1][1]
    importing.carry_out(plan)
    assert Resident.objects.count() == 1


def test_the_same_register_again_changes_nothing(bring):
    rows = [(ONE, "1960-01-31", "左村"), (TWO, "1960-01-31", "左村")]
    importing.carry_out(bring(*rows))
    again = bring(*reversed(rows))
    assert again.empty


def test_a_later_register_takes_the_place_of_the_one_before(world, bring):
    importing.carry_out(bring((ONE, "1960-01-31", "左村"), (TWO, "1960-01-31", "左村")))
    checking.by_register("p-stranger", TWO, BORN, world["左村"])
    importing.carry_out(bring((TWO, "1960-01-31", "左村"), (THREE, "1960-01-31", "左村")))
    with pytest.raises(checking.NotChecked):
        checking.by_register("p-stranger-2", ONE, BORN, world["左村"])
    with pytest.raises(checking.NotChecked):
        checking.by_register("p-stranger-2", TWO, BORN, world["左村"])


def test_nothing_of_it_stands_anywhere_in_clear(world, bring, caplog):
    with caplog.at_level(logging.DEBUG):
        plan = bring((ONE, "1960-01-31", "左村"), (TWO, "1960-01-30", "左村"))
        importing.carry_out(plan)
        with pytest.raises(checking.NotChecked):
            checking.by_register("p-stranger", THREE, BORN, world["左村"])
    said = [str(plan.as_json()), *plan.lines(), caplog.text]
    said += [str(r.body) for r in log.read("main")]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("residence", "people", "loop", "ledger")):
                cursor.execute(f'SELECT t::text FROM "{table}" t')
                said += [row[0] for row in cursor.fetchall()]
    for number in (ONE, TWO, THREE):
        assert not any(number in text for text in said)


def test_it_is_never_written_out(world, bring, tmp_path):
    importing.carry_out(bring((ONE, "1960-01-31", "左村")))
    path = tmp_path / "out.xlsx"
    exporting.export(path)
    rows = list(load_workbook(path)["居民名册"].iter_rows(values_only=True))
    assert not any(ONE in map(str, row) for row in rows)
