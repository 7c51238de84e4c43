"""The lane's connection to PostgreSQL notices at once that the other end is gone."""

import select
import time

import psycopg
import pytest
from django.db import connection as django

from pilin.intake.lane.connection import Connection, Lost

SLEEP = ("SELECT pg_sleep(60)", [])
PID = ("SELECT pg_backend_pid()", [])


@pytest.fixture
def connection(own_database):
    made = Connection()
    yield made
    made.close()


def answer(connection):
    """What comes next, as a loop would be told of it: an answer may come in pieces."""
    found = []
    while not found:
        assert select.select([connection.socket], [], [], 30)[0]
        found = connection.receive()
    return found


def ask(connection, *statements, commit=True):
    connection.send(statements, commit=commit)
    assert connection.flush()


def end(pid):
    """Its process is ended, and everything it said has come, the end of the connection included."""
    with django.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 30000)", [int(pid)])
    time.sleep(0.1)


def test_statements_are_answered_in_order(connection):
    ask(connection, ("SELECT 1", []), ("SELECT $1::text", ["二"]))
    assert answer(connection) == [[[("1",)], [("二",)]]]


def test_what_is_refused_leaves_the_connection_as_it_was(connection):
    ask(connection, ("SELECT 1 / 0", []), ("SELECT 2", []))
    (fault,) = answer(connection)
    assert isinstance(fault, psycopg.errors.DivisionByZero)
    ask(connection, ("SELECT 3", []))
    assert answer(connection) == [[[("3",)]]]


def test_where_the_server_is_gone_one_look_is_enough(connection):
    """A loop tells of it once: what was under way would be waited for for ever."""
    ask(connection, PID)
    ((((pid,),),),) = answer(connection)
    ask(connection, SLEEP, ("SELECT 1", []))
    end(pid)
    with pytest.raises(Lost):
        answer(connection)


def test_what_was_committed_before_the_server_was_gone_counts(connection):
    ask(connection, PID)
    ((((pid,),),),) = answer(connection)
    ask(connection, ("SELECT 4", []))
    time.sleep(0.5)
    end(pid)
    assert answer(connection) == [[[("4",)]]]
    with pytest.raises(Lost):
        ask(connection, PID)
