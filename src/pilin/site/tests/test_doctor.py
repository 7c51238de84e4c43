"""`pilin doctor`, a finding at a time."""

import inspect
import os
import shutil
import socket
import subprocess
import threading
import time
import warnings
from collections import namedtuple
from datetime import date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone, translation
from psycopg.conninfo import make_conninfo

from pilin.engine import evidence
from pilin.engine.models import Evidence
from pilin.ledger import log
from pilin.people.hearing import Dispatch
from pilin.run import postgres
from pilin.site import arriving, backups, doctor, machine, outside
from pilin.wording.reading import day
from tests.databases import empty_database
from tests.test_erased import png

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from oidc_provider_mock import run_server_in_thread


@pytest.fixture(scope="module")
def provider():
    with run_server_in_thread() as server:
        yield f"http://127.0.0.1:{server.server_port}"


@pytest.mark.parametrize(
    ("url", "tickets", "state"),
    [
        (None, "", doctor.OK),
        ("http://127.0.0.1:1", "", doctor.WARN),
        ("", "no.such.Class", doctor.WARN),
        ("", "", doctor.OK),
    ],
)
def test_the_doctor_says_whether_signing_in_elsewhere_works(
    settings, provider, url, tickets, state
):
    settings.OIDC_URL = provider if url is None else url
    settings.TICKETS = tickets
    assert doctor.sign_on().state == state


def test_whatever_can_be_looked_at_is_looked_at():
    """A check that is in no list is one nobody runs."""
    own = {
        name
        for module in (doctor, outside, machine)
        for name, one in vars(module).items()
        if inspect.isfunction(one)
        and one.__module__ == module.__name__
        and inspect.signature(one).return_annotation == "Finding"
        and not name.startswith("_")
    }
    assert own == {check.__name__ for check in doctor.CHECKS}


@pytest.mark.parametrize(
    ("url", "hosts", "https", "state"),
    [
        ("https://town.example", ["town.example"], True, doctor.OK),
        ("https://town.example", [".example"], True, doctor.OK),
        ("https://town.example", ["other.example"], True, doctor.FAIL),
        ("https://town.example", ["town.example"], False, doctor.FAIL),
        ("http://town.example", ["town.example"], True, doctor.FAIL),
        ("http://127.0.0.1:8000", ["127.0.0.1"], False, doctor.WARN),
    ],
)
def test_the_doctor_says_whether_the_address_in_letters_leads_here(
    settings, url, hosts, https, state
):
    settings.SITE_URL, settings.ALLOWED_HOSTS, settings.HTTPS = url, hosts, https
    assert doctor.address().state == state


def test_a_file_that_was_changed_on_the_disk_is_found_within_a_month(world, settings, tmp_path):
    settings.DATA = tmp_path
    upload = SimpleUploadedFile("桥.png", png("a"))
    world.raised(title="有照片", files=[upload])
    (sha256,) = Evidence.objects.values_list("sha256", flat=True)
    share = evidence.share_of(sha256)
    assert backups.look_at_files(share) == 0 and doctor.evidence_files().state == doctor.OK
    kept = evidence.path_of(sha256).read_bytes()
    evidence.path_of(sha256).write_bytes(kept + b"x")
    assert backups.look_at_files(share) == 1 and backups.wrong_files() == {sha256: "changed"}
    evidence.path_of(sha256).unlink()
    assert backups.look_at_files((share + 1) % evidence.SHARES) == 0
    assert backups.wrong_files() == {sha256: "changed"}, "another night does not forget it"
    assert backups.look_at_files(share) == 1 and backups.wrong_files() == {sha256: "missing"}
    assert doctor.evidence_files().state == doctor.FAIL
    evidence.path_of(sha256).write_bytes(kept)
    assert backups.look_at_files(share) == 0 and doctor.evidence_files().state == doctor.OK


