"""Ballots entered by many at once: two agreeing entries are always two people's."""

import pytest
from django.db import IntegrityError, transaction

from pilin.engine.act import LOG, act
from pilin.ledger import verify
from pilin.people.read_model import applying
from pilin.programmes.renovation.counting import AGREED, ONCE, ballots
from pilin.programmes.renovation.models import Reading, Vote
from pilin.programmes.renovation.tests.walk import called
from tests.faults.test_at_once import at_once, kinds
from tests.world import build


@pytest.fixture
def city(own_database):
    return build()


def entries(city, m, login, times):
    rows = [{"row": str(n), "q1": "yes"} for n in range(1, 5)]
    actor = city.actor(login)
    return [lambda: act(actor, m, "enter", {"ballots": rows})] * times


def test_one_person_many_times_at_once_is_one_person(city):
    m = called(city, 7)
    assert kinds(at_once(*entries(city, m, "host", 6))) == {"Record": 6}
    vote = Vote.objects.get()
    assert Reading.objects.count() == 4
    assert {b.standing for b in ballots(vote)} == {ONCE}


def test_two_people_at_once_are_two_and_neither_is_stopped(city):
    m = called(city, 7)
    results = at_once(*entries(city, m, "host", 3), *entries(city, m, "clerk", 3))
    assert kinds(results) == {"Record": 6}
    assert {b.standing for b in ballots(Vote.objects.get())} == {AGREED}
    assert verify.check_database(LOG).problems == []


def test_the_database_itself_refuses_a_second_reading_of_one_person(city):
    m = called(city, 7)
    for call in entries(city, m, "host", 1):
        call()
    found = Reading.objects.first()
    again = Reading(paper=found.paper, person="p-host", entry=1, answers=["yes"], way="own")
    refused = pytest.raises(IntegrityError, match="one_reading_a_person")
    with refused, transaction.atomic(), applying():
        again.save(force_insert=True)
