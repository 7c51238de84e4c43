"""What waits goes out with the next statement or the commit, in order, whole or not at all."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.utils import DataError

from pilin.ledger.asking import Ask, ask, ask_each, later
from pilin.ledger.log import begin

SIZE = Ask("SELECT size FROM ledger_log WHERE name = $1", ["kept"])


def moved(size):
    return Ask("UPDATE ledger_log SET size = $1::bigint WHERE name = 'kept'", [str(size)])


@pytest.fixture
def kept(own_database):
    """A row to move, in a database of its own where commits are real."""
    begin("kept")
    connection.close()


def size():
    return ask(SIZE)[0][0]


def test_what_waits_is_committed(kept):
    with transaction.atomic():
        later([moved(5), moved(6)])
    connection.close()
    assert size() == 6


def test_outside_a_transaction_nothing_waits(kept):
    later([moved(5)])
    connection.close()
    assert size() == 5


def test_whoever_asks_sees_what_waited(kept):
    with transaction.atomic():
        later([moved(5)])
        assert size() == 5
        later([moved(7)])
        with connection.cursor() as cursor:
            cursor.execute("SELECT size FROM ledger_log WHERE name = %s", ["kept"])
            assert cursor.fetchone() == (7,)
        later([moved(8)])
        with connection.cursor() as cursor:
            cursor.execute("SELECT size FROM ledger_log WHERE name = 'kept'; SELECT 1")
        later([moved(9)])
        with connection.chunked_cursor() as cursor:
            cursor.execute("SELECT size FROM ledger_log WHERE name = 'kept'")
            assert cursor.fetchone() == (9,)


def test_rows_changed_are_counted_behind_what_waits(kept):
    with transaction.atomic():
        later([moved(5)])
        with connection.cursor() as cursor:
            cursor.execute("UPDATE ledger_log SET size = %s WHERE size = %s", [6, 5])
            assert cursor.rowcount == 1


def test_several_questions_are_answered_in_their_order(kept):
    with transaction.atomic():
        later([moved(5)])
        assert ask_each([SIZE, Ask("SELECT 1", []), Ask("SELECT 2 WHERE false", [])]) == [
            [(5,)],
            [(1,)],
            [],
        ]


def test_a_fault_of_what_waits_takes_the_whole_transaction_back(kept):
    with pytest.raises(DataError), transaction.atomic():
        later([moved(5)])
        later([Ask("SELECT 1 / $1::int", ["0"])])
    assert size() == 0


def test_a_fault_of_what_waits_is_raised_by_the_next_statement(kept):
    with pytest.raises(DataError), transaction.atomic():
        later([moved(5), Ask("SELECT 1 / $1::int", ["0"])])
        size()
    assert size() == 0


def test_what_was_taken_back_is_not_sent_with_what_comes_next(kept):
    with transaction.atomic():
        with pytest.raises(LookupError), transaction.atomic():
            later([moved(5)])
            raise LookupError
        later([Ask("UPDATE ledger_log SET frontier = '\\x01' WHERE name = $1", ["kept"])])
    assert size() == 0
    assert ask(Ask("SELECT encode(frontier, 'hex') FROM ledger_log WHERE name = $1", ["kept"])) == [
        ("01",)
    ]


def test_very_many_do_not_wait_for_ever(kept):
    with transaction.atomic():
        later([moved(n) for n in range(1000)])
        assert connection.connection.queued == []
        assert size() == 999


def test_a_lost_connection_takes_what_waited_with_it(kept):
    with pytest.raises(DatabaseError), transaction.atomic():
        later([moved(5)])
        connection.connection.close()
        size()
    connection.close()
    assert size() == 0
