"""A town that spends a sum by vote: its ideas, its ballots, and how far it has come."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from pilin.engine.act import act
from pilin.engine.models import Matter
from pilin.engine.refused import Refused
from pilin.intake import pseudonyms
from pilin.intake.casting import Ballot, cast
from pilin.people.actor import HOUSE
from pilin.programmes.budget import lists

BACKEND = "django.contrib.auth.backends.ModelBackend"
#: Ideas by who raises them, with what they cost as vetted.
IDEAS = (
    ("resident", "凉亭", "4万"),
    ("neighbour", "路灯", "3万"),
    ("neighbour", "健身角", "2万"),
    ("delegate", "长廊", "8万"),
)
#: Ballots: how many name what.
VOTES = (((1, 2), 6), ((1,), 2), ((2, 4), 1), ((3,), 1), ((), 1))


def announce(world, **more):
    answers = {
        "title": "村口这笔钱怎么花",
        "org": world["左镇议事堂"],
        "text": "村里的公共设施",
        "sum": "11万",
        "most": 3,
        "least": 2,
        "ideas_until": timezone.localdate() + timedelta(days=10),
        "rule": "equal-shares",
    }
    return world.take("clerk", "budget", "announce", **{**answers, **more})


def with_ideas(world, m):
    for login, title, cost in IDEAS:
        world.take(login, m, "idea", title=title, text="好事", where="村口", estimate=cost)
    for number, (_login, _title, cost) in enumerate(IDEAS, 1):
        world.take("clerk", m, "admit", idea=number, cost=cost)
    return world.take("clerk", m, "end_ideas", reason="都提完了")


def opened(world, m):
    until = timezone.localdate() + timedelta(days=5)
    return world.take("clerk", with_ideas(world, m), "open_vote", until=until)


def voted(m, votes=VOTES):
    poll = lists.under_way(m.pk)
    names = (choice for choice, times in votes for _ in range(times))
    rows = [
        Ballot(poll.pk, pseudonyms.of(poll, f"v{n}"), 0, tuple(map(str, choice)), n)
        for n, choice in enumerate(names)
    ]
    assert all(hasattr(told, "number") for told in cast(poll.pk, rows))
    return poll


def close(m):
    """The house closes the vote, the day after its last."""
    act(HOUSE, m, "close_vote", at=timezone.now() + timedelta(days=6))
    return Matter.objects.get(pk=m.pk)


def counted(world, m=None, votes=VOTES):
    m = opened(world, m or announce(world))
    voted(m, votes)
    return close(m)


def refused(world, login, m, step, code, at=None, **data):
    with pytest.raises(Refused) as why:
        act(world.actor(login), m, step, data, at=at)
    assert why.value.code == code


def signed_in(world, login):
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.people[login], BACKEND)
    return client


def visitor():
    return Client(headers={"accept-language": "en"})


def text(client, m, name):
    answer = client.get(f"/budgets/{m.pk}/{name}/")
    assert answer.status_code == 200
    return answer.content.decode()
