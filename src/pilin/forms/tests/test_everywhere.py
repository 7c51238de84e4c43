"""Given to a colleague, taken back, nudged: who has a matter, and by when, stays as it was."""

from datetime import timedelta

import pytest

from pilin.engine import clock
from pilin.engine.act import LOG, available
from pilin.engine.builtin import ASSIGN, NUDGE, RELEASE
from pilin.engine.models import Matter, Notice, Nudge
from pilin.engine.refused import Refused
from pilin.ledger import log
from pilin.people.models import Office
from tests.test_replay import assert_rebuilding_changes_nothing
from tests.world import MONDAY


@pytest.fixture
def project(world):
    """With the lead of 左镇, where a treasurer and a clerk work, too."""
    return world.converted()[1]


def office(world, login):
    return str(Office.objects.get(person=world.people[login].person).pk)


def offered(world, login, matter):
    return {step.name for step in available(world.actor(login), matter)} & {ASSIGN, RELEASE, NUDGE}


def held(matter):
    return matter.holder_org_id, matter.holder_role, matter.holder_person, matter.due


def told(login, reason):
    return Notice.objects.filter(person=f"p-{login}", reason=reason).count()


def test_a_matter_is_given_to_a_colleague_who_is_told(world, project):
    given = world.take("lead", project, ASSIGN, to=office(world, "treasurer"))
    assert (given.assigned, held(given)) == ("p-treasurer", held(project))
    assert told("treasurer", "assigned") == 1


def test_the_entry_tells_pseudonym_and_office_and_no_name(world, project):
    world.take("lead", project, ASSIGN, to=office(world, "treasurer"))
    to = log.of_matter(LOG, project.pk)[-1].body["data"]["to"]
    assert to == {
        "person": "p-treasurer",
        "office": int(office(world, "treasurer")),
        "role": "treasurer",
    }


def test_only_who_works_there_is_offered(world, project):
    with pytest.raises(Refused):
        world.take("lead", project, ASSIGN, to=office(world, "host"))
    with pytest.raises(Refused):
        world.take("host", project, ASSIGN, to=office(world, "treasurer"))


def test_it_can_be_given_on_and_taken_back(world, project):
    world.take("lead", project, ASSIGN, to=office(world, "treasurer"))
    given = world.take("treasurer", project, ASSIGN, to=office(world, "clerk-town"))
    assert given.assigned == "p-clerk-town"
    back = world.take("lead", project, RELEASE)
    assert (back.assigned, held(back)) == ("", held(project))
    assert RELEASE not in offered(world, "lead", back)


def test_whoever_works_alone_has_nobody_to_give_it_to(world):
    assert ASSIGN not in offered(world, "host", world.raised())


def test_who_has_it_next_is_nobody_in_particular(world, project):
    world.take("lead", project, ASSIGN, to=office(world, "treasurer"))
    approved = world.take("lead", project, "approve", words="同意")
    assert approved.assigned == "p-treasurer"  # the post still has it
    world.take("lead", project, "start", start="2026-03-20")
    assert world.take("lead", project, "deliver", words="换好了").assigned == ""


def test_whoever_waits_nudges_and_the_holder_is_told(world):
    m = world.raised(at=MONDAY)
    nudged = world.take("resident", m, NUDGE, at=MONDAY)
    assert (held(nudged), told("host", "nudged"), told("resident", "nudged")) == (held(m), 1, 0)


def test_those_who_joined_and_the_office_above_may_nudge_and_the_holder_not(world):
    m = world.raised()
    assert NUDGE not in offered(world, "neighbour", m)
    world.take("neighbour", m, "support")
    m = Matter.objects.get(pk=m.pk)
    can = {login for login in world.people if NUDGE in offered(world, login, m)}
    assert can == {"resident", "neighbour", "clerk"}


def test_nobody_nudges_twice_within_three_working_days(world):
    m = world.raised(at=MONDAY)
    world.take("resident", m, NUDGE, at=MONDAY)
    with pytest.raises(Refused):
        world.take("resident", m, NUDGE, at=MONDAY + timedelta(days=2))
    world.take("clerk", m, NUDGE, at=MONDAY + timedelta(days=2))
    world.take("resident", m, NUDGE, at=MONDAY + timedelta(days=3))
    assert Nudge.objects.count() == 2


def test_whoever_it_was_given_to_is_nudged_too(world, project):
    world.take("lead", project, ASSIGN, to=office(world, "treasurer"))
    world.take("host", project, NUDGE)  # who had it opened
    assert told("treasurer", "nudged") == told("lead", "nudged") == 1


def test_a_nudge_does_not_stop_an_overdue_matter_from_climbing(world):
    m = world.raised(at=MONDAY)
    late = MONDAY + timedelta(days=4)
    clock.tick(late)
    assert world.take("resident", m, NUDGE, at=late).climbed == 1


def test_a_rebuild_makes_the_same_of_it(world, project):
    world.take("lead", project, ASSIGN, to=office(world, "treasurer"))
    m = world.raised("neighbour")
    world.take("neighbour", m, NUDGE)
    assert_rebuilding_changes_nothing()
