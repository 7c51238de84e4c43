"""Which program runs stands in the record: another one is entered, or `verify` says so."""

import pytest

from pilin.ledger import log
from pilin.publishing import program, whole


@pytest.fixture
def changed(monkeypatch):
    def change(**said):
        here = {**program.now(), **said}
        monkeypatch.setattr(program, "now", lambda: here)

    return change


def test_what_runs_is_entered_once_and_again_where_it_changed(world, changed):
    number = program.enter()
    body = log.get("main", number).body
    assert body["data"] == program.now() and len(body["data"]["program"]) == 64
    assert program.enter() is None
    changed(catalogue="0" * 64)
    assert program.enter() == log.size("main") - 1 > number
    assert program.differing() is None


def test_another_program_than_the_one_entered_is_named_by_verify(own_database, changed):
    assert program.differing() is None  # a record of before says nothing of it
    number = program.enter()
    assert whole.check()[0].problems == []
    changed(procedures="0" * 64)
    ((where, what),) = whole.check()[0].problems
    assert str(number) in where and "procedures" in what


def test_hashes_follow_what_is_read(monkeypatch, tmp_path):
    monkeypatch.setattr(program, "ROOT", tmp_path)
    program.now.cache_clear()
    for name in ("a.py", "tests/t.py", "locale/zh/django.po", "a.pyc"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("一")

    def now():
        program.now.cache_clear()
        return program.now()

    first = now()
    for name, changes in (
        ("a.py", {"program"}),
        ("locale/zh/django.po", {"catalogue"}),
        ("tests/t.py", set()),
        ("a.pyc", set()),
    ):
        (tmp_path / name).write_text("二")
        other = now()
        assert {k for k in first if first[k] != other[k]} == changes
        first = other
    program.now.cache_clear()
