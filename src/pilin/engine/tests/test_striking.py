"""Words can be struck while the log verifies; what is struck is gone from every table, page and search."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from pilin.engine import evidence
from pilin.engine.models import Evidence, Matter, Notice
from pilin.engine.rebuild import read_models
from pilin.engine.refused import Refused
from pilin.ledger import log, receipt, verify, words
from pilin.ledger.words import STRUCK
from tests.pictures import png
from tests.test_replay import assert_rebuilding_changes_nothing

SAID = "某某家的电话是一三九"


def everywhere():
    """All text in the tables, those of the ledger too."""
    found = []
    with connection.cursor() as cursor:
        names = [m._meta.db_table for m in read_models()]
        for name in (*names, "ledger_entry", "ledger_words", "ledger_sealed"):
            cursor.execute(f"SELECT t::text FROM {name} t")
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


def places(matter, text):
    return [
        f"{r.number}:{path}"
        for r in log.of_matter("main", matter.pk)
        for path in ("data.text", "data.title", "set.title", "data.reason", "data.minutes")
        if words.at(r.body, path) == text
    ]


def strike(world, login, matter, text, reason="个人信息"):
    return world.take(login, matter, "words-strike", which=places(matter, text)[:1], reason=reason)


def test_what_somebody_wrote_stands_beside_the_entry(world):
    m = world.raised(text=SAID)
    record = log.get("main", m.pk)
    assert record.body["data"]["text"] == SAID
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM ledger_entry WHERE number = %s", [m.pk])
        (stored,) = cursor.fetchone()
    assert SAID not in stored and words.MARK in json.loads(stored)["data"]["text"]
    assert verify.check_database("main").ok


@pytest.mark.parametrize("login", ["resident", "host"])
def test_its_writer_or_the_office_in_charge_strikes_it_and_the_log_verifies(world, login):
    m = world.raised(text=SAID)
    strike(world, login, m, SAID)
    assert SAID not in everywhere()
    assert log.get("main", m.pk).body["data"]["text"] == STRUCK
    assert verify.check_database("main").ok
    assert_rebuilding_changes_nothing()


def test_a_title_is_struck_wherever_it_stands(world):
    m = world.raised(title=SAID)
    world.take("host", m, "accept", reason="公共事务")
    strike(world, "host", m, SAID)
    assert Matter.objects.get(pk=m.pk).title == STRUCK
    assert SAID not in everywhere()
    for path in (m.url, "/matters/", "/"):
        assert SAID not in Client().get(path).content.decode()
    assert m.url not in Client().get(f"/search/?q={SAID}").content.decode()
    assert not Matter.objects.filter(search=SAID[:2]).exists()
    assert_rebuilding_changes_nothing()


def test_minutes_statements_and_ideas_can_be_struck_too(world):
    m = world.raised()
    world.take("host", m, "accept", reason="公共事务")
    world.take("host", m, "convene", time="2099-01-05T19:00", where="驿站", invitees="村民")
    world.take("host", m, "hold", attendance=9, statements="要修", minutes=SAID)
    strike(world, "host", m, SAID)
    assert SAID not in everywhere()
    assert verify.check_database("main").ok
    assert_rebuilding_changes_nothing()


def test_the_page_says_when_and_why_without_the_words(world):
    m = world.raised(text=SAID)
    strike(world, "host", m, SAID, reason="写了别人的电话")
    page = Client(headers={"accept-language": "en"}).get(m.url).content.decode()
    assert "写了别人的电话" in page and "Words were struck" in page and SAID not in page


def test_a_file_is_struck_with_its_name(
    world, monkeypatch, tmp_path, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(evidence, "folder", lambda: tmp_path / "files")
    (tmp_path / "files").mkdir()
    picture = SimpleUploadedFile(f"{SAID}.png", png("struck"))
    m = world.take(
        "resident",
        "consultation",
        "raise",
        title="路灯",
        text="坏了",
        forum=world["左村驿站"],
        files=[picture],
    )
    row = Evidence.objects.get(matter=m)
    assert evidence.path_of(row.sha256).exists()
    with django_capture_on_commit_callbacks(execute=True):
        world.take("host", m, "words-strike", which=[f"{m.pk}:files.0.name"], reason="别人的照片")
    assert not Evidence.objects.exists() and not evidence.path_of(row.sha256).exists()
    assert SAID not in everywhere() and verify.check_database("main").ok
    assert_rebuilding_changes_nothing()


def test_a_stranger_strikes_nothing(world):
    m = world.raised(text=SAID)
    with pytest.raises(Refused):
        strike(world, "neighbour", m, SAID)
    assert log.get("main", m.pk).body["data"]["text"] == SAID


def test_a_supporter_strikes_their_own_words_alone(world):
    m = world.raised(text=SAID)
    world.take("host", m, "accept", reason="公共事务")
    with pytest.raises(Refused):
        strike(world, "resident", m, "公共事务")


def test_a_reason_that_repeats_it_is_refused(world):
    m = world.raised(text=SAID)
    with pytest.raises(Refused):
        strike(world, "host", m, SAID, reason=f"因为写了{SAID}")


def test_words_of_a_closed_matter_are_struck_and_it_stays_closed_as_it_was(world):
    m = world.raised(text=SAID)
    world.take("resident", m, "withdraw", reason="不用了")
    before = Matter.objects.get(pk=m.pk)
    strike(world, "host", m, SAID)
    after = Matter.objects.get(pk=m.pk)
    assert (after.closed, after.closed_how, after.state) == (
        before.closed,
        before.closed_how,
        before.state,
    )
    assert SAID not in everywhere()
    assert_rebuilding_changes_nothing()


def test_whoever_wrote_it_is_told(world):
    m = world.raised(text=SAID)
    m = strike(world, "host", m, SAID)
    assert Notice.objects.get(entry=m.last, person="p-resident").reason == "struck"


def old(world):
    """A matter whose words stand inside its entry, as before there were words beside it."""
    from unittest import mock

    with mock.patch("pilin.engine.texts.of", lambda step, body: {}):
        return world.raised(text=SAID)


def test_words_of_an_old_entry_are_masked_and_said_to_be_so(world):
    m = old(world)
    strike(world, "host", m, SAID)
    assert log.get("main", m.pk).body["data"]["text"] == STRUCK
    assert SAID not in Client().get(m.url).content.decode()
    assert verify.check_database("main").ok
    assert_rebuilding_changes_nothing()
    told = Client(headers={"accept-language": "en"}).get(m.url).content.decode()
    assert "copies of the record still have them" in told


# What verification tells apart ---------------------------------------------------------------------


def faults():
    return [what for _where, what in verify.check_database("main").problems]


def tamper(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_words DISABLE TRIGGER ALL")
        cursor.execute(sql, values)
        cursor.execute("ALTER TABLE ledger_words ENABLE TRIGGER ALL")


def test_words_that_are_missing_are_told_from_words_that_were_struck(world):
    m = world.raised(text=SAID)
    tamper("DELETE FROM ledger_words WHERE number = %s", m.pk)
    assert "its words at data.text are missing" in faults()


def test_words_that_were_changed_are_found(world):
    m = world.raised(text=SAID)
    tamper(
        "UPDATE ledger_words SET data = replace(data, %s, '别的话') WHERE number = %s", SAID, m.pk
    )
    assert faults() == ["its words at data.text were changed"]


def test_words_that_nobody_struck_cannot_be_passed_off_as_struck(world):
    m = world.raised(text=SAID)
    words.strike("main", m.pk, ["data.text"])
    assert faults() == ["its words at data.text are gone, and no entry struck them"]


def test_words_are_not_changed_in_the_database(world):
    from django.db import DatabaseError, transaction

    m = world.raised(text=SAID)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_words SET data = '{}' WHERE number = %s", [m.pk])


def test_a_receipt_shows_that_these_were_the_words(world):
    m = world.raised(text=SAID)
    data = receipt.make("main", m.pk).as_json()
    assert data["words"]["data.text"][1] == SAID
    assert receipt.check(data) == m.pk
    data["words"]["data.text"][1] = "别的话"
    with pytest.raises(ValueError, match=r"data\.text"):
        receipt.check(data)


def test_the_same_words_have_another_hash_each_time(world):
    hashes = set()
    for _n in range(3):
        m = world.raised(text=SAID)
        with connection.cursor() as cursor:
            cursor.execute("SELECT body FROM ledger_entry WHERE number = %s", [m.pk])
            hashes.add(json.loads(cursor.fetchone()[0])["data"]["text"][words.MARK])
    assert len(hashes) == 3
