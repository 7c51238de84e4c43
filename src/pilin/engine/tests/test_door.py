"""The order inside the door: right, evidence, answers, what is sealed; and what a refusal leaves."""

import os
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from pilin.engine import evidence
from pilin.engine.act import LOG
from pilin.engine.refused import Refused
from pilin.ledger import log, sealed_parts
from tests import pictures

PNG, OTHER = pictures.png("one"), pictures.png("two")


def png(content=PNG):
    return SimpleUploadedFile("现场.png", content)


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Names of the files on disk."""
    monkeypatch.setattr(evidence, "folder", lambda: tmp_path / "files")
    return lambda: sorted(p.name for p in tmp_path.rglob("*") if p.is_file())


@pytest.fixture
def work(world):
    """A project under way, whose lead can deliver it with evidence."""
    _, project = world.converted()
    world.take("lead", project, "approve", words="好")
    return world.take("lead", project, "start", start="2026-03-20")


def refused(world, login, matter, step, **data):
    before = log.size(LOG)
    with pytest.raises(Refused) as info:
        world.take(login, matter, step, **data)
    assert log.size(LOG) == before
    return info.value


def test_whoever_has_no_right_leaves_no_file_behind(world, work, kept):
    assert refused(world, "neighbour", work, "deliver", words="好了", files=[png()]).code == (
        "forbidden"
    )
    assert kept() == []


def test_a_form_that_is_not_filled_in_leaves_no_file_behind(world, work, kept):
    assert "words" in refused(world, "lead", work, "deliver", files=[png()]).errors
    assert kept() == []


def test_a_file_that_is_none_is_told_before_the_answers_are_looked_at(world, work, kept):
    for bad in (SimpleUploadedFile("x.png", b""), SimpleUploadedFile("x.png", b"no picture")):
        assert refused(world, "lead", work, "deliver", files=[png(), bad]).code == "file"
    assert refused(world, "lead", work, "deliver", files=[]).code == "evidence"
    assert kept() == []


def test_a_right_step_keeps_its_files_under_their_hash(world, work, kept):
    done = world.take("lead", work, "deliver", words="好了", files=[png(), png(OTHER)])
    named = log.get(LOG, done.last).body["files"]
    assert kept() == sorted(f["sha256"] for f in named)
    assert evidence.path_of(named[1]["sha256"]).read_bytes() == OTHER


def test_a_step_that_breaks_removes_what_it_kept_and_nothing_else(world, work, kept, monkeypatch):
    world.take("lead", work, "report", percent=50, words="一半", files=[png()])
    before = kept()
    monkeypatch.setattr("pilin.engine.act.notices.write", lambda *a: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        world.take("lead", work, "deliver", words="好了", files=[png(), png(OTHER)])
    assert kept() == before


def test_what_no_entry_names_is_swept_after_a_day(world, work, kept, tmp_path):
    world.take("lead", work, "deliver", words="好了", files=[png()])
    named = kept()
    lost = tmp_path / "files" / "ab" / ("ab" * 32)
    lost.parent.mkdir(exist_ok=True)
    for path in (lost, tmp_path / "files" / "tmpcutoff"):
        path.write_bytes(b"x")
    now = timezone.now()
    assert evidence.sweep(now) == 0
    assert evidence.sweep(now + timedelta(days=2)) == 2
    assert kept() == named


def test_nothing_is_swept_while_the_tables_stand_behind_the_ledger(world, kept, tmp_path):
    lost = tmp_path / "files" / "ab" / ("ab" * 32)
    lost.parent.mkdir(parents=True)
    lost.write_bytes(b"x")
    os.utime(lost, (0, 0))
    log.append(LOG, {"step": "not applied"})
    assert evidence.sweep(timezone.now()) == 0 and kept() == [lost.name]


@pytest.fixture
def done(world):
    """A matter raised for somebody whose name is kept sealed; two who joined in may judge it."""
    m = world.raised_for("阿依古丽")
    for login in ("resident", "neighbour"):
        world.take(login, m, "support")
    world.take("host", m, "accept", reason="公共事务")
    world.take("host", m, "convene", time="2099-01-05T19:00", where="驿站", invitees="村民")
    world.take("host", m, "hold", attendance=9, statements="要修", minutes="同意修")
    world.take("host", m, "decide", outcomes="换新灯")
    world.take("host", m, "settle", outcome=1, answer="换好了")
    return world.take("host", m, "deliver", words="换好了")


def test_whoever_guesses_is_told_the_same_and_leaves_an_entry(world, done):
    before = log.size(LOG)
    wrong = world.take("resident", done, "rate", rating=4, words="古丽说好了")
    assert log.size(LOG) == before + 1
    assert log.get(LOG, wrong.last).body["data"]["words"] == "古丽说好了"
    right = world.take("neighbour", done, "rate", rating=4, words="阿依古丽说好了")
    assert right.state == wrong.state and log.size(LOG) == before + 2
    assert log.get(LOG, right.last).body["data"]["words"] == "■■说好了"
    assert sealed_parts.sealed(LOG, right.last) == {"words": "阿依古丽说好了"}


def test_whoever_may_read_it_is_told_that_it_is_sealed(world, done, client):
    words = {"reason": "阿依古丽没有收到"}
    assert "reason" in refused(world, "host", done, "dispute", **words).errors
    client.force_login(world.people["host"], "django.contrib.auth.backends.ModelBackend")
    page = client.post(reverse("web:step", args=[done.pk, "dispute"]), words)
    assert page.status_code == 422 and page.context["form"].errors["reason"]
