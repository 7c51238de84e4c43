"""The record is witnessed by others, receipts say so, and a witness that knows another record is believed."""

import json
import subprocess
import sys
import time
import urllib.request
from dataclasses import replace
from io import BytesIO

import pytest
import requests
from django.test import Client
from django.utils import translation
from pypdf import PdfReader

from pilin.ledger import keys, log, note, policy, receipt, witnessed
from pilin.ledger.cosigning import Note
from pilin.ledger.witness import Witness
from pilin.site import doctor
from tests.world import build
from tools.ports import free_port


@pytest.fixture
def city(own_database, settings, tmp_path):
    settings.DATA = tmp_path
    with translation.override("en"):
        yield build()


@pytest.fixture
def two(city, settings, tmp_path):
    """Two witnesses by their addresses, and what takes a request to them."""
    main = keys.verifier("main")
    found = {
        f"http://{name}.example": Witness(tmp_path / name, f"{name}.example/witness", [main])
        for name in ("jinshan", "archive")
    }
    settings.WITNESSES = " ".join(f"{w.verifier.vkey}@{url}" for url, w in found.items())

    def post(url, body):
        where = url.removesuffix("/add-checkpoint")
        if where not in found:
            raise requests.ConnectionError("nobody is there")
        return found[where].add(body)

    return found, post


def test_receipts_carry_what_was_witnessed_as_soon_as_it_was(city, two):
    _found, post = two
    m = city.raised(title="路灯")
    page = f"/ledger/main/{m.pk}/"
    assert "Recorded here" in Client(headers={"accept-language": "en"}).get(page).content.decode()
    assert witnessed.ask(post=post) == 2 and witnessed.ask(post=post) == 0
    made = receipt.make("main", m.pk)
    for one in witnessed.witnesses():
        assert Note.read(made.checkpoint).cosigned_by(one.verifier)
    assert receipt.check(json.loads(json.dumps(made.as_json()))) == m.pk
    assert note.open_checkpoint(made.checkpoint, keys.verifier("main")).size == log.size("main")
    said = Client(headers={"accept-language": "en"}).get(page).content.decode()
    assert "Witnessed by jinshan.example/witness" in said and "archive.example" in said
    later = city.raised(title="以后", login="neighbour")
    assert Note.read(receipt.make("main", later.pk).checkpoint).cosigned_by(one.verifier) is None
    assert receipt.check(receipt.make("main", later.pk).as_json()) == later.pk
    assert witnessed.ask(post=post) == 2
    about = Client(headers={"accept-language": "en"}).get("/ledger/main/").content.decode()
    assert "jinshan.example/witness has seen it as it is" in about
    assert doctor.witnesses().state == doctor.OK


def test_a_witness_that_is_away_keeps_nobody_waiting_and_is_caught_up_with(city, two):
    found, post = two
    witnessed.ask(post=post)
    gone = found.pop("http://archive.example")
    city.raised(title="路灯")
    assert witnessed.ask(post=post) == 1
    assert {s.name: bool(s.fault) for s in witnessed.seen()} == {
        "jinshan.example/witness": False,
        "archive.example/witness": True,
    }
    found["http://archive.example"] = gone
    assert witnessed.ask(post=post) == 1 and doctor.witnesses().state == doctor.OK
    assert {s.size for s in witnessed.seen()} == {log.size("main")}


def test_a_record_that_is_shorter_than_a_witness_has_seen_is_said_to_be(city, two, monkeypatch):
    _found, post = two
    short = log.checkpoint("main")
    city.raised(title="路灯")
    witnessed.ask(post=post)
    witnessed.Cosigned.objects.all().delete()  # as a backup from before would bring it back
    monkeypatch.setattr(witnessed.logs, "checkpoint", lambda _log: short)
    assert witnessed.ask(post=post) == 0
    assert all(one.fork and "it has seen" in one.fault for one in witnessed.seen())
    finding = doctor.witnesses()
    assert finding.state == doctor.FAIL and "another record under our name" in finding.what


def test_another_record_of_the_same_length_is_no_longer_hidden(city, two, monkeypatch):
    found, post = two
    city.raised(title="路灯")
    witnessed.ask(post=post)
    verifier = keys.verifier("main")
    other = note.Checkpoint(verifier.name, log.size("main"), b"\x07" * 32)
    forged = note.sign(other, keys.signing_key(), verifier)
    monkeypatch.setattr(witnessed.logs, "checkpoint", lambda _log: forged)
    assert witnessed.ask(post=post) == 0
    assert all(one.fork for one in witnessed.seen())
    assert [w.evidence() for w in found.values()] == [1, 1]


def test_what_a_witness_sends_besides_its_signature_goes_along_with_no_receipt(city, two):
    _found, post = two
    forged = f"\u2014 {keys.verifier('main').name} {'A' * 88}\n"

    def more(url, body):
        answer = post(url, body)
        return replace(answer, body=forged + answer.body + forged)

    m = city.raised(title="路灯")
    assert witnessed.ask(post=more) == 2
    made = receipt.make("main", m.pk)
    assert Note.read(made.checkpoint).is_signed_by(keys.verifier("main"))
    assert "A" * 88 not in made.checkpoint and made.checkpoint.count("\u2014") == 3


def test_what_is_wrong_is_said_again_each_minute_in_the_same_words(city, two, monkeypatch):
    _found, post = two
    short = log.checkpoint("main")
    city.raised(title="路灯")
    witnessed.ask(post=post)
    monkeypatch.setattr(witnessed.logs, "checkpoint", lambda _log: short)
    for _minute in range(2):
        assert witnessed.ask(post=post) == 0
        assert all(one.fork and "it has seen" in one.fault for one in witnessed.seen())


