"""A large workbook comes in by portions: others act meanwhile, and what stops it can be made up for."""

import threading

import openpyxl
import pytest
from django.db import connection
from django.utils.translation import override

from pilin.engine.act import LOG, act
from pilin.engine.models import Matter
from pilin.ledger import log, verify
from pilin.people.actor import HOUSE
from pilin.programmes.project.models import Project
from pilin.workbook import carrying, importing
from pilin.workbook.errors import OutOfDate, RowRefused, Stopped
from pilin.workbook.tests.test_importing import EXAMPLE
from tests.test_replay import assert_rebuilding_changes_nothing
from tests.world import build

ROWS = 30


def large(tmp_path, name="large.xlsx", edit=lambda page: None):
    """The example with thirty projects more."""
    book = openpyxl.load_workbook(EXAMPLE)
    page = book["合作项目"]
    for n in range(ROWS):
        page.append(
            [n, f"第{n}号工程", "新埭镇", "枫泾镇", "产业", "3万元", None, "2026年3月", "在建"]
        )
    edit(page)
    book.save(tmp_path / name)
    return tmp_path / name


@pytest.fixture(autouse=True)
def small_portions(monkeypatch):
    monkeypatch.setattr(carrying, "PORTION", 20)
    monkeypatch.setattr(carrying, "HOLD", 60)


def registers():
    return Matter.objects.filter(kind="register", title__endswith=".xlsx").order_by("pk")


def put_in(plan):
    """How many of its rows are in."""
    return len(
        {(c.what, c.key) for c in plan.new}
        - {(c.what, c.key) for c in importing.plan(plan.path).new}
    )


def at_row(n, then):
    def tell(done, _total):
        if done == n:
            then()

    return tell


def fail():
    raise KeyboardInterrupt


def elsewhere(call):
    """Run a call on a connection of its own."""

    def run():
        try:
            call()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_others_take_steps_while_a_large_workbook_comes_in(own_database, tmp_path):
    world = build()
    plan = importing.plan(large(tmp_path))
    host = world.actor("host")
    m = world.raised()
    plan = importing.plan(plan.path)
    waiting = []

    def somebody_acts():
        waiting.append(elsewhere(lambda: act(host, m, "accept", {"reason": "好"})))

    importing.carry_out(plan, progress=at_row(5, somebody_acts))
    waiting[0].join(60)
    accepted = Matter.objects.get(pk=m.pk)
    assert accepted.state == "screened" and accepted.last < log.size(LOG) - 20
    assert Project.objects.filter(matter__title__contains="号工程").count() == ROWS
    assert verify.check_database(LOG).problems == []


def test_what_stops_midway_is_made_up_for_by_the_same_workbook(db, tmp_path):
    plan = importing.plan(large(tmp_path))
    with pytest.raises(KeyboardInterrupt):
        importing.carry_out(plan, progress=at_row(50, fail))
    assert put_in(plan) == 40
    assert [m.state for m in registers()] == ["open"]

    again = importing.plan(plan.path)
    assert again.begun and len(again.new) == len(plan.new) - 40
    with override("en"):
        assert any("stopped on the way" in line for line in again.lines())
    importing.carry_out(again)
    assert importing.plan(plan.path).empty
    assert [m.state for m in registers()] == ["closed"]
    assert_rebuilding_changes_nothing()


def test_stopped_before_its_last_step_it_is_finished_by_that_alone(db, tmp_path, monkeypatch):
    plan = importing.plan(large(tmp_path))
    with monkeypatch.context() as m:
        m.setattr(carrying.Carrying, "_close", lambda self: None)
        importing.carry_out(plan)
    again = importing.plan(plan.path)
    assert (again.new, again.changed, again.empty) == ([], [], False)
    assert importing.carry_out(again) == 1
    assert importing.plan(plan.path).empty


def test_a_row_refused_midway_is_named_with_what_is_in(db, tmp_path, monkeypatch):
    """As where somebody records an organisation of the same name meanwhile."""
    real = carrying.Session.act

    def act_(self, matter, step, data, entry=False):
        if type(self) is carrying.Session and "第20号" in str(data.get("row", {}).get("title")):
            return real(self, matter, step, {}, entry)
        return real(self, matter, step, data, entry)

    plan = importing.plan(large(tmp_path))
    with monkeypatch.context() as m:
        m.setattr(carrying.Session, "act", act_)
        with pytest.raises(Stopped) as stopped:
            importing.carry_out(plan)
    done = put_in(plan)
    assert done and done % 20 == 0
    with override("zh-hans"):
        assert str(done) in str(stopped.value) and "没有写入任何内容" not in str(stopped.value)


