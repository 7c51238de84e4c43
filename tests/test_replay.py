"""Replaying the ledger gives the same tables; made-up matters are as good as real ones."""

import pytest
from django.db import connection

from pilin.engine import writes
from pilin.engine.rebuild import read_models, rebuild
from pilin.ledger import log, verify
from pilin.programmes.renovation.models import Reading
from pilin.simulate import filling as simulate
from pilin.simulate.filling import NotEmpty
from tests.reaching import reach


def tables() -> dict[str, list[tuple]]:
    """Every derived table, row by row; numbers the database hands out itself left aside."""
    found = {}
    with connection.cursor() as cursor:
        for model in read_models():
            key = model._meta.pk
            own = key.get_internal_type() == "BigAutoField"
            names = [f'"{f.column}"' for f in model._meta.concrete_fields if not (f is key and own)]
            cursor.execute(f"SELECT {', '.join(names)} FROM {model._meta.db_table}")
            found[model._meta.db_table] = sorted(map(repr, cursor.fetchall()))
    return found


def assert_rebuilding_changes_nothing() -> None:
    before = tables()
    assert before["loop_matter"]
    rebuild()
    after = tables()
    assert {t: rows for t, rows in after.items() if rows != before[t]} == {}


def test_rebuilding_gives_the_same_tables_after_a_whole_loop(world):
    m, _ = world.delivered()
    world.take("resident", m, "confirm", rating=5)
    world.raised("neighbour")
    assert_rebuilding_changes_nothing()


@pytest.mark.parametrize("state", ["closed", "not_carried", "approving"])
def test_rebuilding_gives_the_same_votes_and_ballots(world, state):
    assert reach(world, "renovation", "propose", state) and Reading.objects.exists()
    assert_rebuilding_changes_nothing()


def test_made_up_matters_are_those_a_rebuild_makes(db):
    simulate.simulate(300, 100, seed=7)
    assert_rebuilding_changes_nothing()


def test_a_rebuild_that_can_remember_next_to_nothing_makes_the_same(db, monkeypatch):
    simulate.simulate(200, 100, seed=5)
    monkeypatch.setattr(writes, "ROWS", 4)
    monkeypatch.setattr(writes, "SEEN", 9)
    assert_rebuilding_changes_nothing()


def test_a_rebuild_leaves_every_index(own_database):
    simulate.simulate(5, 100, seed=7)
    before = indexes()
    rebuild()
    assert indexes() == before


def indexes() -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef, pg_get_constraintdef(c.oid) FROM pg_indexes"
            " LEFT JOIN pg_constraint c ON conname = indexname ORDER BY 1"
        )
        return cursor.fetchall()


def test_made_up_matters_leave_a_record_that_holds(db):
    simulate.simulate(120, 100, seed=7)
    assert verify.check_database("main").problems == []


def test_the_same_seed_gives_the_same_matters(own_database):
    from django.db import transaction

    seen = []
    for seed in (3, 3, 4):
        with transaction.atomic():
            simulate.simulate(50, 100, seed=seed)
            seen.append([r.body for r in log.read("main")])  # words have salts beside them
            transaction.set_rollback(True)
    assert seen[0] == seen[1] != seen[2]


def test_made_up_matters_never_get_among_real_ones(world):
    with pytest.raises(NotEmpty):
        simulate.simulate(1, 1, seed=1)
