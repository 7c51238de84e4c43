"""Nothing is written to a record of another name, key or format, or to one that lost its end."""

import os
import threading

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from pilin.intake.casting import Ballot, cast
from pilin.ledger import ends, keys, log, note, pins, receipt, succession, verify
from pilin.ledger.refusing import Forked, KeyMissing, NotOurs, OtherFormat, Shorter
from pilin.ledger.tree import Frontier, leaf_hash
from pilin.run import ledgers
from pilin.site import doctor
from tests.databases import _copy, _using
from tests.faults.test_rebuilt_beside import voted_on
from tests.test_replay import tables
from tests.world import build


@pytest.fixture
def city(own_database, settings, tmp_path):
    settings.KEYS = tmp_path
    keys.forget()
    yield build()
    keys.forget()


def pinned(**changed):
    with connection.cursor() as cursor:
        for name, value in changed.items():
            cursor.execute(f"UPDATE ledger_log SET {name} = %s WHERE name = 'main'", [value])


def loses(number):
    """The database ends before this entry, as one restored from an older copy would."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for table in ("entry", "words", "sealed", "key", "node"):
            by = "index * 256 + 255" if table == "node" else "number"
            cursor.execute(
                f"DELETE FROM ledger_{table} WHERE log = 'main' AND {by} >= %s", [number]
            )
        bodies = cursor.execute(
            "SELECT body FROM ledger_entry WHERE log = 'main' ORDER BY number"
        ).fetchall()
        frontier = Frontier.from_bytes(0, b"")
        frontier.extend([leaf_hash(body.encode()) for (body,) in bodies])
        verifier = keys.verifier("main")
        point = note.Checkpoint(verifier.name, number, frontier.root())
        signed = note.sign(point, keys.signing_key(), verifier)
        cursor.execute(
            "UPDATE ledger_log SET size = %s, frontier = %s, checkpoint = %s WHERE name = 'main'",
            [number, frontier.to_bytes(), signed],
        )
        cursor.execute("SET session_replication_role = DEFAULT")
    ends.forget()  # another process looks


def test_a_record_of_another_name_is_not_written_to(city, settings):
    size = log.size("main")
    settings.ORIGIN = "elsewhere.example"
    keys.forget()
    with pytest.raises(NotOurs, match=r"elsewhere\.example"):
        city.raised()
    assert log.size("main") == size
    assert [f.state for f in doctor.examine() if "elsewhere" in f.what] == ["fail"]


def test_a_key_that_is_missing_is_never_made_anew(city):
    keys.path().unlink()
    keys.forget()
    with pytest.raises(KeyMissing, match="Put it back"):
        city.raised()
    assert not keys.path().exists()


def test_another_key_in_its_place_signs_nothing(city):
    keys.path().unlink()
    keys.make(keys.path())
    keys.forget()
    with pytest.raises(NotOurs):
        city.raised()


def test_a_record_begun_before_names_were_pinned_is_taken_on_by_its_own_key_alone(city):
    pinned(vkey="")
    city.raised()
    with connection.cursor() as cursor:
        cursor.execute("SELECT vkey FROM ledger_log WHERE name = 'main'")
        assert cursor.fetchone()[0] == keys.verifier("main").vkey
    pinned(vkey="")
    keys.path().unlink()
    keys.make(keys.path())
    keys.forget()
    with pytest.raises(NotOurs):
        city.raised()


def test_a_format_of_a_newer_release_is_not_written(city):
    pinned(format=pins.FORMAT + 1)
    with pytest.raises(OtherFormat, match="newer release"):
        city.raised()


def test_whoever_posts_is_told_that_nothing_was_recorded_and_everybody_goes_on_reading(city):
    m = city.raised(title="桥面破了")
    pinned(format=9)
    client = Client(raise_request_exception=False)
    client.force_login(city.people["resident"], "django.contrib.auth.backends.ModelBackend")
    said = {"title": "路灯不亮", "text": "晚上看不见", "forum": city["左村驿站"]}
    path, _, token = client.post("/new/consultation/raise/", said)["Location"].partition("?check=")
    page = client.post(path, {"do": "record", "token": token})
    assert page.status_code == 503 and "现在不能记录" in page.content.decode()
    assert "桥面破了" in client.get(f"/matters/{m.pk}/").content.decode()


def test_a_database_restored_from_an_older_copy_is_not_written_to(city):
    city.raised(title="还在")
    size = log.size("main")
    city.raised(title="丢了")
    loses(size)
    with pytest.raises(Shorter, match=f"{size} entries here, and {size + 1} were"):
        city.raised()
    assert log.size("main") == size


def test_another_process_holds_the_same_end(city):
    city.raised()
    kept = note.parse(ends.kept("main").partition("\n\n")[0])
    assert kept.size == log.size("main")
    ends.forget()
    city.raised()
    ends.keep("main", "")  # what cannot be read moves nothing back
    assert note.parse(ends.kept("main").partition("\n\n")[0]).size == kept.size + 1


def test_ends_are_kept_while_somebody_looks_and_where_the_disk_is_full(city, monkeypatch, caplog):
    verifier, key = keys.verifier("main"), keys.signing_key()
    start = log.size("main")
    signed = [
        note.sign(note.Checkpoint(verifier.name, start + n, bytes(32)), key, verifier)
        for n in range(1, 400)
    ]
    stop = threading.Event()

    def looks():
        while not stop.is_set():
            ends.forget()

    thread = threading.Thread(target=looks)
    thread.start()
    for one in signed:
        ends.keep("main", one)
    stop.set()
    thread.join()
    assert ends.kept("main") == signed[-1]

    def full(*_args):
        raise OSError(28, "no space left")

    monkeypatch.setattr(os, "pwrite", full)
    further = note.Checkpoint(verifier.name, start + 999, bytes(32))
    ends.keep("main", note.sign(further, key, verifier))  # what was committed stays so
    assert ends.kept("main") == signed[-1] and "could not be kept" in caplog.text


def test_entries_exchanged_under_the_end_are_found(city):
    city.raised(title="原来的")
    other = note.Checkpoint(keys.origin("main"), log.size("main"), b"\0" * 32)
    ends.path("main").unlink()
    ends.forget()
    ends.keep("main", note.sign(other, keys.signing_key(), keys.verifier("main")))
    assert [type(fault) for fault in pins.examined()] == [Forked]


def test_missing_entries_come_back_from_a_newer_copy_with_their_words(city, own_database):
    size = log.size("main")
    city.raised(title="丢了又找回来", text="桥面有洞")
    before = tables()
    with _copy(f"{own_database}_newer", own_database) as newer:
        loses(size)
        with _using(newer):
            address = connection.get_connection_params()
        with pytest.raises(Shorter):
            city.raised()
        there = " ".join(
            f"{name}={address[name]}"
            for name in ("host", "port", "user", "dbname")
            if address.get(name)
        )
        assert ledgers.fill(there) == 1
    assert tables() == before
    assert verify.check_database("main").problems == []
    city.raised()


def test_a_successor_goes_on_under_another_name_and_says_what_is_lost(city):
    city.raised(title="还在")
    size = log.size("main")
    lost = city.raised(title="丢了")
    proof = receipt.make("main", lost.pk).as_json()
    loses(size)
    with pytest.raises(Shorter):
        city.raised()
    number = ledgers.succeed("备份只到昨天")
    said = log.get("main", number).body["data"]
    assert note.parse(said["logs"][0]["kept"].partition("\n\n")[0]).size == size + 1
    assert said["logs"][0]["size"] == size and number == size
    assert keys.verifier("main").name.endswith("/main/2")
    point = note.open_checkpoint(log.checkpoint("main"), keys.verifier("main"))
    assert point.size == size + 1
    assert receipt.check(proof) == lost.pk  # it proves that the entry was there
    city.raised()
    ends.forget()
    city.raised()
    assert verify.check_database("main").problems == []
    with pytest.raises(ledgers.Cannot):
        ledgers.succeed("再来一次")


def test_a_new_key_is_signed_by_both_and_all_logs_go_on(city):
    poll, item = voted_on(city)
    cast(poll, [Ballot(poll, "a" * 20, item, ("1",), 1)])
    before = keys.verifier("main")
    number = ledgers.rotate("每年一换")
    after = keys.verifier("main")
    assert before.vkey != after.vkey and not keys.next_path().exists()
    assert note.open_checkpoint(log.checkpoint("main"), after).size == log.size("main")
    cast(poll, [Ballot(poll, "b" * 20, item, ("1",), 2)])
    city.raised()
    for name in log.sizes():
        assert verify.check_database(name).problems == []
    body = log.get("main", number).body
    assert body["set"]["title"] == "记录改用新密钥签名"
    assert list(succession.faults("main", [body], after.vkey)) == []
    forged = {**body, "data": {**body["data"], "key_after": before.vkey}}
    assert len(list(succession.faults("main", [forged], after.vkey))) == 3
    assert list(succession.faults("main", [body], before.vkey))


def test_a_change_of_key_that_was_cut_off_is_finished_or_has_not_happened(city, monkeypatch):
    before = keys.verifier("main")

    def dies(vkey):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(keys, "take_next", dies)
        with pytest.raises(KeyboardInterrupt):
            ledgers.rotate("换钥匙")
    keys.forget()
    assert keys.next_path().exists() and keys.verifier("main") == before
    city.raised()  # whoever writes next finds the key that is pinned
    assert keys.verifier("main") != before and not keys.next_path().exists()
    assert verify.check_database("main").problems == []

    with monkeypatch.context() as patched:
        patched.setattr(succession, "sign_anew", dies)
        with pytest.raises(KeyboardInterrupt):
            ledgers.rotate("再换一次")
    now = keys.verifier("main")
    keys.forget()
    city.raised()
    assert keys.verifier("main") == now


def test_ballots_are_held_to_their_own_end(city):
    poll, item = voted_on(city)
    cast(poll, [Ballot(poll, "a" * 20, item, ("1",), 1)])
    name = f"ballots-{poll}"
    verifier = keys.verifier(name)
    further = note.Checkpoint(verifier.name, 5, b"\1" * 32)
    ends.keep(name, note.sign(further, keys.signing_key(), verifier))
    with pytest.raises(Shorter), transaction.atomic():
        cast(poll, [Ballot(poll, "b" * 20, item, ("1",), 2)], timezone.now())
