"""A committee and a nomination for tests: the left hall judges, the right hall has one of its own."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from pilin.engine.act import act
from pilin.engine.models import Matter
from pilin.people.actor import HOUSE
from pilin.people.models import Account

NAME = "甄勇为"
JURORS = ("juror-1", "juror-2", "juror-3", "juror-4")


def committee(world, org="左镇议事堂"):
    """Four members at a hall; the first one works at the left firm, too."""
    book = act(HOUSE, "register", "open", {"title": "评委"}).number

    def office(person, role, where):
        row = {"role": role, "organisation": world[where], "person": person, "since": "2020-01-01"}
        act(HOUSE, book, "record", {"type": "office", "row": row})

    for login in JURORS:
        world.people[login] = Account.objects.create(username=login, person=f"p-{login}")
        office(f"p-{login}", "juror", org)
    office("p-juror-1", "desk", "左企业")
    act(HOUSE, book, "close")


def nominated(world, login="resident", **said):
    answers = {
        "title": "落水救人",
        "org": world["左镇议事堂"],
        "place": world["左村"],
        "day": timezone.localdate().isoformat(),
        "text": "在界河里救起一名落水的人。",
        "nominee": NAME,
        "contact": "电话 13800000000",
        "witnesses": "桥头小店的人",
        "relation": "other",
        **said,
    }
    return world.take(login, "nomination", "nominate", **answers)


def vetted(world, **said):
    m = nominated(world, **said)
    offices = [world["左镇"], world["左县"]]
    world.take("clerk", m, "inquire", offices=offices, question="有无不宜授奖的情况？")
    for login in ("lead", "lead-county"):
        world.take(login, m, "reply", finding="clear", words="查无异常，信用良好")
    return Matter.objects.select_related("nomination").get(pk=m.pk)


def cast(world, login, m, yes="yes", scores=(80, 70, 90), relation="none", at=None):
    by = dict(zip(("danger", "effect", "model"), scores, strict=True))
    said = {f"vote-{key}": str(n) for key, n in by.items()}
    return world.take(login, m, "cast", **said, **{"vote-yes": yes, "relation": relation}, at=at)


def opened(world, votes, **said):
    """`votes`: yes or no of the last three members; the first recuses themselves."""
    m = vetted(world, **said)
    world.take("clerk", m, "summon")
    world.take("juror-1", m, "recuse", relation="unit")
    for login, yes in zip(JURORS[1:], votes, strict=True):
        cast(world, login, m, yes)
    return Matter.objects.select_related("nomination").get(pk=m.pk)


def days(n):
    return (timezone.localdate() + timedelta(days=n)).isoformat()
