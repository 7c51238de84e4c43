"""A record that lost its end: nothing is written to it, until it is filled again from the neighbour's copy."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connection, transaction

from pilin.ledger import ends, filling, log, pins, verify, witnessed, witnessing
from pilin.ledger.refusing import Forked, Shorter, Unasked
from pilin.ledger.tree import Frontier
from pilin.neighbours import refilling
from pilin.people.neighbour_models import Neighbour
from pilin.run import ledgers
from tests.two import Two


def raised(two: Two) -> None:
    with two.at(two.left) as world:
        world.raised()


def cut_off(two: Two, size: int) -> None:
    """The left record as it was once: a database brought back from an older copy."""
    with two.at(two.left), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("ledger_entry", "ledger_node", "ledger_words", "ledger_log"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        rows = cursor.execute(
            "SELECT leaf FROM ledger_entry WHERE log = 'main' AND number < %s ORDER BY number",
            [size],
        ).fetchall()
        frontier = Frontier()
        frontier.extend([bytes(leaf) for (leaf,) in rows])
        for table in ("ledger_words", "ledger_entry"):
            cursor.execute(f"DELETE FROM {table} WHERE log = 'main' AND number >= %s", [size])
        cursor.execute(
            "UPDATE ledger_log SET size = %s, frontier = %s WHERE name = 'main'",
            [size, frontier.to_bytes()],
        )


def test_a_record_that_lost_its_end_is_filled_again_from_the_neighbours_copy(two):
    with two.at(two.left):
        size = log.size(log.MAIN)
    raised(two)
    two.settle()
    with two.at(two.left):
        whole = log.size(log.MAIN)
        was = [r.body for r in log.read(log.MAIN)]
    cut_off(two, size)
    with two.at(two.left):
        there = Neighbour.objects.get(pk=two.left.neighbour)
        assert log.size(log.MAIN) == size
        assert filling.fill(refilling.Held(there)) == whole - size
        assert [r.body for r in log.read(log.MAIN)] == was, "words come back, too"
        assert verify.check_database(log.MAIN).ok


def test_a_copy_that_somebody_made_up_fills_nothing(two, monkeypatch):
    with two.at(two.left):
        size = log.size(log.MAIN)
    raised(two)
    two.settle()
    cut_off(two, size)
    two.line.carries = lambda url, body: body.replace(b'\\"raise\\"', b'\\"raize\\"')
    with two.at(two.left):
        there = Neighbour.objects.get(pk=two.left.neighbour)
        with pytest.raises((Forked, ValueError)), transaction.atomic():
            filling.fill(refilling.Held(there))
        assert log.size(log.MAIN) == size


def test_nothing_is_written_to_a_record_of_which_the_neighbour_has_seen_more(two):
    """Brought back on another machine from an older copy, without what was last acknowledged."""
    with two.at(two.left):
        size = log.size(log.MAIN)
    raised(two)
    two.settle()
    with two.at(two.left):
        signed = log.checkpoint(log.MAIN)
    with two.at(two.right):
        assert witnessing.own().add(f"old 0\n\n{signed}".encode()).status == 200
    cut_off(two, size)
    with two.at(two.left) as world:
        for path in settings.ENDS.glob("*"):
            path.unlink()
        ends.forget()
        assert witnessed.look_ahead(get=lambda url: two._get(url).decode()) == 1
        with pytest.raises(Shorter), transaction.atomic():
            world.raised("host", title="不该写下")
        there = Neighbour.objects.get(pk=two.left.neighbour)
        filling.fill(refilling.Held(there))
        assert witnessed.look_ahead(get=lambda url: two._get(url).decode()) == 0
        world.raised("host", title="可以写下")


def test_a_backup_is_written_on_once_a_witness_has_answered_under_its_own_name(two):
    """Brought back while the line was down: nobody could say whether there was more."""
    raised(two)
    with two.at(two.left):
        signed = log.checkpoint(log.MAIN)
    with two.at(two.right):
        assert witnessing.own().add(f"old 0\n\n{signed}".encode()).status == 200

    def away(url: str) -> str:
        raise OSError(url)

    with two.at(two.left) as world:
        ends.unasked()
        for answer in (away, lambda url: signed):  # nobody is there, or somebody else is
            assert witnessed.look_ahead(get=answer) == 0
            with pytest.raises(Unasked), transaction.atomic():
                world.raised("host", title="不该写下")
        assert [type(fault) for fault in pins.examined()] == [Unasked]
        assert witnessed.look_ahead(get=lambda url: two._get(url).decode()) == 0
        world.raised("host", title="可以写下")


def test_where_nobody_can_be_asked_the_operator_says_in_public_that_nothing_is_missing(
    two, django_capture_on_commit_callbacks
):
    with two.at(two.left) as world:
        size = log.size(log.MAIN)
        with pytest.raises(ledgers.Cannot):
            ledgers.believe("备份是最新的")
        ends.unasked()
        with django_capture_on_commit_callbacks(execute=True):
            number = ledgers.believe("备份是最新的")
        said = log.get(log.MAIN, number).body
        assert (number, said["step"], said["data"]["size"]) == (size, "believe", size)
        world.raised("host", title="可以写下")
