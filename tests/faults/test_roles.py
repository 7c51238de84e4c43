"""Whoever gets hold of the service's connection can add to the record, and change nothing in it."""

import psycopg
import pytest
from django.db import connection
from psycopg import errors
from psycopg.conninfo import make_conninfo

from pilin.database import roles
from pilin.ledger import log, verify
from tests.faults.test_rebuilt_beside import voted_on
from tests.world import build

DENIED = (errors.InsufficientPrivilege, errors.ObjectNotInPrerequisiteState)


@pytest.fixture
def city(own_database, monkeypatch):
    said = connection.get_connection_params()
    names = ("host", "port", "user", "dbname")
    url = make_conninfo(**{n: said[n] for n in names if said.get(n)})
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("PILIN_OWN_POSTGRES", "1")
    monkeypatch.setattr(roles, "ROLE", f"service_{own_database}")
    world = build()
    roles.grant()
    roles.grant()  # at each start
    yield world
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute(f'DROP OWNED BY "{roles.ROLE}"')
        cursor.execute(f'DROP ROLE "{roles.ROLE}"')


@pytest.fixture
def service(city):
    with psycopg.connect(roles.service_url(), autocommit=True) as found:
        yield found


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET body = body",
        "DELETE FROM ledger_entry",
        "TRUNCATE ledger_entry CASCADE",
        "ALTER TABLE ledger_entry DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "DROP TABLE ledger_entry",
        "DELETE FROM ledger_log",
        "UPDATE ledger_words SET data = '{}'",
        "UPDATE ledger_node SET hash = hash",
        "DELETE FROM django_migrations",
        "CREATE TABLE more (n int)",
        "COPY loop_matter TO PROGRAM 'cat'",
    ],
)
def test_nothing_in_the_record_can_be_changed(service, statement):
    with pytest.raises(DENIED):
        service.execute(statement)


def test_steps_ballots_and_pages_work_with_it(city, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setitem(connection.settings_dict, "USER", roles.ROLE)
        connection.close()
        m = city.raised(title="服务角色")
        city.take("host", m, "accept", reason="归我们管")
        voted_on(city)
        with connection.cursor() as cursor:
            assert cursor.execute("SELECT current_user").fetchone()[0] == roles.ROLE
    connection.close()
    assert verify.check_database(log.MAIN).problems == []


def test_it_keeps_its_rights_through_a_rebuild(city, service):
    from pilin.engine.rebuild import rebuild

    rebuild()
    assert service.execute("SELECT count(*) FROM loop_matter").fetchone()[0] > 0
    service.execute("UPDATE loop_matter SET title = title")
    assert roles.is_bound()


def test_where_the_owner_serves_it_is_said(monkeypatch, own_database):
    monkeypatch.setenv("DATABASE_URL", "dbname=x user=owner")
    monkeypatch.delenv("PILIN_OWN_POSTGRES", raising=False)
    monkeypatch.delenv("PILIN_SERVICE_URL", raising=False)
    assert roles.service_url() == "dbname=x user=owner" and roles.is_bound() is None


def test_a_server_that_starts_takes_no_right_from_one_that_answers(service):
    def look(execute, *args):
        done = execute(*args)
        service.execute("SELECT count(*) FROM ledger_entry")
        return done

    with connection.execute_wrapper(look):
        roles.grant()
