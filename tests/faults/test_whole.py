"""Whatever is changed behind the record's back, in a table, a file or a log, `verify` names it."""

import json
import re
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.utils import timezone, translation

from pilin.demo.rewriting import resigned
from pilin.engine import compared, evidence
from pilin.engine.erase import erase_person
from pilin.engine.rebuild import read_models
from pilin.intake.casting import Ballot, cast
from pilin.intake.models import Poll
from pilin.ledger import keys, log, note
from pilin.ledger.canonical import canonical
from pilin.ledger.tree import Frontier, leaf_hash
from pilin.programmes.consultation.statements import opinions
from pilin.publishing import whole
from tests.faults.test_rebuilt_beside import voted_on
from tests.test_erased import png
from tests.world import build


@pytest.fixture
def city(own_database, settings, tmp_path):
    settings.DATA = tmp_path
    with translation.override("en"):
        world = build()
        poll, item = voted_on(world)
        cast(poll, [Ballot(poll, f"v{n}", item, ("1",), n) for n in range(5)])
        world.raised(
            title="桥面", text="电话13800000000", files=[SimpleUploadedFile("a.png", png("a"))]
        )
        world.raised_for("一位老人")
        done, _project = world.delivered()
        world.take("resident", done, "confirm", rating=5)
        yield world


def found():
    """What does not hold, as (where, what)."""
    return whole.check()[0].problems


def changed(statement):
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)
        assert cursor.rowcount != 0
        cursor.execute("SET session_replication_role = DEFAULT")


def test_what_nobody_touched_holds(city):
    report, cast_ = whole.check()
    assert report.problems == [] and report.size == log.size("main") and cast_ == 5


TAMPERINGS = [
    (
        "UPDATE loop_matter SET title = title || '!' WHERE id = {m}",
        "loop_matter, id {m}",
        "title",
    ),
    ("UPDATE loop_matter SET due = '2031-01-01' WHERE id = {m}", "loop_matter, id {m}", "due"),
    ("DELETE FROM loop_matter WHERE id = {m}", "loop_matter, id {m}", "is missing"),
    (
        "UPDATE people_office SET until = '2000-01-01' WHERE id = {office}",
        "people_office, id {office}",
        "until",
    ),
    (
        "INSERT INTO people_office (id, role, organisation_id, person, since, last) SELECT 999999,"
        " role, organisation_id, person, since, last FROM people_office WHERE id = {office}",
        "people_office, id 999999",
        "says nothing",
    ),
    ("UPDATE loop_rating SET score = 1", "loop_rating, matter_id", "score"),
    (
        "UPDATE intake_poll SET until = until - interval '1 day'",
        "intake_poll, ",
        "until",
    ),
    ("DELETE FROM intake_poll", "intake_poll, ", "is missing"),
    ("UPDATE intake_count SET n = n + 1 WHERE item <> 0", "intake_count, ", "is missing"),
    ("DELETE FROM intake_ballot WHERE number = 2", "intake_ballot, ", "is missing"),
    ("DELETE FROM loop_evidence", "loop_evidence, ", "is missing"),
    ("DELETE FROM ledger_sealed", "entry", "sealed part is gone"),
    ("DELETE FROM ledger_key", "entry", "sealed part is gone"),
]


@contextmanager
def meanwhile(statement):
    """A table as somebody with the owner's rights changes it; and as it was, again."""
    (table,) = re.findall(r"(?:UPDATE|INTO|DELETE FROM) (\w+)", statement)
    changed(f"CREATE TABLE kept AS SELECT * FROM {table}")
    changed(statement)
    yield
    with connection.cursor() as cursor:
        columns = cursor.execute(
            "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute WHERE attnum > 0"
            " AND NOT attisdropped AND attrelid = %s::regclass",
            [table],
        ).fetchone()[0]
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"DELETE FROM {table}")
        cursor.execute(
            f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM kept"
        )
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("DROP TABLE kept")


def test_a_row_that_was_changed_is_named(city):
    with connection.cursor() as cursor:
        m, office = cursor.execute(
            "SELECT (SELECT max(id) FROM loop_matter WHERE is_open), (SELECT max(id) FROM people_office)"
        ).fetchone()
    for statement, where, what in TAMPERINGS:
        with meanwhile(statement.format(m=m, office=office)):
            problems = found()
        expected = where.format(m=m, office=office)
        assert any(expected in w and what in t for w, t in problems), (statement, problems)
    assert found() == []


def test_ballots_of_a_vote_taken_out_of_the_tables_are_checked_all_the_same(city):
    poll = Poll.objects.get()
    changed("DELETE FROM intake_poll")
    changed(
        f"UPDATE ledger_entry SET body = replace(body, 'v3', 'v9') WHERE log = '{poll.log}' AND number = 3"
    )
    assert any(f"{poll.log} entry 3" in where for where, _what in found())


def test_a_file_is_named_that_is_gone_or_not_as_it_was(city):
    (path,) = [p for p in evidence.folder().rglob("*") if p.is_file()]
    before = path.read_bytes()
    path.write_bytes(before + b"x")
    assert found() == [(str(path), "this file of evidence is not as it was")]
    path.unlink()
    assert found() == [(str(path), "this file of evidence is missing")]
    path.write_bytes(before)
    assert found() == []


def test_what_an_entry_says_was_erased_is_not_missed(city):
    erase_person(city.people["resident"].person)
    assert found() == []


def test_an_entry_that_says_it_is_older_than_what_came_before_it_is_named(city):
    m = city.raised(title="之前", login="neighbour")
    city.take("host", m, "accept", reason="补记", at=timezone.now() - timedelta(days=2))
    last = log.size("main") - 1
    assert log.get("main", last).body["at"] < log.get("main", m.pk).body["at"]
    assert [where for where, _what in found()] == [f"entry {last}"]


