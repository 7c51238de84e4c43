"""Keys that change or are lost, who has witnessed what is taken, and receipts that name each other."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from pilin.database import elsewhere
from pilin.engine.models import Matter
from pilin.ledger import keys as ledger_keys
from pilin.ledger import log, note, succession, witnessed, witnessing
from pilin.ledger.cosigning import Note
from pilin.ledger.policy import Policy, Witness
from pilin.ledger.refusing import WitnessLost
from pilin.neighbours import asking
from pilin.people.neighbour_models import Neighbour
from pilin.publishing import whole
from pilin.run import ledgers
from tests.two import Two


def raised(two: Two) -> Matter:
    with two.at(two.left) as world:
        return world.raised("host")


def test_a_neighbour_that_signs_with_a_new_key_is_followed_where_both_keys_say_so(two):
    with two.at(two.left):
        before = ledger_keys.verifier(log.MAIN).vkey
        number = ledgers.rotate("例行更换")
        after = ledger_keys.verifier(log.MAIN).vkey
    raised(two)
    two.settle()
    copy = two.copy(two.right)
    assert (copy.fault, copy.key, copy.applied) == ("", after, two.size(two.left))
    with two.at(two.right):
        named = list(witnessing.ALSO[0]())
        assert named == [before, after] and number < copy.size
        report = whole.verify.Report()
        whole._copied(report, Neighbour.objects.get(pk=two.right.neighbour), None)
        assert report.problems == []
    raised(two)
    two.settle()
    assert two.copy(two.right).applied == two.size(two.left)


def test_a_new_key_that_the_one_before_did_not_sign_is_not_followed(two):
    before = two.copy(two.right).size
    raised(two)
    with two.at(two.left):  # somebody on the server has made another key, and signs with it
        ledger_keys.path().rename(ledger_keys.path().with_name("gone.pem"))
        ledger_keys.make(ledger_keys.path())
        ledger_keys.forget()
        succession.sign_anew(ledger_keys.signing_key())
    two.follow(two.right)
    copy = two.copy(two.right)
    assert (copy.fault, copy.key, copy.size) == ("wrong", "", before)


def test_only_what_those_have_witnessed_who_must_is_taken(two, monkeypatch, tmp_path):
    with two.at(two.right):
        witness = witnessing.own()
        policy = tmp_path / "policy"
        named = {"right": Witness(witness.verifier)}
        policy.write_text(Policy.of_all(named, ("right",)).text())
    monkeypatch.setattr(settings, "NEIGHBOUR_POLICY", str(policy))
    raised(two)
    size = two.size(two.left)
    two.follow(two.right)
    assert two.copy(two.right).fault == "wrong"  # there is no such checkpoint

    def post(url: str, body: bytes) -> object:
        with two.at(two.right):
            return witness_of(two).add(body)

    def witness_of(two: Two) -> witnessing.Witness:
        return witnessing.own()

    with two.at(two.left):
        assert witnessed.ask(post=post) == 1
        signed = Client(SERVER_NAME="localhost").get("/ledger/main/checkpoint").content.decode()
        assert Note.read(signed).cosigned_by(witness.verifier)
        assert note.open_checkpoint(signed, ledger_keys.verifier(log.MAIN)).size == size
    raised(two)
    two.follow(two.right)
    assert (two.copy(two.right).fault, two.copy(two.right).size) == ("", size)
    two.line.carries = lambda url, body: (
        body.rpartition("\u2014 ".encode())[0] if "witnessed" in url else body
    )
    two.follow(two.right)
    assert two.copy(two.right).fault == "unwitnessed"


def test_a_witness_whose_key_is_gone_cosigns_under_no_new_one(two):
    with two.at(two.left):
        own = witnessing.own()
        folder = settings.WITNESS / "witness.pem"
        folder.rename(folder.with_name("gone.pem"))
        witnessing._witness.cache_clear()
        with pytest.raises(WitnessLost):
            witnessing.own()
        assert [type(fault) for fault in witnessing.lost()] == [WitnessLost]
        assert Client(SERVER_NAME="localhost").get("/neighbour/about.json").status_code == 503
        page = Client(SERVER_NAME="localhost").get("/neighbours/")
        assert "witness.known" in page.content.decode()
        ledger_keys.make(folder)
        with pytest.raises(WitnessLost):
            witnessing.own()
        folder.with_name("gone.pem").replace(folder)
        assert witnessing.own().verifier == own.verifier


def test_two_receipts_name_each_other(two, client):
    m = raised(two)
    two.settle()
    with two.at(two.right) as world:
        there = Neighbour.objects.get(pk=two.right.neighbour).there
        with elsewhere.reading(there, only=False):
            found = Matter.objects.get(pk=m.pk)
            asked = asking.ask(
                there, world.people["neighbour"], found, found.rules.step("support"), {}
            )
    two.settle()
    with two.at(two.left):
        answer = log.of_matter(log.MAIN, m.pk)[-1].number
        page = client.get(f"/ledger/main/{answer}/").content.decode()
        assert f"{two.right.url}/ledger/main/{asked.number}/" in page
    with two.at(two.right):
        page = client.get(f"/ledger/main/{asked.number}/").content.decode()
        assert f"{two.left.url}/ledger/main/{answer}/" in page
