"""From the release of a record kept to today's: backed up, migrated, rebuilt, checked; and back."""

import os
import subprocess

import pytest
from django.db import connection

from pilin.ledger import keys
from pilin.publishing import program
from pilin.run import postgres, upgrade
from pilin.run.backup import store
from tests.databases import empty_database
from tests.records import record
from tests.records.test_records import changed, differing

FOLDER = record.FOLDER / "0.3.1" / "demo"


@pytest.fixture
def old(django_db_setup, django_db_blocker, settings, tmp_path, monkeypatch):
    """An installation as 0.3.1 left it: its tables, and its entries in them."""
    said = record.read(FOLDER)
    verifiers = record.verifiers(said)
    settings.DATA, settings.KEYS = tmp_path, tmp_path / "keys"
    settings.KEYS.mkdir()
    with django_db_blocker.unblock(), empty_database():
        # What was signed was signed by the installation that was frozen.
        monkeypatch.setattr(keys, "verifier", verifiers.__getitem__)
        monkeypatch.setattr(keys, "origin", lambda log: verifiers[log].name)
        # Nobody here can sign what runs from here on: its private key is not frozen.
        monkeypatch.setattr(program, "enter", lambda: None)
        record.restore(FOLDER)
        params = connection.get_connection_params()
        names = ("host", "port", "user", "dbname")
        where = " ".join(f"{n}={params[n]}" for n in names if params.get(n))
        monkeypatch.setenv("DATABASE_URL", where)
        monkeypatch.setenv("PILIN_CONFIG", "")
        yield said


def migrations():
    with connection.cursor() as cursor:
        return cursor.execute("SELECT app, name FROM django_migrations ORDER BY 1, 2").fetchall()


def test_an_older_release_is_brought_up_and_its_backup_is_the_way_back(old, tmp_path):
    told, before, counted = [], migrations(), record.counts()
    made = upgrade.upgrade(tmp_path / "backup", None, (), told.append)
    assert upgrade.waiting() == [] and len(migrations()) > len(before)
    assert differing(old) == [], "the tables are what a rebuild makes of the record"
    assert "verifies" in told[-1] and str(old["entries"]["main"]) in " ".join(told)
    told.clear()
    assert upgrade.upgrade(tmp_path / "backup", None, (), told.append) is None
    assert told == ["The tables are up to date already."]

    dump = tmp_path / "dump"
    kept = store.Store(tmp_path / "backup")
    assert [one.name for one in store.listed(kept)] == [made.name]
    kept.get(made.part("database"), dump)
    with empty_database():
        params = connection.get_connection_params()
        where = os.environ["DATABASE_URL"].rsplit("dbname=", 1)[0] + f"dbname={params['dbname']}"
        connection.close()
        command = [postgres.program("pg_restore"), "--no-owner", f"--dbname={where}", dump]
        subprocess.run(command, check=True)
        assert migrations() == before and record.counts() == counted


def test_an_upgrade_of_a_record_that_was_changed_says_where_to_go_back_to(old, tmp_path):
    with connection.cursor() as cursor:
        (text,) = cursor.execute(
            "SELECT body FROM ledger_entry WHERE log = 'main' AND number = 7"
        ).fetchone()
    put = "body = %s WHERE log = %s AND number = %s"
    new = text.replace('"at"', '"At"')
    with (
        changed("ledger_entry", put, [new], [text], ["main", 7]),
        pytest.raises(upgrade.Failed) as failed,
    ):
        upgrade.upgrade(tmp_path / "backup", None, (), lambda _said: None)
    assert any(log == "main" and what.startswith("entry 7:") for log, what in failed.value.problems)
    assert store.listed(store.Store(tmp_path / "backup")) == [failed.value.before]
