"""Files between disk and ledger: two who bring the same, one who fails, a crash in between."""

import os
import subprocess
import threading
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone

from pilin.engine import act as door
from pilin.engine import evidence, notices
from pilin.engine.act import LOG, act
from pilin.engine.models import Evidence, Matter
from pilin.ledger import log
from pilin.run import away
from tests import pictures
from tests.world import build

from .test_at_once import at_once

PNG = pictures.png("a")


@pytest.fixture
def city(own_database):
    return build()


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Names of the files on disk."""
    monkeypatch.setattr(evidence, "folder", lambda: tmp_path / "files")
    return lambda: sorted(p.name for p in tmp_path.rglob("*") if p.is_file())


def under_way(city):
    _, project = city.converted()
    city.take("lead", project, "approve", words="好")
    return city.take("lead", project, "start", start="2026-03-20")


def deliver(city, project):
    return act(city.actor("lead"), project, "deliver", {"words": "好了"}, files=[png()])


def png():
    return SimpleUploadedFile("a.png", PNG)


@pytest.mark.parametrize("both_fail", [False, True])
def test_of_two_who_bring_the_same_picture_the_one_who_fails_takes_no_file_away(
    city, kept, monkeypatch, both_fail
):
    fails, other = under_way(city), under_way(city)
    both = threading.Barrier(2)
    write = notices.write
    hold = evidence._hold

    def meet(sha256):
        both.wait(30)  # they keep the file at the same moment
        hold(sha256)

    def break_one(record, *rest):
        if both_fail or record.body["matter"] == fails.pk:
            raise ZeroDivisionError
        write(record, *rest)

    monkeypatch.setattr(evidence, "_hold", meet)
    monkeypatch.setattr(door.notices, "write", break_one)
    results = at_once(lambda: deliver(city, fails), lambda: deliver(city, other))
    assert isinstance(results[0], ZeroDivisionError)
    named = set(Evidence.objects.filter(entry__gt=other.last).values_list("sha256", flat=True))
    assert len(named) == (0 if both_fail else 1)
    assert named <= set(kept())
    evidence.sweep(timezone.now() + timedelta(days=2))
    assert set(kept()) == named


def test_what_a_crash_leaves_between_the_file_and_its_entry_is_swept(city, kept, monkeypatch):
    project = under_way(city)
    size = log.size(LOG)
    connection.close()
    child = os.fork()
    if child == 0:
        door.log.append = lambda *_args: os._exit(9)
        try:
            deliver(city, project)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert len(kept()) == 1 and log.size(LOG) == size
    assert evidence.sweep(timezone.now()) == 0
    assert evidence.sweep(timezone.now() + timedelta(days=2)) == 1 and kept() == []
    record = deliver(city, project)
    assert kept() == [record.body["files"][0]["sha256"]]
    assert evidence.sweep(timezone.now() + timedelta(days=2)) == 0


def test_a_commit_that_fails_takes_its_file_away(city, kept):
    project = under_way(city)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE integrity_constraint_violation; END $$;"
            "CREATE CONSTRAINT TRIGGER no AFTER INSERT ON loop_evidence"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION no()"
        )
    with pytest.raises(Exception, match="integrity_constraint_violation"):
        deliver(city, project)
    assert kept() == []


@pytest.fixture
def read_only(tmp_path, settings):
    """A data folder that is there and cannot be written to; nobody but root is kept from it by its mode."""
    folder = tmp_path / "read-only"
    folder.mkdir()
    if os.geteuid() == 0:
        command = ["mount", "-t", "tmpfs", "-o", "ro,size=1m", "tmpfs", str(folder)]
        if subprocess.call(command, stderr=subprocess.DEVNULL):
            pytest.skip("nothing can be mounted here")
    else:
        folder.chmod(0o500)
    settings.DATA = folder
    yield folder
    if os.geteuid() == 0:
        subprocess.run(["umount", "-l", folder], check=True)


def test_where_files_cannot_be_written_a_page_says_so_and_nothing_is_half_there(
    city, read_only, settings
):
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    size = log.size(LOG)
    with pytest.raises(OSError):
        city.raised(title="有照片", files=[SimpleUploadedFile("桥.png", PNG)])
    assert log.size(LOG) == size and not Evidence.objects.exists()
    assert not Matter.objects.filter(title="有照片").exists()
    assert list(read_only.rglob("*")) == []
    city.raised(title="没有照片")  # the record itself needs no file
    assert log.size(LOG) == size + 1
    try:
        evidence.folder().mkdir(parents=True)
    except OSError:
        answer = away.failed(RequestFactory().post("/raise/"))
    assert answer.status_code == 503 and answer["Retry-After"]
    said = answer.content.decode()
    assert "was not recorded" in said and "没有记下" in said
    client = Client(raise_request_exception=False)
    assert client.get("/matters/").status_code == 200, "everything can be read"
