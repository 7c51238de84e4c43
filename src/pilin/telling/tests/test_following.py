"""Whoever follows something hears of it, and of nothing else."""

import pytest

from pilin.engine.models import Notice
from pilin.people.hearing import Following, Reached
from pilin.telling import following


@pytest.fixture
def follow(world):
    """The stranger, who is no party to anything, follows something."""
    following.spread()
    person = world.people["stranger"].person

    def begin(scope, words=""):
        assert following.begin(person, scope, words)
        return person

    return begin


def told(person):
    following.spread()
    found = Notice.objects.filter(person=person).order_by("id")
    return list(found.values_list("matter", "reason"))


@pytest.mark.parametrize("name", ["place", "above", "org", "kind", "search"])
def test_of_what_is_raised_there_and_of_each_stage_it_comes_to(world, follow, name):
    scope, words = {
        "place": (f"place:{world['左村']}", ""),
        "above": (f"place:{world['左镇']}", ""),
        "org": (f"org:{world['左村驿站']}", ""),
        "kind": ("kind:consultation", ""),
        "search": ("search", "路灯"),
    }[name]
    person = follow(scope, words)
    m = world.raised()
    expected = [(m.pk, "follows")]
    assert told(person) == expected
    world.take("neighbour", m, "support")
    world.take("host", m, "accept", reason="公共事务")
    assert len(told(person)) == (1 if name == "search" else 2)


@pytest.mark.parametrize("scope", ["place:右村", "org:右村驿站"])
def test_of_nothing_elsewhere(world, follow, scope):
    kind, _colon, name = scope.partition(":")
    person = follow(f"{kind}:{world[name]}")
    world.raised()
    assert told(person) == []


def test_a_search_finds_only_what_holds_its_words(world, follow):
    person = follow("search", "秸秆")
    world.raised()
    assert told(person) == []


def test_a_matter_that_is_followed_tells_of_each_step_that_tells_anybody(world, follow):
    m = world.raised()
    person = follow(f"matter:{m.pk}")
    world.take("neighbour", m, "support")
    assert told(person) == []
    world.take("host", m, "accept", reason="公共事务")
    world.take("host", m, "convene", time="2099-01-05T19:00", where="驿站", invitees="村民")
    world.take("host", m, "reconvene", time="2099-01-06T19:00", where="驿站", invitees="村民")
    assert told(person) == [(m.pk, "follows")] * 3


def test_nobody_is_told_twice_of_one_entry(world, follow):
    m = world.raised()
    person = follow(f"matter:{m.pk}")
    follow("kind:consultation")
    world.take("host", m, "accept", reason="公共事务")
    assert len(told(person)) == 1
    Reached.objects.update(number=m.pk - 1)  # a job that died before it said how far it came
    assert len(told(person)) <= 2


def test_nobody_is_told_of_what_they_did_themselves(world):
    following.spread()
    person = world.people["resident"].person
    following.begin(person, "kind:consultation")
    world.raised()
    assert told(person) == []


def test_what_was_before_there_was_anything_to_follow_tells_nobody(world):
    Reached.objects.all().delete()
    following.begin(world.people["stranger"].person, "kind:consultation")
    world.raised()
    assert told(world.people["stranger"].person) == []


@pytest.mark.parametrize(
    "scope", ["place:0", "matter:999999", "kind:none", "kind:manage", "org:x", "", "nothing:1"]
)
def test_what_is_not_there_cannot_be_followed(world, scope):
    assert not following.begin("p-stranger", scope)


def test_a_search_for_nothing_cannot_be_followed(world):
    assert not following.begin("p-stranger", "search", " 。 ")


def test_nobody_follows_more_than_so_much(world, monkeypatch):
    monkeypatch.setattr(Following, "MOST", 2)
    person = world.people["stranger"].person
    assert following.begin(person, "search", "路灯") and following.begin(person, "search", "秸秆")
    assert not following.begin(person, "search", "垃圾")
    assert following.begin(person, "search", "路灯")
    following.end(person, "search", "路灯")
    assert following.begin(person, "search", "垃圾")
