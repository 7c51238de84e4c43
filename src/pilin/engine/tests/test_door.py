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
def claimed(world):
    """A wish somebody claimed who does not know the child's name, which is kept sealed."""
    wish = world.take(
        "coordinator",
        "wish",
        "submit",
        title="一盏台灯",
        code="学生01",
        child="阿依古丽",
        school=world["左小学"],
        through=world["左镇议事堂"],
    )
    world.take("clerk", wish, "publish")
    world.gives(wish, "resident")
    return world.take("resident", wish, "claim")


def test_missing_evidence_is_told_before_answers_are_compared_with_what_is_sealed(
    world, claimed, client
):
    client.force_login(world.people["resident"], "django.contrib.auth.backends.ModelBackend")
    for words in ("已送到阿依古丽手里", "已送到古丽手里"):
        refusal = refused(world, "resident", claimed, "deliver", words=words, files=[])
        assert refusal.code == "evidence" and "words" not in refusal.errors
        page = client.post(reverse("web:step", args=[claimed.pk, "deliver"]), {"words": words})
        assert page.status_code == 422 and not page.context["form"].errors


def test_whoever_guesses_is_told_the_same_and_leaves_an_entry(world, claimed):
    before = log.size(LOG)
    wrong = world.take("resident", claimed, "deliver", words="已送到古丽手里")
    assert log.size(LOG) == before + 1
    assert log.get(LOG, wrong.last).body["data"] == {"words": "已送到古丽手里"}
    world.take("coordinator", claimed, "dispute", reason="没有收到")
    right = world.take("resident", claimed, "deliver", words="已送到阿依古丽手里")
    assert right.state == wrong.state and log.size(LOG) == before + 3
    assert log.get(LOG, right.last).body["data"] == {"words": "已送到■■手里"}
    assert sealed_parts.sealed(LOG, right.last) == {"words": "已送到阿依古丽手里"}


def test_whoever_may_read_it_is_told_that_it_is_sealed(world, claimed, client):
    world.take("resident", claimed, "deliver", words="已送到")
    words = {"reason": "阿依古丽没有收到"}
    assert "reason" in refused(world, "coordinator", claimed, "dispute", **words).errors
    client.force_login(world.people["coordinator"], "django.contrib.auth.backends.ModelBackend")
    page = client.post(reverse("web:step", args=[claimed.pk, "dispute"]), words)
    assert page.status_code == 422 and page.context["form"].errors["reason"]