def test_a_new_installation_is_told_once_that_there_are_no_tables_yet(
    django_db_setup, django_db_blocker
):
    with django_db_blocker.unblock(), empty_database(), translation.override("en"):
        found = list(doctor.examine())
    assert [f.what for f in found if "tables" in f.what] == ["there are no tables yet"]
    assert not [f for f in found if "relation" in f.what]


Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def room(settings, tmp_path, monkeypatch):
    """Folders of an installation's own."""
    settings.DATA, settings.KEYS, settings.ENDS = tmp_path, tmp_path / "keys", tmp_path / "ends"
    settings.KEYS.mkdir()
    for name in ("PILIN_BACKUP", "PILIN_BACKUP_KEYS", "PILIN_ARCHIVE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.mark.parametrize(
    ("hosts", "name", "state"),
    [
        (["town.example"], "pilin.localhost", doctor.FAIL),
        (["127.0.0.1"], "pilin.localhost", doctor.WARN),
        (["town.example"], "town.example", doctor.OK),
    ],
)
def test_a_record_that_others_reach_and_nobody_named_is_found(db, settings, hosts, name, state):
    settings.ALLOWED_HOSTS, settings.ORIGIN = hosts, name
    found = doctor.origin()
    assert found.state == state and (state == doctor.OK or "PILIN_ORIGIN" in found.advice)


@pytest.mark.parametrize("setting", ["PILIN_DATA", "PILIN_ENDS", "PILIN_BACKUP", "TMPDIR"])
@pytest.mark.parametrize(
    ("free", "state"), [(2**29, doctor.FAIL), (3 * 2**29, doctor.WARN), (2**33, doctor.OK)]
)
def test_a_disk_that_is_nearly_full_is_found_wherever_it_is(
    room, monkeypatch, setting, free, state
):
    backup = room.parent / "backup"
    monkeypatch.setenv("PILIN_BACKUP", str(backup))
    full = dict(machine.folders())[setting]
    monkeypatch.setattr(
        machine, "folders", lambda: iter([("PILIN_KEYS", room / "keys"), (setting, full)])
    )
    full.mkdir(exist_ok=True)
    usage = {full: Usage(2**35, 0, free)}
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage.get(path, Usage(2**35, 0, 2**34)))
    found = doctor.disks()
    assert found.state == state and (state == doctor.OK or setting in found.what)


def test_a_folder_that_cannot_be_written_to_is_found(room, monkeypatch):
    assert doctor.writable_folders().state == doctor.OK
    (room / "file").write_text("no folder")
    monkeypatch.setenv("PILIN_ARCHIVE", str(room / "file"))
    found = doctor.writable_folders()
    assert found.state == doctor.FAIL and "PILIN_ARCHIVE" in found.what


@pytest.mark.parametrize("name", ["keys/residents.key", "keys/ledger.pem", "secret", "push.pem"])
def test_whatever_others_could_read_of_keys_and_the_secret_is_found(room, name):
    (room / name).touch(mode=0o600)
    assert doctor.private_files().state == doctor.OK
    (room / name).chmod(0o640)
    found = doctor.private_files()
    assert found.state == doctor.FAIL and found.advice == f"chmod 600 {room / name}"


def test_a_secret_that_can_be_guessed_is_found(room, settings):
    settings.SECRET_KEY = "geheim"
    assert doctor.private_files().state == doctor.FAIL


def test_nobody_who_runs_jobs_is_found_and_worse_where_jobs_wait(db):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs; DELETE FROM procrastinate_workers")
        assert doctor.jobs().state == doctor.WARN
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, scheduled_at)"
            " VALUES ('default', 'site.leave', now() - interval '1 hour')"
        )
        found = doctor.jobs()
        assert found.state == doctor.FAIL and "pilin serve" in found.advice
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
        assert doctor.jobs().state == doctor.WARN  # somebody lives, and is late
        cursor.execute("DELETE FROM procrastinate_jobs")
        assert doctor.jobs().state == doctor.OK
        cursor.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 minutes'"
        )
        assert doctor.jobs().state == doctor.WARN


def test_no_backup_at_all_fails_once_there_are_entries_of_last_week(world, room, monkeypatch):
    began = datetime.fromisoformat(log.get("main", 0).body["at"])
    for days, state in ((6, doctor.WARN), (8, doctor.FAIL)):
        now = began + timedelta(days=days)
        monkeypatch.setattr(timezone, "now", lambda now=now: now)
        assert doctor.backups().state == state
    for what in ("backup", "drill"):
        backups.note(what)
    assert doctor.backups().state == doctor.OK
    monkeypatch.setenv("PILIN_BACKUP", "/mnt/backup")
    monkeypatch.setenv("PILIN_BACKUP_KEYS", "/mnt/backup/")
    assert doctor.backups().state == doctor.WARN, "keys beside what they open"
    monkeypatch.setenv("PILIN_BACKUP_KEYS", "/mnt/keys")
    assert doctor.backups().state == doctor.OK


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2097, 10, 1), doctor.WARN),
        (date(2025, 9, 30), doctor.OK),
        (date(2024, 12, 1), doctor.OK),
    ],
)
def test_from_october_on_the_next_years_holidays_are_looked_for(settings, monkeypatch, day, state):
    settings.CALENDAR = "china"
    monkeypatch.setattr(timezone, "localdate", lambda: day)
    found = doctor.calendar()
    assert found.state == state
    with translation.override("en"):
        assert state == doctor.OK or "2098" in doctor.calendar().what