def test_an_answer_signed_by_somebody_else_is_no_cosignature(city, two, settings):
    found, post = two
    vkeys = [w.verifier.vkey for w in found.values()]
    settings.WITNESSES = f"{vkeys[0]}@http://archive.example"
    assert witnessed.ask(post=post) == 0
    assert "somebody else" in next(iter(witnessed.seen())).fault


@pytest.mark.parametrize("said", ["nonsense", "x@http://a.example", "a+b+c@ftp://a.example"])
def test_a_setting_that_names_no_witness_is_said_plainly(city, settings, said):
    settings.WITNESSES = said
    assert doctor.witnesses().state == doctor.FAIL
    settings.WITNESSES, settings.WITNESS_FOR = "", said
    assert doctor.witnesses().state == doctor.FAIL


def test_an_installation_witnesses_its_neighbour_where_it_is_told_to(city, settings, tmp_path):
    verifier = keys.verifier("main")
    asked = {"path": "/ledger/witness/add-checkpoint", "content_type": "text/plain"}
    body = f"old 0\n\n{log.checkpoint('main')}"
    client = Client(enforce_csrf_checks=True)
    assert client.post(data=body, **asked).status_code == 404
    settings.WITNESS, settings.WITNESS_FOR = tmp_path / "seen", verifier.vkey
    answer = client.post(data=body, **asked)
    assert answer.status_code == 200 and settings.ORIGIN + "/witness" in answer.content.decode()
    again = client.post(data=body, **asked)
    assert (again.status_code, again.content.decode()) == (409, f"{log.size('main')}\n")
    assert again["Content-Type"] == "text/x.tlog.size"
    assert client.get("/ledger/witness/key").content.decode().startswith(settings.ORIGIN)


def test_a_witness_runs_by_itself(city, settings, tmp_path):
    port, main = free_port(), keys.verifier("main")
    command = [sys.executable, "-m", "pilin", "witness", "--name", "notary.example/w"]
    command += ["--folder", str(tmp_path / "w"), "--log", main.vkey, "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        vkey = process.stdout.readline().split(": ")[1].strip()
        until = time.monotonic() + 30
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/key", timeout=5) as said:
                    assert said.read().decode().strip() == vkey
                break
            except OSError:
                assert time.monotonic() < until
                time.sleep(0.1)
        settings.WITNESSES = f"{vkey}@http://127.0.0.1:{port}"
        assert witnessed.ask() == 1
        assert next(iter(witnessed.seen())).size == log.size("main")
    finally:
        process.terminate()
        process.wait(20)


def test_the_sheet_for_the_notice_board_holds_the_lines_that_were_witnessed(city, two):
    _found, post = two
    city.raised(title="路灯")
    witnessed.ask(post=post)
    answer = Client(headers={"accept-language": "en"}).get("/receipts/record.pdf")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    said = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    flat = "".join(said.split())
    assert "The record today" in said and "jinshan.example/witness" in said
    root = log.checkpoint("main").split("\n")[2]
    assert root in flat


@pytest.fixture
def both_must(two, settings, tmp_path):
    """A policy of both witnesses, in its file."""
    lines = [
        f"witness {one.verifier.name.split('.')[0]} {one.verifier.vkey} {one.url}"
        for one in witnessed.witnesses()
    ]
    file = tmp_path / "policy"
    file.write_text("\n".join([*lines, "group both all jinshan archive", "quorum both"]))
    settings.POLICY, settings.WITNESSES = str(file), ""
    return two


def test_a_receipt_stands_under_what_all_who_must_have_seen(city, both_must):
    found, post = both_must
    m = city.raised(title="路灯")
    page = f"/ledger/main/{m.pk}/"
    en = Client(headers={"accept-language": "en"})
    assert "Still to be witnessed by jinshan" in en.get(page).content.decode()
    assert witnessed.ask(post=post) == 2
    assert "Still to be" not in en.get(page).content.decode()
    asked, size = witnessed.policy(), log.size("main")
    gone = found.pop("http://archive.example")
    later = city.raised(title="以后", login="neighbour")
    assert witnessed.ask(post=post) == 1
    # What both have seen is kept, though one of them has seen more since.
    under = Note.read(receipt.make("main", m.pk).checkpoint)
    assert asked.is_met(under) and under.checkpoint().size == size
    assert not asked.is_met(Note.read(receipt.make("main", later.pk).checkpoint))
    page = en.get(f"/ledger/main/{later.pk}/").content.decode()
    assert "Still to be witnessed by archive" in page and "witnessed by jinshan" not in page
    found["http://archive.example"] = gone
    witnessed.ask(post=post)
    assert asked.is_met(Note.read(receipt.make("main", later.pk).checkpoint))
    assert {one.name for one in witnessed.seen()} == {
        "jinshan.example/witness",
        "archive.example/witness",
    }


def test_the_policy_is_served_and_one_that_cannot_be_read_is_said_to_be(
    city, both_must, settings, tmp_path
):
    city.raised()
    served = Client().get("/ledger/main/policy").content.decode()
    found = policy.read(served)
    assert replace(found, logs=()) == witnessed.policy() and found.logs == (keys.verifier("main"),)
    (tmp_path / "policy").write_text("quorum nobody")
    finding = doctor.witnesses()
    assert finding.state == doctor.FAIL and "line 1" in finding.what
    for page in ("/ledger/main/", "/ledger/main/0/", "/ledger/main/0/receipt.json"):
        assert Client().get(page).status_code == 200
    assert Client().get("/ledger/main/policy").status_code == 404


def test_who_must_and_does_not_witness_is_a_fault(city, both_must):
    found, post = both_must
    found.pop("http://archive.example")
    city.raised()
    witnessed.ask(post=post)
    finding = doctor.witnesses()
    assert finding.state == doctor.FAIL and "archive.example/witness" in finding.what
