"""`verify` looks at what we hold of a neighbour's record, too: its entries, its words and the tables of it."""

from __future__ import annotations

from django.db import connection
from django.utils import translation

from pilin.ledger.verify import Report
from pilin.people.neighbour_models import Neighbour
from pilin.publishing import whole
from tests.two import Two


def problems(two: Two) -> list[tuple[str, str]]:
    report = Report()
    with two.at(two.right), translation.override("en"):
        whole._copied(report, Neighbour.objects.get(pk=two.right.neighbour), None)
    return report.problems


def changed(two: Two, statement: str) -> None:
    """As somebody with the owner's rights changes the copy."""
    with two.theirs(two.right), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("ledger_entry", "ledger_words", "ledger_log"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)
        assert cursor.rowcount == 1, statement


def test_a_copy_that_somebody_changed_is_named_row_by_row(two):
    with two.at(two.left) as world:
        m = world.raised("host", text="晚上很黑。")
        world.take("host", m, "accept", reason="公共事务")
    two.settle()
    assert problems(two) == []
    changed(two, f"UPDATE loop_matter SET title = '别的事' WHERE id = {m.pk}")
    changed(two, "UPDATE people_office SET person = 'p-nobody' WHERE person = 'p-lead'")
    named = [f"{where}: {what}" for where, what in problems(two)]
    assert len(named) == 2 and all("右县" not in one for one in named)
    assert any(f"loop_matter, id {m.pk}: title" in one for one in named), named
    assert any("people_office" in one and "person" in one for one in named), named


def test_entries_and_words_of_a_copy_are_held_to_what_its_owner_signed(two):
    with two.at(two.left) as world:
        m = world.raised("host", text="晚上很黑。")
    two.settle()
    changed(
        two, f"UPDATE ledger_words SET data = replace(data, '很黑', '很亮') WHERE number = {m.pk}"
    )
    changed(
        two,
        f"UPDATE ledger_entry SET body = replace(body, 'p-host', 'p-lead') WHERE number = {m.pk}",
    )
    found = problems(two)
    assert len(found) == 2 and all(f"{m.pk}" in where for where, _what in found)
