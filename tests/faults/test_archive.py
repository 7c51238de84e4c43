"""Any moment of the last days comes back from an archive, from a folder as from a bucket."""

import json
import socket
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyrage
import pytest

from pilin.run.backup import archiving, places, store
from tests.installation import data_folder, environment

SECRET = pyrage.x25519.Identity.generate()
PLAY = """
import json, sys, time
from datetime import UTC, datetime
from pilin.run import environment
environment.setup()
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from pilin.ledger import log
from pilin.run.backup import archiving, store
from tests.test_erased import png
from tests.world import build

target, apart, recipient = sys.argv[1:]
archive = archiving.Archive(target, apart, store.recipients(recipient), 7, 24)
world = build()
said = []

def raised(title, **more):
    world.raised(title=title, **more)
    time.sleep(1.2)  # a moment is named by its second
    said.append((log.size("main"), datetime.now(UTC).isoformat()))

def saved():
    # What was written last lies in the archive afterwards.
    with connection.cursor() as cursor:
        name = cursor.execute("SELECT pg_walfile_name(pg_current_wal_insert_lsn())").fetchone()[0]
    until = time.monotonic() + 60
    archive._switched = 0.0
    while not any(name in path for path in archive.store.place.names("wal/")):
        assert time.monotonic() < until
        archive.look()
        time.sleep(0.2)

raised("在底本里", files=[SimpleUploadedFile("桥.png", png("a"))])
archive.look()
raised("在日志里")
saved()
archive.base()
raised("在第二份底本以后", files=[SimpleUploadedFile("路.png", png("b"))])
saved()
archive.stop()
time.sleep(1.2)
with connection.cursor() as cursor:  # as where another server has taken over, which knows no slot
    cursor.execute("SELECT pg_drop_replication_slot(%s)", [archiving.SLOT])
archive.look()
archive.stop()
print(json.dumps({"said": said, "bases": archive.store.said("bases")}))
"""


@contextmanager
def bucket(monkeypatch):
    """Two buckets of a server that speaks S3; folders are tried in test_backups."""
    from moto.server import ThreadedMotoServer

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    try:
        for name, value in {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ALLOW_HTTP": "true",
            "AWS_ACCESS_KEY_ID": "town",
            "AWS_SECRET_ACCESS_KEY": "geheim",
            "AWS_REGION": "us-east-1",
            "NO_PROXY": "127.0.0.1",
        }.items():
            monkeypatch.setenv(name, value)
        import boto3

        client = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}")
        for name in ("records", "secrets"):
            client.create_bucket(Bucket=name)
        yield "s3://records/pilin", "s3://secrets/pilin"
    finally:
        server.stop()


def run(data, *command, code=0):
    done = subprocess.run(
        [sys.executable, *command],
        env={**environment(data), "PILIN_CONFIG": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, (done.stdout[-3000:], done.stderr[-3000:])
    return json.loads(done.stdout.splitlines()[-1]) if done.stdout else done.stderr


def restored(name, places_, identity, *more, code=0):
    target, apart = places_
    with data_folder(name) as data:
        said = run(
            data,
            *("-m", "pilin", "restore", target, f"--keys={apart}", f"--identity={identity}"),
            *("--rebuild", "--json", *more),
            code=code,
        )
        return said, sorted(p.name for p in (Path(data) / "files").rglob("*") if p.is_file())


def test_every_moment_since_the_first_base_comes_back(tmp_path, monkeypatch):
    identity = tmp_path / "identity"
    identity.write_text(str(SECRET))
    with bucket(monkeypatch) as places_:
        with data_folder("archive", begun=True) as data:
            played = run(data, "-c", PLAY, *places_, str(SECRET.to_public()))
        (first, _t1), (second, at), (third, _t3) = played["said"]
        assert first < second < third
        one, two, anew = sorted(played["bases"])
        assert played["bases"][anew]["before"] is None, "what lies between may be missing"
        assert played["bases"][two]["before"] == one, "the second holds only what changed"
        for entries, more, n in ((third, (), 2), (second, ("--at", at[:19]), 1)):
            said, files = restored("restored", places_, identity, *more)
            assert said["logs"]["main"] == {"entries": entries, "acknowledged after": 0}
            assert said["problems"] == said["differing tables"] == [] and len(files) == n


def kept(tmp_path, **found):
    """A store in which bases of so many days ago lie, each as it says, with a segment for each."""
    there = store.Store(tmp_path / "archive")
    now = datetime.now(UTC)
    names = {}
    for key, (days, before) in found.items():
        names[key] = (now - timedelta(days=days)).strftime(store.NAME)
        began = f"{1:08X}{0:08X}{100 - days:08X}"
        there.say(
            f"bases/{names[key]}",
            {"format": store.FORMAT, "before": names.get(before), "began": began},
        )
        with there.place.writing(f"wal/{began}.gz") as out:
            out.write(b"x")
    return there, names


def test_bases_are_kept_that_any_moment_of_the_last_days_needs(tmp_path, settings):
    settings.DATA = tmp_path
    there, names = kept(
        tmp_path, old=(20, ""), whole=(12, ""), more=(9, "whole"), new=(3, "more"), last=(1, "")
    )
    archive = archiving.Archive(tmp_path / "archive", tmp_path / "keys", (), 7, 24)
    archive._forget_old()
    assert sorted(there.said("bases")) == sorted(names[k] for k in ("whole", "more", "new", "last"))
    # The oldest that is kept began at segment 88: nothing before it is of use.
    assert there.place.names("wal/") == [f"wal/{1:08X}{0:08X}{n:08X}.gz" for n in (88, 91, 97, 99)]


def test_a_base_whose_ground_is_gone_is_refused(tmp_path):
    there, names = kept(tmp_path, whole=(3, ""), more=(1, "whole"))
    there.remove(f"bases/{names['whole']}")
    with pytest.raises(places.BackupFault, match="missing"):
        archiving.chain(there.said("bases"), names["more"])


def test_segments_are_named_as_postgresql_names_them():
    assert archiving.segment(1, 0x2_A300_0028) == "0000000100000002000000A3"
    assert archiving.segment(3, 0xFFFF_FFFF) == "0000000300000000000000FF"


def test_a_bucket_that_is_away_is_said_to_be(tmp_path, settings, monkeypatch):
    settings.DATA = tmp_path
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    monkeypatch.setenv("AWS_SKIP_SIGNATURE", "true")
    with pytest.raises(places.BackupFault, match="s3://records"):
        store.Store("s3://records/x").said("backups")
