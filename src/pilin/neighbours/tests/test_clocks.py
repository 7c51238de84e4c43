"""Two clocks that differ, a line that is away for an hour, and a release that knows less: nothing is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from pilin.database import elsewhere
from pilin.demo.rewriting import resigned
from pilin.engine.models import Matter
from pilin.ledger import log, witnessed, witnessing
from pilin.neighbours import asking
from pilin.neighbours.models import Asked, Handover, Refusal
from pilin.neighbours.protocol import Silent
from pilin.people.neighbour_models import Neighbour
from tests.two import Two

OFFER = {
    "outcome": 1,
    "title": "联合清淤",
    "category": "环境",
    "finish": "2099-02-01",
    "text": "清理。",
}


def asks(two: Two, login: str, matter: int, name: str, **data: object) -> None:
    """Somebody on the right asks for a step on the left."""
    with two.at(two.right) as world:
        there = Neighbour.objects.get(pk=two.right.neighbour).there
        with elsewhere.reading(there, only=False):
            found = Matter.objects.get(pk=matter)
            asking.ask(there, world.people[login], found, found.rules.step(name), data)


def hands_over(two: Two) -> int:
    with two.at(two.left) as world:
        m = world.decided()
        lead = f"{two.left.neighbour}:{two.right.world['右镇']}"
        world.take("host", m, "hand_over", lead=lead, **OFFER)
        return Handover.objects.latest("pk").pk


@pytest.mark.parametrize("minutes", [10, -10])
def test_clocks_ten_minutes_apart_keep_nothing_from_crossing(two, minutes):
    two.left.clock = timedelta(minutes=minutes)
    with two.at(two.left) as world:
        m = world.raised("host", forum=world["右村驿站"])
    given = hands_over(two)
    two.settle()
    asks(two, "host-right", m.pk, "accept", reason="好")
    two.settle()
    with two.at(two.left):
        assert Matter.objects.get(pk=m.pk).state == "screened"
        assert Matter.objects.get(pk=given).state == "taken"
        assert not Refusal.objects.exists()


def test_an_hour_without_a_line_loses_nothing_and_does_nothing_twice(two):
    with two.at(two.left) as world:
        m = world.raised("host", forum=world["右村驿站"])
    two.settle()

    def cut(url: str, body: bytes) -> bytes:
        raise Silent("cut")

    two.line.carries = cut
    for minutes in range(0, 60, 20):
        two.left.clock = two.right.clock = timedelta(minutes=minutes)
        for server, _other in two.both:
            two.follow(server)
    asks(two, "host-right", m.pk, "accept", reason="好")
    asks(two, "neighbour", m.pk, "support")
    given = hands_over(two)
    for server, _other in two.both:
        two.follow(server)
        assert two.copy(server).fault == "wrong"
    with two.at(two.left):
        assert Matter.objects.get(pk=given).state == "offered", "it is still the giver's"
    two.line.carries = lambda url, body: body
    two.left.clock = two.right.clock = timedelta(hours=1, minutes=30)
    two.settle()
    with two.at(two.left):
        steps = [r.body["step"] for r in log.of_matter(log.MAIN, m.pk)]
        assert steps == ["raise", "accept", "support"]
        assert Matter.objects.get(pk=given).state == "taken" and not Refusal.objects.exists()
    with two.at(two.right):
        assert Asked.objects.count() == 2 and Handover.objects.count() == 1


@pytest.mark.parametrize(
    "newer",
    [{"kind": "ferry"}, {"data_v": 9}, {"ferry": True}, {"kind": "ferry", "data_v": 9, "ferry": 1}],
    ids=["kind", "data", "frame", "all at once"],
)
def test_whatever_a_release_three_ahead_writes_is_held_verified_and_waits(two, monkeypatch, newer):
    with two.at(two.left) as world:
        m = world.raised("host")
        body = log.get(log.MAIN, m.pk).body
        plain = {k: v for k, v in body.items() if k not in ("v", "log", "number", "seal", "matter")}
        with transaction.atomic():
            number = log.append(log.MAIN, plain | newer).number
        world.raised("host", title="后来的一件")
    two.follow(two.right)
    copy = two.copy(two.right)
    assert (copy.size, copy.applied) == (two.size(two.left), number)
    assert copy.fault == f"parked {number}" and str(number) in copy.parked
    with two.theirs(two.right):
        assert log.get(log.MAIN, number).body.items() >= newer.items()
        assert not Matter.objects.filter(title="后来的一件").exists()


def test_whoever_rewrote_their_record_reads_it_on_their_own_board(two):
    with two.at(two.left) as world:
        world.raised("host")
        signed = log.checkpoint(log.MAIN)
        number = log.size(log.MAIN) - 1
    with two.at(two.right):
        assert witnessing.own().add(f"old 0\n\n{signed}".encode()).status == 200
    with two.at(two.left):
        resigned(number, '"kind":"consultation"', '"kind":"consultatiom"')
        resigned(number, '"kind":"consultatiom"', '"kind":"consultation"')
        resigned(number, "p-host", "p-lead")

    def post(url: str, body: bytes) -> object:
        with two.at(two.right):
            return witnessing.own().add(body)

    with two.at(two.left):
        assert witnessed.ask(post=post) == 0
        page = Client(SERVER_NAME="localhost", HTTP_ACCEPT_LANGUAGE="en").get("/")
        assert "right.example has seen another record of ours" in page.content.decode()