def forged(entry, **other):
    """The record as an operator writes it anew who has the key: one entry says something else, and every
    hash and signature fits."""
    with connection.cursor() as cursor:
        rows = cursor.execute(
            "SELECT body FROM ledger_entry WHERE log = 'main' ORDER BY number"
        ).fetchall()
    bodies = [json.loads(text) for (text,) in rows]
    bodies[entry] |= other
    texts = [canonical(body).decode() for body in bodies]
    frontier = Frontier()
    for text in texts:
        frontier.add(leaf_hash(text.encode()))  # fewer than a tile holds: no node of it is stored
    verifier = keys.verifier("main")
    point = note.Checkpoint(verifier.name, len(texts), frontier.root())
    signed = note.sign(point, keys.signing_key(), verifier)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE ledger_entry SET body = %s, leaf = %s WHERE log = 'main' AND number = %s",
            [texts[entry], leaf_hash(texts[entry].encode()), entry],
        )
        cursor.execute(
            "UPDATE ledger_log SET frontier = %s, checkpoint = %s WHERE name = 'main'",
            [frontier.to_bytes(), signed],
        )
        cursor.execute("SET session_replication_role = DEFAULT")


def test_an_entry_written_anew_with_the_key_must_still_keep_to_the_rules(city):
    last = log.size("main") - 1
    with connection.cursor() as cursor:
        rows = cursor.execute(
            "SELECT number, body FROM ledger_entry WHERE log = 'main' ORDER BY number"
        ).fetchall()
    bodies = {number: json.loads(text) for number, text in rows}
    by_host = next(n for n, b in bodies.items() if b["office"] and b["actor"] == "p-host")
    for number, other, what in (
        (last, {"step": "fly"}, "no such step from there"),
        (last, {"from": "raised"}, "was not where it says"),
        (last, {"to": "raised"}, "does not lead there"),
        (by_host, {"day": "2001-01-01"}, "did not hold that office"),
        (by_host, {"actor": "p-neighbour"}, "did not hold that office"),
    ):
        forged(number, **other)
        problems = found()
        assert any(f"entry {number}" == w and what in t for w, t in problems), (other, problems)
        forged(number, **bodies[number])
    assert found() == []


def test_steps_and_ballots_beside_the_check_are_no_faults(city):
    poll, item = Poll.objects.get().pk, Poll.objects.get().items[0]
    done, went_wrong = threading.Event(), []

    def act():
        n = 100
        try:
            while not done.is_set():
                n += 1
                cast(poll, [Ballot(poll, f"w{n}", item, ("1",), n)])
                if n % 20 == 0 and n <= 180:  # as many as may wait to be looked at
                    city.raised(title=f"同时{n}", login="neighbour")
        except Exception as fault:
            went_wrong.append(fault)
        finally:
            connection.close()

    thread = threading.Thread(target=act)
    thread.start()
    try:
        for _ in range(3):
            assert found() == []
    finally:
        done.set()
        thread.join()
    assert went_wrong == []


def test_nothing_is_left_of_the_check(city):
    changed("UPDATE loop_matter SET title = title || '!'")
    with connection.cursor() as cursor:
        before = cursor.execute("SELECT sum(hashtext(title)) FROM loop_matter").fetchone()
        assert found()
        assert cursor.execute("SELECT sum(hashtext(title)) FROM loop_matter").fetchone() == before
        schemas = "SELECT count(*) FROM pg_namespace WHERE nspname = 'beside'"
        assert cursor.execute(schemas).fetchone() == (0,)


def test_every_table_has_columns_that_say_which_row_it_is():
    assert all(compared._key(model) for model in read_models())


UNTRUE = [
    ({"at": "2099-01-01T00:00:00.000Z"}, "after the vote had ended"),
    ({"matter": 1}, "ballot of another vote"),
    ({"choice": "7"}, "answers what was not asked"),
    ({"item": 0}, "answers what was not asked"),
]


def test_what_every_hash_and_signature_fits_and_cannot_be_is_named(city):
    """Entered by whoever holds the key: ballots that could not have been cast, a roll that the registers do
    not give, a day that is not the entry's own, an opinion map that does not come from the ballots."""
    poll = Poll.objects.get()
    kept = opinions.compute(poll.pk)
    assert list(opinions.recounts()) == []
    kept.found["axes"]["mean"] = [0.5 for _mean in kept.found["axes"]["mean"]]
    kept.save()
    (last,) = log.read(poll.log, 4)
    body = {k: v for k, v in last.body.items() if k not in ("v", "log", "number", "seal")}
    with transaction.atomic():
        for n, (changes, _what) in enumerate(UNTRUE):
            log.append(poll.log, body | {"voter": f"v9{n}", "choice": "1"} | changes)
    size = log.get(log.MAIN, poll.pk).body["data"]["roll"]["size"]
    resigned(poll.pk, f'"size":{size}', f'"size":{size + 1}')
    end = log.size(log.MAIN) - 1
    resigned(end, f'"day":"{log.get(log.MAIN, end).body["day"]}"', '"day":"2026-01-01"')
    problems = found()
    expected = [(f"{poll.log} entry {5 + n}", what) for n, (_c, what) in enumerate(UNTRUE)]
    expected += [
        (f"entry {poll.pk}", "its roll is not the one"),
        (f"entry {poll.pk}", "not what the ballots come to"),
        (f"entry {end}", "its day is not"),
    ]
    for where, what in expected:
        assert any(w == where and what in t for w, t in problems), (where, what, problems)
