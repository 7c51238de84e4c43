"""What a neighbour's record is believed: its own side, its own people, and the time it can have been."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from pilin.database import elsewhere
from pilin.demo.rewriting import resigned
from pilin.engine import act as door
from pilin.engine.act import act
from pilin.engine.erase import erase_person
from pilin.engine.models import Matter
from pilin.ledger import log, verify
from pilin.ledger.verify import Report
from pilin.neighbours import asking, checked, keys
from pilin.neighbours.models import Refusal
from pilin.people.actor import HOUSE
from pilin.people.neighbour_models import Neighbour
from pilin.people.read_model import applying
from tests.two import Two


def asks(two: Two, login: str, matter: int, name: str, **data: object) -> None:
    """Somebody on the right asks for a step on the left."""
    with two.at(two.right) as world:
        there = Neighbour.objects.get(pk=two.right.neighbour).there
        with elsewhere.reading(there, only=False):
            found = Matter.objects.get(pk=matter)
            asking.ask(there, world.people[login], found, found.rules.step(name), data)


def refused(two: Two) -> list[str]:
    with two.at(two.left):
        return list(Refusal.objects.order_by("id").values_list("code", flat=True))


def test_a_neighbour_speaks_for_its_own_side_and_not_for_a_third(two):
    """The right record says who is host at a station of a third side, which it lists as well."""
    for server, _other in two.both:
        with two.at(server) as world:
            book = act(HOUSE, "register", "open", {"title": "第三方"}).number
            rows = (
                ("side", {"code": "c", "name": "远县"}),
                ("place", {"name": "远村", "level": "village", "side": "c"}),
                ("organisation", {"name": "远村驿站", "category": "station", "sides": "c"}),
            )
            for kind, row in rows:
                said = {"type": kind, "row": row}
                world.ids[row["name"]] = act(HOUSE, book, "record", said).number
    with two.at(two.left) as world:
        said = {"organisation": world["远村驿站"], "role": "host", "person": "p-clerk"}
        act(HOUSE, "manage", "appoint", said | {"since": "2026-01-01"})
        m = world.raised("host", forum=world["远村驿站"])
    with two.at(two.right) as world:
        said = {"organisation": world["远村驿站"], "role": "host", "person": "p-stranger"}
        act(HOUSE, "manage", "appoint", said | {"since": "2026-01-01"})
        enrolled = {"people": ["p-stranger"], "place": world["远村"], "until": "2099-12-31"}
        act(HOUSE, "residence", "enrol", enrolled)
    two.settle()
    asks(two, "stranger", m.pk, "accept", reason="我来办")
    asks(two, "stranger", m.pk, "support")
    two.settle()
    assert refused(two) == ["forbidden", "forbidden"]


def test_a_neighbour_of_no_side_or_of_ours_has_neither_offices_nor_homes_here(two):
    with two.at(two.left) as world:
        m = world.raised()
    two.settle()
    for side in ("", "左县"):
        with two.at(two.left), applying():
            Neighbour.objects.filter(pk=two.left.neighbour).update(side=side)
        asks(two, "neighbour", m.pk, "support")
        two.settle()
    assert refused(two) == ["forbidden", "forbidden"]


def test_whoever_says_that_it_is_of_our_side_is_not_joined(two):
    with two.at(two.right):
        said = keys.about()
    with two.at(two.left), pytest.raises(keys.Unfit):
        keys.checked(said | {"side": "左县"})
    with two.at(two.left):
        assert keys.checked(said)["side"] == "右县"


def test_who_is_erased_there_is_erased_here_and_our_entry_says_why(two):
    word = "栽种的话"
    with two.at(two.left) as world:
        m = world.raised()
    two.settle()
    asks(two, "neighbour", m.pk, "support")
    two.settle()
    with two.at(two.left) as world:
        world.take("host", m, "accept", reason="公共事务")
        world.take("host", m, "convene", time="2099-01-05T19:00", where="驿站", invitees="村民")
        world.take("host", m, "hold", attendance=9, statements="要修", minutes="同意修")
        world.take("host", m, "decide", outcomes="换新灯")
        world.take("host", m, "settle", outcome=1, answer="换好了")
        world.take("host", m, "deliver", words="换好了")
    two.settle()
    asks(two, "neighbour", m.pk, "dispute", reason=word)
    two.settle()
    with two.at(two.left):
        assert any(word in str(r.body) for r in log.of_matter(log.MAIN, m.pk))
    with two.at(two.right):
        erase_person("p-neighbour")
        number = log.size(log.MAIN) - 1
    two.settle()
    with two.at(two.left), connection.cursor() as cursor:
        for table in ("ledger_words", "ledger_entry", "loop_matter"):
            rows = cursor.execute(f"SELECT t::text FROM {table} t").fetchall()
            assert not any(word in row for (row,) in rows), table
        (said,) = (r.body for r in log.read(log.MAIN) if r.body["step"] == "erase")
        assert said["cause"] == {"log": "right.example/main", "number": number}
        assert said["data"]["person"] == f"p-neighbour@{two.left.neighbour}"
        report = Report()
        checked.check(report)
        assert report.ok and verify.check_database(log.MAIN).ok
        resigned(said["number"], "p-neighbour@", "p-host-right@")
        checked.check(report)
        assert not report.ok
    with two.theirs(two.right), connection.cursor() as cursor:
        rows = cursor.execute("SELECT t::text FROM ledger_words t").fetchall()
        assert not any(word in row for (row,) in rows), "and so it is in their copy of ours"


@pytest.mark.parametrize("days", [-30, 30])
def test_what_says_another_time_than_it_can_have_been_entered_at_is_refused(two, monkeypatch, days):
    """Their operator sets the clock back to a day on which somebody was in office, or ahead to one."""
    with two.at(two.left) as world:
        m = world.raised("host", forum=world["右村驿站"])
    two.settle()
    now = timezone.now
    with monkeypatch.context() as patched:
        patched.setattr(door.timezone, "now", lambda: now() + timedelta(days=days))
        asks(two, "host-right", m.pk, "accept", reason="好")
    two.settle()
    assert refused(two) == ["day"]
    with two.at(two.left):
        assert Refusal.objects.get().words["en"].startswith("It says another time")
    asks(two, "host-right", m.pk, "accept", reason="好")
    two.settle()
    with two.at(two.left):
        assert Matter.objects.get(pk=m.pk).state == ("screened" if days < 0 else "raised")


def test_a_refusal_is_told_in_both_languages_whatever_stands_in_it(two):
    with two.at(two.left) as world:
        m = world.raised()
        size = log.size(log.MAIN)
    two.settle()
    asks(two, "stranger", m.pk, "support")
    two.settle()
    with two.at(two.left):
        words = Refusal.objects.get().words
        assert "can be done by" in words["en"] and "can be" not in words["zh-hans"]
        assert log.size(log.MAIN) == size + 1