@pytest.mark.parametrize(
    ("n", "peer", "forwarded", "state"),
    [
        (0, "10.0.0.9", "", doctor.OK),
        (0, "127.0.0.1", "203.0.113.5", doctor.FAIL),
        (0, "10.0.0.9", "203.0.113.5", doctor.WARN),
        (1, "127.0.0.1", "203.0.113.5", doctor.OK),
        (1, "127.0.0.1", "", doctor.FAIL),
        (2, "127.0.0.1", "203.0.113.5", doctor.FAIL),
        (2, "127.0.0.1", "203.0.113.5, 10.0.0.9", doctor.OK),
    ],
)
def test_what_is_set_of_proxies_is_held_to_what_really_arrives(
    room, settings, n, peer, forwarded, state
):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT, settings.HTTPS = n, bool(n)
    assert doctor.proxies().state == doctor.OK  # nobody has come yet
    arriving._written.clear()
    arriving.note({"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded})
    assert doctor.proxies().state == state
    assert "203.0.113" not in (room / arriving.PLACE).read_text(), "nothing of whom it was from"


def test_a_mail_server_that_is_away_or_silent_is_found_in_time(db, settings, monkeypatch):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    monkeypatch.setattr(outside, "MAIL_PATIENCE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_PORT = silent.getsockname()[1]
        found = doctor.letters()  # it accepts, and says nothing
        assert found.state == doctor.FAIL and "PILIN_SMTP" in found.advice
    assert doctor.letters().state == doctor.FAIL  # nobody is there
    with socket.create_server(("127.0.0.1", 0)) as well:
        settings.EMAIL_PORT = well.getsockname()[1]
        monkeypatch.setattr(outside, "MAIL_PATIENCE", 10)
        threading.Thread(target=greets, args=(well,)).start()
        with translation.override("en"):
            found = doctor.letters()
        assert found.state == doctor.OK and "none has left yet" in found.what
        Dispatch.objects.create(
            person=ANYBODY,
            channel="email",
            pace="now",
            notices=[],
            due=timezone.now(),
            sent=timezone.now(),
        )
        threading.Thread(target=greets, args=(well,)).start()
        with translation.override("en"):
            assert f"the last at {day(timezone.localdate())}" in doctor.letters().what


ANYBODY = "p-anybody"


def greets(server):
    """A mail server that says who it is, and goodbye."""
    visitor = server.accept()[0]
    with visitor, visitor.makefile("rwb", 0) as line:
        line.write(b"220 mail.example\r\n")
        for said in line:
            line.write(b"221 goodbye\r\n" if said.startswith(b"QUIT") else b"250 mail.example\r\n")


@pytest.fixture
def follower(own_database, tmp_path):
    """A server that follows the database and that no commit waits for: its log is received, like a standby's."""
    where, environment = postgres.reaching(os.environ["DATABASE_URL"])
    command = [postgres.program("pg_receivewal"), "-D", tmp_path, "--no-loop", "-s", "1"]
    where = make_conninfo(where, application_name="standby")
    with subprocess.Popen([*map(str, command), f"--dbname={where}"], env=environment) as process:
        until = time.monotonic() + 30
        with connection.cursor() as cursor:
            asked = "SELECT count(*) FROM pg_stat_replication WHERE application_name = 'standby'"
            while not cursor.execute(asked).fetchone()[0] and time.monotonic() < until:
                time.sleep(0.1)
            cursor.execute("SET synchronous_commit = on")
        yield process
        process.terminate()


def test_a_server_that_follows_and_no_commit_waits_for_is_refused_unless_chosen(
    follower, monkeypatch
):
    found = doctor.standbys()
    assert found.state == doctor.FAIL and "PILIN_ASYNC_STANDBY" in found.advice
    monkeypatch.setenv("PILIN_ASYNC_STANDBY", "1")
    assert doctor.standbys().state == doctor.WARN
    follower.terminate()
    follower.wait(30)
    monkeypatch.setattr(outside, "NO_SERVERS", (*outside.NO_SERVERS, "standby"))
    assert doctor.standbys().state == doctor.OK
