"""A backup comes back whole into an empty installation, says what is missing since, and is tried."""

import json
import os
import signal
import subprocess
import sys

import pyrage
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import translation

from pilin.cli import backup as cli
from pilin.engine import evidence
from pilin.ledger import ends, keys, log, note, witnessed
from pilin.run.backup import making, nightly, restoring, store
from pilin.run.tether import PARENT
from pilin.site import backups, doctor
from tests.test_erased import png
from tests.world import build

SECRET = pyrage.x25519.Identity.generate()
TO = [SECRET.to_public()]


def photo():
    return SimpleUploadedFile("桥.png", png("a"))


@pytest.fixture
def city(own_database, settings, tmp_path, monkeypatch):
    settings.DATA = tmp_path / "data"
    settings.KEYS = tmp_path / "data" / "keys"
    settings.KEYS.mkdir(parents=True)
    (settings.DATA / "secret").write_text("geheim")
    keys.forget()
    said = connection.get_connection_params()
    names = ("host", "port", "user", "dbname")
    monkeypatch.setenv("DATABASE_URL", " ".join(f"{n}={said[n]}" for n in names if said.get(n)))
    monkeypatch.setenv("PILIN_CONFIG", "")
    yield build()
    keys.forget()


@pytest.fixture
def folders(tmp_path):
    (tmp_path / "identity").write_text(f"# made for a test\n{SECRET}\n")
    return tmp_path / "backup", tmp_path / "apart", tmp_path / "identity"