def test_a_corrected_workbook_ends_what_the_first_left_open(db, tmp_path):
    plan = importing.plan(large(tmp_path))
    with pytest.raises(KeyboardInterrupt):
        importing.carry_out(plan, progress=at_row(50, fail))
    corrected = importing.plan(large(tmp_path, edit=lambda page: page.delete_rows(page.max_row)))
    assert not corrected.begun
    importing.carry_out(corrected)
    assert [m.state for m in registers()] == ["closed", "closed"]


def test_a_workbook_of_the_same_name_that_is_under_way_is_left_alone(db, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        importing.carry_out(importing.plan(large(tmp_path)), progress=at_row(50, fail))
    other = connection.copy()
    with other.cursor() as cursor:
        key = [carrying.UNDER_WAY, registers()[0].pk]
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", key)
    edit = lambda page: page.delete_rows(page.max_row)  # noqa: E731
    importing.carry_out(importing.plan(large(tmp_path, edit=edit)))
    other.close()
    assert [m.state for m in registers()] == ["open", "closed"]


def test_what_a_form_refuses_is_known_before_the_first_row(db, tmp_path):
    def edit(page):
        page.cell(page.max_row, 2).value = "另一号\u202e工程"

    with pytest.raises(RowRefused):
        importing.carry_out(importing.plan(large(tmp_path, edit=edit)))
    assert log.size(LOG) == 0


def other(tmp_path, title):
    """Somebody else brings in one project."""
    book = openpyxl.load_workbook(EXAMPLE)
    book["合作项目"].append([1, title, "新埭镇", "", "产业", "9万元", None, "2027年3月", "在建"])
    book.save(tmp_path / "other.xlsx")
    importing.carry_out(importing.plan(tmp_path / "other.xlsx"))


@pytest.fixture
def between(monkeypatch):
    """Something that happens after the first portion."""
    todo = []
    real = carrying.Carrying._portion

    def portion(self):
        ended = real(self)
        while todo:
            todo.pop()()
        return ended

    monkeypatch.setattr(carrying.Carrying, "_portion", portion)
    return todo


def test_what_others_do_to_rows_still_to_come_stops_it(db, tmp_path, between, monkeypatch):
    importing.carry_out(importing.plan(EXAMPLE))
    plan = importing.plan(large(tmp_path))
    between.append(lambda: other(tmp_path, "第29号工程"))
    with pytest.raises(Stopped) as stopped:
        importing.carry_out(plan)
    with override("en"):
        assert "20 of 30 rows" in str(stopped.value)
    assert isinstance(stopped.value.facts["reason"], OutOfDate)
    again = importing.plan(plan.path)
    assert (len(again.new), len(again.changed)) == (9, 1)
    importing.carry_out(again)
    assert importing.plan(plan.path).empty


def test_what_others_do_beside_is_looked_at_and_it_goes_on(db, tmp_path, between):
    importing.carry_out(importing.plan(EXAMPLE))
    between.append(lambda: other(tmp_path, "别的工程"))
    importing.carry_out(importing.plan(large(tmp_path)))
    assert Project.objects.filter(matter__title__contains="号工程").count() == ROWS


def test_what_concerns_no_row_is_not_even_looked_at(db, tmp_path, between, monkeypatch):
    importing.carry_out(importing.plan(EXAMPLE))
    plan = importing.plan(large(tmp_path))
    book = act(HOUSE, "register", "open", {"title": "x"}).number
    plan = importing.plan(plan.path)
    between.append(lambda: act(HOUSE, book, "close"))
    monkeypatch.setattr(importing, "plan", lambda path: 1 / 0)
    assert importing.carry_out(plan) == ROWS + 2


def test_a_small_workbook_is_all_or_none(db):
    plan = importing.plan(EXAMPLE)
    carrying.PORTION = len(plan.new)  # put back by `small_portions`
    with pytest.raises(KeyboardInterrupt):
        importing.carry_out(plan, progress=at_row(len(plan.new) - 1, fail))
    assert log.size(LOG) == 0
