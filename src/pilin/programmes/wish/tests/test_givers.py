"""A child's wish is claimed only by whom its school has accepted."""

import pytest

from pilin.engine.refused import Refused
from pilin.ledger import log
from pilin.programmes.wish.models import Giver

from .test_wish import submit


@pytest.fixture
def open_wish(world):
    return world.publishes(submit(world))


def refused(world, login, wish, step, **data):
    with pytest.raises(Refused) as refusal:
        world.take(login, wish, step, **data)
    return refusal.value.code


def test_nobody_claims_whom_the_school_has_not_accepted(world, open_wish):
    assert refused(world, "resident", open_wish, "claim") == "forbidden"
    world.take("resident", open_wish, "offer", contact="六组，电话 1")
    assert refused(world, "resident", open_wish, "claim") == "forbidden"


def test_a_stranger_cannot_even_offer(world, open_wish):
    assert refused(world, "stranger", open_wish, "offer", contact="电话") == "forbidden"


def test_who_was_accepted_claims_other_wishes_of_that_school_too(world, open_wish):
    world.gives(open_wish, "resident")
    other = world.publishes(submit(world, code="学生02"))
    assert world.take("resident", other, "claim").state == "claimed"


def test_another_school_decides_for_itself(world, open_wish):
    world.gives(open_wish, "resident")
    elsewhere = Giver.objects.filter(school=world["右小学"])
    assert not elsewhere.exists()


def test_who_is_refused_cannot_claim_and_may_offer_again(world, open_wish):
    entry = world.take("resident", open_wish, "offer", contact="电话 1").last
    world.take("coordinator", open_wish, "refuse_giver", giver=entry, reason="先来校见面")
    assert refused(world, "resident", open_wish, "claim") == "forbidden"
    world.gives(open_wish, "resident")
    assert world.take("resident", open_wish, "claim").state == "claimed"


def test_nobody_but_the_school_accepts(world, open_wish):
    entry = world.take("resident", open_wish, "offer", contact="电话 1").last
    for login in ("resident", "neighbour", "clerk", "lead", "coordinator-right"):
        if login in world.people:
            code = refused(world, login, open_wish, "accept_giver", giver=entry)
            assert code == "forbidden"


def test_who_offers_is_told_to_the_school_alone(world, open_wish):
    world.gives(open_wish, "resident")
    bodies = [str(record.body) for record in log.read("main")]
    assert not any("电话 resident" in body for body in bodies)
