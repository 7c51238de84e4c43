"""Who may vote is fixed on the opening day, and nobody else is given a word to vote with."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from pilin.engine.act import act
from pilin.engine.rebuild import rebuild
from pilin.engine.refused import Refused
from pilin.intake import polls, pseudonyms, rolls, slips
from pilin.intake.casting import Ballot, cast
from pilin.intake.models import Poll, Voter
from pilin.ledger import log
from pilin.people.actor import HOUSE, Actor
from pilin.people.models import Account
from pilin.people.read_model import applying

SOON = (timezone.localdate() + timedelta(days=20)).isoformat()


def asked(world, **more):
    """A vote on statements at the station of the left village."""
    m = world.raised()
    world.take("host", m, "accept", reason="公共事务")
    said = {"question": "修不修？", "statements": "要修\n不修", "until": SOON, **more}
    world.take("host", m, "ask", **said)
    return polls.latest(m.pk)


def opened(world):
    """A vote on money of the left town."""
    m = world.take(
        "lead",
        "budget",
        "announce",
        title="一万元",
        org=world["左镇"],
        text="小改造",
        sum="1万",
        most=1,
        least=1,
        ideas_until=SOON,
        rule="greedy",
    )
    idea = {"title": "灯", "text": "装灯", "where": "村口", "estimate": "1000"}
    world.take("resident", m, "idea", **idea)
    world.take("lead", m, "admit", idea=1, cost="1000")
    world.take("lead", m, "end_ideas", reason="够了")
    world.take("lead", m, "open_vote", until=(timezone.localdate() + timedelta(days=9)).isoformat())
    return polls.latest(m.pk)


def on_it(poll):
    return set(Voter.objects.filter(poll=poll.pk).values_list("person", flat=True))


def test_the_usual_roll_is_who_lives_where_the_matter_is(world):
    poll = asked(world)
    assert on_it(poll) == {"p-resident", "p-host", "p-clerk", "p-lead"}
    said = log.get("main", poll.pk).body["data"]["roll"]
    assert said["size"] == poll.roll == 4
    assert said["hash"] == poll.roll_hash == rolls.hash_of(said["salt"], on_it(poll))


@pytest.mark.parametrize("login", ["neighbour", "stranger", "treasurer"])
def test_nobody_else_is_given_a_word(world, login):
    assert polls.word_for(asked(world), world.actor(login)) == ""
    assert polls.word_for(asked(world), world.actor("resident"))


def test_whoever_is_checked_later_votes_next_time(world):
    poll = asked(world)
    said = {"people": ["p-stranger"], "place": world["左村"], "until": "2099-12-31"}
    act(HOUSE, "residence", "enrol", said)
    assert polls.word_for(poll, world.actor("stranger")) == ""
    assert polls.word_for(asked(world), world.actor("stranger"))


def test_a_roll_of_several_places_has_each_person_once(world):
    said = {"people": ["p-resident"], "place": world["右村"], "until": "2099-12-31"}
    act(HOUSE, "residence", "enrol", said)
    poll = asked(world, places=[world["左县"], world["右镇"]])
    assert on_it(poll) >= {"p-resident", "p-neighbour"}
    assert poll.roll == len(on_it(poll))


def test_members_of_an_organisation_vote_by_their_office(world):
    poll = asked(world, who="members", orgs=[world["左村驿站"]])
    assert on_it(poll) == {"p-host"}


def test_anyone_is_for_opinions_alone(world):
    poll = asked(world, who="anyone")
    assert polls.word_for(poll, world.actor("stranger"))
    assert poll.roll is None
    with pytest.raises(Refused) as refused:
        m = opened(world).matter
        act(world.actor("lead"), m, "open_vote", {"until": SOON, "who": "anyone"})
    assert refused.value.code in ("form", "state")


def test_a_vote_on_money_from_before_rolls_lets_no_stranger_in(world):
    poll = opened(world)
    with applying():
        Poll.objects.filter(pk=poll.pk).update(who="", roll=None)
    poll.refresh_from_db()
    assert polls.word_for(poll, world.actor("stranger")) == ""
    assert polls.word_for(poll, world.actor("resident"))


def test_nineteen_accounts_of_strangers_give_no_ballot_and_close_nothing(world, client):
    poll = opened(world)
    m = poll.matter
    for n in range(19):
        account = Account.objects.create(username=f"made-up-{n}")
        theirs = Client(HTTP_ACCEPT_LANGUAGE="en")
        theirs.force_login(account)
        page = theirs.get(f"/budgets/{m}/vote/")
        assert page.status_code == 200
        text = page.content.decode()
        assert 'name="token"' not in text and "not on the roll" in text
        actor = Actor(account.person)
        for step in ("close_vote", "stop", "idea"):
            with pytest.raises(Refused) as refused:
                act(actor, m, step, {"reason": "x"})
            assert refused.value.code in ("forbidden", "state")
    assert polls.counts(poll.pk).voters == 0
    poll.refresh_from_db()
    assert not poll.closed


def test_three_strangers_cannot_close_what_was_delivered(world):
    m, _project = world.delivered()
    for n in range(3):
        for step in ("support", "confirm", "rate", "dispute"):
            with pytest.raises(Refused) as refused:
                act(Actor(f"p-made-up-{n}"), m, step, {"rating": 5, "reason": "x"})
            assert refused.value.code in ("forbidden", "state")
    m.refresh_from_db()
    assert m.state == "delivered"


def test_screen_and_paper_are_told_apart(world):
    poll = asked(world)
    ballot = Ballot(poll.pk, pseudonyms.of(poll, "p-resident"), 1, ("1",), 1)
    cast(poll.pk, [ballot])
    world.take("host", poll.matter, "slips-issue", n=7)
    for reader in ("p-host", "p-clerk"):
        slips.read(poll, 7, {1: ("1",)}, reader)
    told = polls.turnout(poll)
    assert (told.voters, told.screen, told.paper, told.share) == (2, 1, 1, 50)
    assert polls.last(poll.pk)["paper"] == 1


def test_a_rebuild_makes_the_same_roll(world):
    poll = asked(world)
    before = on_it(poll)
    rebuild()
    again = Poll.objects.get(pk=poll.pk)
    assert on_it(again) == before
    assert (again.roll, again.roll_hash) == (poll.roll, poll.roll_hash)


@given(st.sets(st.text("0123456789abcdef", min_size=1), max_size=30), st.randoms())
def test_the_hash_does_not_depend_on_the_order(people, chance):
    listed = list(people)
    chance.shuffle(listed)
    assert rolls.hash_of("salt", listed) == rolls.hash_of("salt", sorted(people))


@given(st.sets(st.integers(0, 99), min_size=1), st.integers(0, 99))
def test_one_person_more_or_less_is_another_hash(people, other):
    names = {f"p-{n}" for n in people}
    changed = names ^ {f"p-{other}"}
    assert rolls.hash_of("salt", names) != rolls.hash_of("salt", changed)


def test_a_share_of_nobody_is_not_told():
    assert rolls.Turnout(SimpleNamespace(roll=0), 0, 0).share is None  # type: ignore[arg-type]
