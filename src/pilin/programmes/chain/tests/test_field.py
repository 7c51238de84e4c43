"""What a field hand records on a phone: three taps, once, and later where there is no network."""

import re

import pytest

from pilin.programmes.chain import offline
from pilin.programmes.chain.models import Lot

from .made import left, lot


@pytest.fixture
def hand(world, client):
    client.force_login(world.people["lead"])
    return client


def form_of(page, act):
    """The hidden answers of the form for what is done, as the page has them."""
    forms = re.findall(r'<form method="post" data-kept.*?</form>', page, re.DOTALL)
    found = next(f for f in forms if f'name="act" value="{act}"' in f)
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', found))


def test_what_lies_here_is_offered_with_what_is_done_with_it_next(world, hand):
    crop = lot(world, "enter", good="crop", amount="30", code="F1")
    lot(world, "enter", good="rice", amount="10")
    page = hand.get("/lots/field/")
    text = page.content.decode()
    assert text.count("data-kept") == 1 and "F1" in text
    assert "no-store" not in page["Cache-Control"]  # the phone keeps the page
    said = {**form_of(text, "harvest"), "amount": "18吨"}
    assert hand.post("/lots/field/", said)["Location"] == "/lots/field/"
    made = Lot.objects.get(act="harvest")
    assert (made.amount, made.taken, left(world, crop)) == (18000, 30, 0)


def test_the_same_record_sent_again_is_recorded_once(world, hand):
    lot(world, "enter", good="crop", amount="30")
    said = {**form_of(hand.get("/lots/field/").content.decode(), "harvest"), "amount": "900"}
    said["taken"] = "10"
    json = {"Accept": "application/json"}
    first = hand.post("/lots/field/", said, headers=json)
    again = hand.post("/lots/field/", said, headers=json)
    assert first.json() == again.json() and Lot.objects.filter(act="harvest").count() == 1


def test_what_cannot_be_is_said_in_words_so_that_the_phone_stops_sending_it(world, hand):
    lot(world, "enter", good="crop", amount="30")
    said = {**form_of(hand.get("/lots/field/").content.decode(), "harvest"), "amount": "900"}
    for wrong in (
        {"taken": "31"},
        {"amount": ""},
        {"lot": "x"},
        {"day": "2000-01-01"},
        {"act": "fly"},
    ):
        answer = hand.post(
            "/lots/field/", {**said, **wrong}, headers={"Accept": "application/json"}
        )
        assert answer.status_code == 422 and answer.json()["refused"], wrong
    assert not Lot.objects.filter(act="harvest").exists()


def test_whoever_keeps_nothing_is_told_whom_the_page_is_for(world, client):
    lot(world, "enter", good="crop", amount="30")
    client.force_login(world.people["resident"])
    page = client.get("/lots/field/").content.decode()
    assert "data-kept" not in page and "批次管理员" in page


def test_a_record_sent_twice_at_once_is_no_refusal_to_whoever_was_slower(world, hand, monkeypatch):
    """The other request is recorded while this one waits: what it took is gone, and it is the same record."""
    lot(world, "enter", good="crop", amount="30")
    said = {**form_of(hand.get("/lots/field/").content.decode(), "harvest"), "amount": "900"}
    made = offline._made

    def slower(request, data):
        made(request, data)  # the other one
        return made(request, data)

    monkeypatch.setattr(offline, "_made", slower)
    answer = hand.post("/lots/field/", said, headers={"Accept": "application/json"})
    assert answer.json()["number"] == Lot.objects.get(act="harvest").pk
