"""From the release of a record kept to today's: backed up, migrated, rebuilt, checked; and back."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection, connections
from psycopg.conninfo import make_conninfo

from pilin.engine.models import Matter
from pilin.ledger import keys, log, pins, verify
from pilin.people.read_model import applying
from pilin.publishing import made_by, program
from pilin.run import back, postgres, release, upgrade
from pilin.run.backup import store
from pilin.site import doctor
from tests.databases import empty_database
from tests.records import record
from tests.records.test_records import changed, differing
from tests.world import build

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
    assert release.waiting() == [] and len(migrations()) > len(before)
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


@pytest.fixture
def city(own_database, settings, tmp_path, monkeypatch):
    """An installation of this release, whose tables another program is said to have made."""
    settings.DATA, settings.KEYS = tmp_path / "data", tmp_path / "data" / "keys"
    settings.KEYS.mkdir(parents=True)
    keys.forget()
    url = make_conninfo(os.environ["DATABASE_URL"], dbname=own_database)
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("PILIN_CONFIG", "")
    yield build()
    keys.forget()


def pilin(*args):
    more = {"PILIN_DATA": str(settings.DATA), "PILIN_LANG": "en", "PILIN_DEMO": ""}
    return subprocess.run(
        [sys.executable, "-m", "pilin", *map(str, args)],
        env={**os.environ, **more},
        capture_output=True,
        text=True,
        check=False,
    )


def made_by_another():
    made_by._comment('{"release": "0.3.0", "program": "another"}')


def test_a_start_before_the_upgrade_is_refused_and_touches_nothing(city):
    made_by_another()
    for command in ("serve", "figures"):
        done = pilin(command)
        assert done.returncode == 2, done.stdout
        assert "as 0.3.0 left them: run `pilin upgrade`" in done.stderr
    assert made_by.maker()["program"] == "another"
    assert (doctor.tables().state, "upgrade" in doctor.tables().advice) == (doctor.FAIL, True)
    connection.cursor().execute(
        "INSERT INTO django_migrations (app, name, applied) VALUES ('loop', '9999_later', now())"
    )
    done = pilin("upgrade", "--no-backup")
    assert done.returncode == 2 and "newer release" in done.stderr
    connection.cursor().execute("DELETE FROM django_migrations WHERE name = '9999_later'")


def test_where_nothing_is_recorded_yet_a_start_needs_no_upgrade(own_database, settings, tmp_path):
    made_by_another()
    release.fit()
    assert made_by.are_ours()


def test_a_release_without_migrations_has_the_tables_made_again_all_the_same(city, tmp_path):
    number = city.raised(title="旧程序写下的").pk
    with applying():
        Matter.objects.filter(pk=number).update(title="旧程序的说法")
    made_by_another()
    told = []
    made = upgrade.upgrade(tmp_path / "backup", None, (), told.append)
    assert made is not None and "The record verifies." in told
    assert Matter.objects.get(pk=number).title == "旧程序写下的" and made_by.are_ours()
    told.clear()
    assert upgrade.upgrade(tmp_path / "backup", None, (), told.append) is None
    assert told == ["The tables are up to date already."]


def test_the_way_back_is_one_command_and_loses_nothing_of_the_record(city, tmp_path):
    city.raised(title="升级以前", text="有个洞，13800000000")
    with applying():
        Matter.objects.filter(title="升级以前").update(title="旧程序的说法")
    made_by_another()
    assert pilin("upgrade", f"--backup={tmp_path / 'backup'}").returncode == 0
    assert Matter.objects.filter(title="升级以前").exists()
    size, sealed = log.size("main"), sealed_parts()
    connections.close_all()
    done = pilin("upgrade", "--back")
    assert done.returncode == 0, done.stderr
    assert "pilin rebuild" in done.stdout
    try:
        assert Matter.objects.filter(title="旧程序的说法").exists(), "the tables as they were"
        assert log.size("main") == size and sealed_parts() == sealed
        assert verify.check_database("main").problems == [] and not list(pins.examined())
        assert pilin("figures").returncode == 2
        assert pilin("rebuild").returncode == 0 and pilin("figures").returncode == 0
    finally:
        drop_what_was_kept(done.stdout)


def sealed_parts():
    with connection.cursor() as cursor:
        return cursor.execute("SELECT log, number, key FROM ledger_key ORDER BY 1, 2").fetchall()


def drop_what_was_kept(told):
    with connection._nodb_cursor() as cursor:
        for name in re.findall(r"kept as (\S+)\.", told):
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_there_is_no_way_back_once_somebody_has_taken_a_step(city, tmp_path):
    made_by_another()
    upgrade.upgrade(tmp_path / "backup", None, (), lambda _said: None)
    city.raised(title="升级以后")
    size = log.size("main")
    with pytest.raises(store.BackupFault, match="entries were recorded since the upgrade"):
        back.back(None, (), lambda _said: None)
    assert log.size("main") == size