def restored(tmp_path, folders, *more, code=0):
    target, apart, identity = folders
    data = tmp_path / "new"
    data.mkdir(exist_ok=True)
    data.chmod(0o755)
    tmp_path.chmod(0o755)
    left_out = ("DATABASE_URL", "PILIN_OWN_POSTGRES", "XDG_RUNTIME_DIR", "PILIN_TEST_DATA")
    known = {k: v for k, v in os.environ.items() if k not in left_out}
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pilin", "restore", str(target), f"--keys={apart}"),
            *(f"--identity={identity}", "--rebuild", "--json", *more),
        ],
        env={**known, "PILIN_DATA": str(data), "PILIN_LANG": "en", "PILIN_CONFIG": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, (done.stdout, done.stderr)
    return json.loads(done.stdout) if done.stdout else done.stderr


def test_a_backup_comes_back_with_entries_words_sealed_parts_and_files(
    city, folders, tmp_path, monkeypatch
):
    target, apart, _identity = folders
    m = city.raised(title="桥面破了", text="有个洞，13800000000", files=[photo()])
    made = making.backup(target, apart, TO)
    assert {row["log"]: row["size"] for row in made.said["logs"]}["main"] == log.size("main")
    (sha256,) = {f["sha256"] for f in log.get("main", m.pk).body["files"]}
    witness = note.verifier_of("witness.example", keys.signing_key(), note.COSIGNATURE)
    monkeypatch.setenv("PILIN_WITNESSES", f"{witness.vkey}@http://127.0.0.1:9/witness")
    said = restored(tmp_path, folders)
    assert said["problems"] == [] and said["differing tables"] == []
    assert (tmp_path / "new" / "ends" / "restored" / "unasked").exists()  # somebody may know more
    assert said["logs"]["main"] == {"entries": log.size("main"), "acknowledged after": 0}
    new = tmp_path / "new"
    assert (new / "keys" / "ledger.pem").read_bytes() == keys.path().read_bytes()
    assert (new / "secret").read_text() == "geheim"
    assert (new / "files" / sha256[:2] / sha256).read_bytes() == evidence.path_of(
        sha256
    ).read_bytes()


def test_nothing_of_a_backup_can_be_read_by_whoever_has_no_key(city, folders):
    target, apart, _identity = folders
    city.raised(title="谁也读不到的标题", text="有个洞", files=[photo()])
    making.backup(target, apart, TO)
    held = b"".join(p.read_bytes() for f in (target, apart) for p in f.rglob("*") if p.is_file())
    for words in ("谁也读不到的标题", "PRIVATE KEY", "geheim"):
        assert words.encode() not in held
    with pytest.raises(store.BackupFault, match="name the secret key"):
        store.Store(target).get(
            store.listed(store.Store(target))[-1].part("database"), target / "x"
        )
    other = [pyrage.x25519.Identity.generate()]
    with pytest.raises(store.BackupFault, match="somebody else"):
        store.Store(target, identities=other).get(
            store.listed(store.Store(target))[-1].part("database"), target / "x"
        )
    assert not (target / "x").exists()


def test_keys_of_sealed_parts_are_in_the_folder_of_keys_alone(city, folders, tmp_path):
    target, apart, _identity = folders
    making.backup(target, apart, ())
    dump = next(target.glob("backups/*/database.dump"))
    for table, there in (("ledger_words", True), ("ledger_key", False), ("intake_pollkey", False)):
        command = [making.postgres.program("pg_restore"), "--list", dump]
        listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert (f"TABLE DATA public {table} " in listed) is there


def test_entries_acknowledged_after_the_backup_are_counted(
    city, folders, tmp_path, monkeypatch, settings
):
    making.backup(folders[0], folders[1], TO)
    size = log.size("main")
    city.raised(title="备份以后")
    monkeypatch.setenv("PILIN_ENDS", str(settings.ENDS))
    assert restored(tmp_path, folders)["logs"]["main"] == {
        "entries": size,
        "acknowledged after": 1,
    }


def test_what_only_a_witness_has_seen_is_missed_too_after_a_restore(
    city, folders, settings, monkeypatch, capsys
):
    """Neither database nor kept end is left of it: the witness's word counts, by number."""
    size = log.size("main")

    def asked():
        ends.keep("main", f"{keys.origin('main')}\n{size + 2}\n{'A' * 43}=\n\n")
        return 1

    monkeypatch.setattr(witnessed, "look_ahead", asked)
    monkeypatch.setattr(restoring, "_must_be_empty", lambda: None)
    monkeypatch.setattr(restoring, "_bring", lambda *_all: None)
    made = making.backup(folders[0], folders[1], TO)
    done = restoring.restore(folders[0], folders[1], [SECRET])
    assert done.name == made.name and done.ends["main"] == (size, 2)
    row = {"entries": size, "acknowledged after": 2}
    cli._tell({"backup": made.name, "logs": {"main": row}, "problems": [], "differing tables": []})
    said = capsys.readouterr().out
    assert f"{size}" in said and f"{size + 1}" in said and "ledger fill" in said


def test_backups_go_on_by_themselves_and_one_that_fails_is_tried_again_sooner():
    waits, told = [], []
    made = iter(["first", store.BackupFault("no room"), "second"])

    def make():
        one = next(made)
        if isinstance(one, Exception):
            raise one
        return one

    going = nightly.going_on(make, 24, told.append, waits.append)
    assert [next(going), next(going)] == ["first", "second"]
    assert waits == [24 * 3600, nightly.AGAIN] and str(told[0]) == "no room"
    assert list(nightly.going_on(lambda: "only", None, told.append, waits.append)) == ["only"]


def test_a_file_that_was_changed_in_the_backup_is_refused(city, folders, tmp_path):
    making.backup(folders[0], folders[1], TO)
    (dump,) = folders[0].glob("backups/*/database.dump.age")
    raw = bytearray(dump.read_bytes())
    raw[len(raw) // 2] ^= 1
    dump.write_bytes(raw)
    assert "not as it was written" in restored(tmp_path, folders, code=1)
    dump.unlink()
    assert "missing in the backup" in restored(tmp_path, folders, code=1)


def test_nothing_is_restored_over_what_is_there(city, folders):
    making.backup(folders[0], folders[1], TO)
    before = log.size("main")
    with pytest.raises(store.BackupFault, match="not empty"):
        restoring.restore(folders[0], folders[1], [SECRET])
    assert log.size("main") == before


def test_files_are_kept_once_and_go_with_the_last_backup_that_names_them(
    city, folders, monkeypatch
):
    target, apart, _identity = folders
    city.raised(title="有照片", files=[photo()])
    names = iter(f"2026-11-{day:02}T03-00-00Z" for day in range(1, 31))
    monkeypatch.setattr(making, "NAME", "")

    class At:
        @staticmethod
        def now(_zone):
            return At

        @staticmethod
        def strftime(_form):
            return next(names)

    monkeypatch.setattr(making, "datetime", At)
    for _ in range(5):
        making.backup(target, apart, TO, keep=2)
    kept = [one.name for one in store.listed(store.Store(target))]
    assert kept == ["2026-11-01T03-00-00Z", "2026-11-04T03-00-00Z", "2026-11-05T03-00-00Z"]
    assert len(list(target.glob("files/??/*"))) == 1
    assert len(list(apart.glob("keys/*"))) == 1  # an erased key is in no older copy
    monkeypatch.setattr(making, "save_files", lambda *_a: {})
    for _ in range(2):
        making.backup(target, apart, TO, keep=1)
    for path in target.glob("backups/2026-11-01*/*"):
        path.unlink()
    for path in (evidence.folder()).rglob("*"):
        if path.is_file():
            path.unlink()  # no archive beside these can want it any more
    making.forget_old(store.Store(target, TO), 1)
    assert list(target.glob("files/??/*")) == []


def test_a_backup_that_fails_leaves_none_that_looks_whole(city, folders, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "host=/nowhere dbname=none")
    with pytest.raises(store.BackupFault):
        making.backup(folders[0], folders[1], TO)
    assert store.listed(store.Store(folders[0])) == [] and backups.last_age("backup") is None
    assert [p for p in folders[0].rglob("*") if p.is_file()] == []


def test_the_doctor_and_the_clockwork_know_when_a_backup_is_due(city, folders, monkeypatch):
    started = []

    class Running:
        returncode = None

        def __init__(self, command):
            started.append(command)

        def poll(self):
            return self.returncode

    clockwork = nightly.Child("backup", "PILIN_BACKUP", nightly.is_due, start=Running)
    clockwork.look()
    assert not started  # nothing says where to
    monkeypatch.setenv("PILIN_BACKUP", str(folders[0]))
    clockwork.look()
    clockwork.look()
    assert len(started) == 1
    assert doctor.backups().state == "fail"  # there are entries older than a week
    making.backup(folders[0], folders[1], TO)
    with translation.override("en"):
        assert not nightly.is_due() and "three months" in doctor.backups().what
    backups.note("drill")
    assert doctor.backups().state == "warn"  # nothing says that keys go to a place apart
    monkeypatch.setenv("PILIN_BACKUP_KEYS", str(folders[1]))
    assert doctor.backups().state == "ok"


def test_a_backup_that_the_service_began_ends_with_it(city, folders):
    """Whoever began it has gone before it could ask: it makes nothing."""
    done = subprocess.run(
        [sys.executable, "-m", "pilin", "backup", str(folders[0])],
        env={**os.environ, PARENT: str(2**22 - 1)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == -signal.SIGTERM and not folders[0].exists(), done.stderr


def test_a_password_is_in_no_list_of_processes():
    where, environment = making.postgres.reaching(
        "postgresql://town:geheim@db/pilin?sslmode=require"
    )
    assert "geheim" not in where and environment["PGPASSWORD"] == "geheim"
    assert "user=town" in where and "sslmode=require" in where


def test_a_drill_restores_apart_and_compares(city, folders, monkeypatch):
    city.raised(title="演练", files=[photo()])
    making.backup(folders[0], folders[1], TO)
    before = log.size("main"), ends.kept("main")
    said = restoring.drill(*folders[:2], folders[2].read_text())
    assert said["problems"] == [] and said["differing tables"] == []
    assert said["logs"]["main"]["entries"] == before[0]
    assert backups.last_age("drill") < 60
    assert (log.size("main"), ends.kept("main")) == before
