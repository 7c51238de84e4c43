"""Taking any step as whoever may, with what is particular about some: how they come about, what others do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from pilin.deciding.alerts.tests.made import about, message
from pilin.engine.act import act
from pilin.engine.at_hand import looked_at
from pilin.engine.models import Matter
from pilin.engine.procedure import Procedure, Step
from pilin.engine.programme import registry
from pilin.engine.refused import Refused
from pilin.intake.casting import Ballot, cast
from pilin.intake.models import Poll
from pilin.intake.polls import open_poll
from pilin.people.read_model import applying
from pilin.programmes.honour.tests import made as honours
from pilin.programmes.renovation.models import Paper
from pilin.programmes.warning.models import Warning
from pilin.programmes.warning.tests import made as warnings
from tests.answers import answers, days_away, find, preferences, situation, who_may
from tests.world import PHOTO, World


def take(
    world: World,
    matter: Matter | None,
    rules: Procedure,
    step: Step,
    prefer: dict[str, Any] | None = None,
) -> Matter | None:
    """Take a step as whoever may; None where nobody may or the form has no answer."""
    later = LATER.get((rules.kind, step.name), 0)
    at = timezone.now() + timedelta(days=later) if later else None
    for login in sorted(who_may(world, rules, step, matter, later)):
        own = PREFER.get((rules.kind, step.name), {})
        own = own(matter) if callable(own) else own
        with looked_at(None):  # what the form offers is known without a question for each field
            actor = world.actor(login)
            here = situation(actor, matter, later)
            data = answers(step, here, {**preferences(world), **own, **(prefer or {})})
        try:
            record = act(actor, matter or rules.kind, step.name, data, files=[PHOTO], at=at)
        except Refused:
            continue
        return find(record.body["matter"])
    return None


def open_payment(world: World) -> Matter | None:
    """A payment asked for from a fund that has the money."""
    rules = registry.latest("fund")
    assert rules is not None
    fund: Matter | None = None
    for name in ("open", "receive", "allocate", "request"):
        step = rules.step(name)
        assert step is not None
        fund = take(world, fund, rules, step)
    return find(Matter.objects.get(source=fund))


def applied_for(world: World) -> Matter | None:
    """An application under a clause of an office that has a fund to pay it from."""
    rules = registry.latest("fund")
    assert rules is not None
    fund: Matter | None = None
    for name in ("open", "receive", "allocate"):
        step = rules.step(name)
        assert step is not None
        fund = take(world, fund, rules, step, {"org": world["左镇"], "amount": "500"})
    clause = world.take(
        "lead",
        "clause",
        "write",
        title="稳岗补贴",
        org=world["左镇"],
        source="左镇发〔2099〕1号第三条",
        text="留用员工的企业有补贴。",
        audience="firms",
        needs="员工数 不超过 1000",
        fixed="100",
        budget="1000",
        ends="2099-12-31",
        way="apply",
        days=10,
    )
    world.take("lead", clause, "publish")
    said = {"clause": clause.pk, "name": "一家企业", "contact": "在前台（密）", "facts-staff": "12"}
    return find(world.take("resident", "grant", "apply", **said))


def fitting_firm(world: World) -> dict[str, Any]:
    """What an office says that gives something to a firm which has not applied: a clause that is given so is open."""
    clause = world.take(
        "lead",
        "clause",
        "write",
        title="稳岗返还",
        org=world["左镇"],
        source="左镇发〔2099〕1号第四条",
        text="留用员工的企业，不用申请。",
        audience="firms",
        needs="员工数 不超过 1000",
        fixed="100",
        budget="1000",
        ends="2099-12-31",
        way="auto",
        days=10,
        once="year",
    )
    world.take("lead", clause, "publish")
    said = {"clause": clause.pk, "name": "一家企业", "code": "91350100M000100Y43"}
    return {**said, "facts-staff": "12", "amount": "100"}


def given_to(world: World) -> Matter | None:
    """It was given without an application."""
    return find(world.take("lead", "grant", "give", **fitting_firm(world)))


def bagged(world: World) -> Matter:
    """A lot of rice that lies where it was packed."""
    said = {"act": "enter", "good": "bags", "amount": "100", "org": world["左镇"]}
    return world.take("lead", "lot", "make", day=timezone.localdate().isoformat(), **said)


def sent(world: World) -> Matter | None:
    """Some of it is on its way across the border."""
    said = {"lot": bagged(world).pk, "to": world["右镇"], "amount": "100"}
    day = timezone.localdate().isoformat()
    return find(world.take("lead", "shipment", "send", day=day, **said))


def reported(world: World) -> Matter | None:
    """Somebody says that something is wrong with it."""
    code = bagged(world).lot.code
    return find(world.take("resident", "recall", "report", code=code, text="有异味"))


def called_by_lot(world: World) -> Matter | None:
    """A panel of three is called, and enough have put themselves down for it."""
    m = world.raised("host")
    said = {
        "title": "装在哪里",
        "text": "选出地方。",
        "size": 3,
        "quotas": "性别 女 0-3\n性别 男 0-3",
    }
    said |= {"consultation": m.pk, "org": world["左村驿站"], "until": "2099-01-05"}
    panel = world.take("host", "panel", "call", **said)
    for login in ("lead", "clerk", "host-right"):  # whatever the seed, all of them are drawn
        world.take(login, panel, "join", sex="女", agrees="on")
    return find(panel)


def word_given(world: World, panel: Matter) -> None:
    """Somebody else gives the second part of the seed."""
    world.take("resident", panel, "word", word="今天下雨")


def nominated(world: World) -> Matter | None:
    """Somebody is nominated where there is a committee, and on the other side for a deed of that day."""
    if "juror-1" not in world.people:
        honours.committee(world)
    honours.nominated(world, "neighbour", org=world["右镇议事堂"])
    return find(honours.nominated(world))


def all_voted(world: World, nomination: Matter) -> None:
    """Every member of the committee says yes; with the last one the envelopes are opened."""
    for login in honours.JURORS:
        honours.cast(world, login, nomination)


def paid_out(world: World, grant: Matter) -> None:
    """The payment it was ordered by is approved by two and paid."""
    payment = Matter.objects.filter(source=grant, kind="payment").latest("pk")
    rules = payment.rules
    for name in ("approve", "approve", "pay"):
        step = rules.step(name)
        assert step is not None
        take(world, find(payment), rules, step)


def proposed(world: World) -> Matter | None:
    """A renovation of a committee that has two people who can enter ballots."""
    answers = {
        "title": "老楼改造",
        "org": world["左村驿站"],
        "neighbourhood": "左村小区",
        "households": 4,
        "text": "没有电梯。",
    }
    return find(world.take("host", "renovation", "propose", **answers))


def enter_twice(world: World, matter: Matter, vote: str) -> None:
    """Every owner's ballot, entered by two people."""
    called = matter.renovation.votes.latest("number")
    columns = {f"q{n}": vote for n in range(1, len(called.questions) + 1)}
    rows = [{"row": str(p.number), **columns} for p in Paper.objects.filter(vote=called)]
    for login in ("host", "clerk"):
        act(world.actor(login), matter, "enter", {"ballots": rows})


def required(world: World) -> Matter | None:
    """A meeting requires something of a town."""
    said = {"title": "专题会议", "org": world["左镇"], "day": "2099-01-05", "text": "由左镇牵头。"}
    meeting = world.take("lead", "session", "enter", **said)
    row = {"what": "修机埠", "sentence": "由左镇牵头。", "lead": world["左镇"], "due": "2099-03-31"}
    world.take("lead", meeting, "demand", **row)
    return find(Matter.objects.get(source=meeting))


def called_off(world: World, meeting: Matter) -> None:
    """What it required is required no more, so that nothing is left to wait for."""
    for task in Matter.objects.filter(source=meeting, is_open=True):
        take(world, find(task), task.rules, task.rules.step("cancel"))


_numbers = count(1)


def warned(world: World) -> Matter | None:
    """A warning came in that nobody has had before."""
    return find(warnings.received(world, f"330482-{next(_numbers)}"))


def about_it(kind: str) -> Callable[[Matter], dict[str, Any]]:
    """A later message of the warning it is about."""

    def said(matter: Matter) -> dict[str, Any]:
        row = Warning.objects.get(pk=matter.pk)
        before = about(row.identifier, row.sent)
        number = f"330482-{next(_numbers)}"
        return {"message": message(number, kind=kind, sent=timezone.now(), before=before)}

    return said


def set_for_next_year(world: World, quarter: int = 4) -> Matter | None:
    """A lead project for next year, from this quarter on: its last, and so one account, where none is said."""
    said = {"setter": world["左县"], "org": world["左镇"], "official": "镇党委书记"}
    year = timezone.localdate().year + 1
    more = {"title": "毗邻党建联动", "year": year, "quarter": quarter, "target": "四项协议落地"}
    return find(world.take("lead-county", "lead", "set", **said, **more))


#: Matters that come about in a way of their own, by kind and first step.
START: dict[tuple[str, str], Callable[[World], Matter | None]] = {
    ("payment", "request"): open_payment,
    ("grant", "apply"): applied_for,
    ("grant", "give"): given_to,
    ("renovation", "propose"): proposed,
    ("shipment", "send"): sent,
    ("recall", "report"): reported,
    ("nomination", "nominate"): nominated,
    ("panel", "call"): called_by_lot,
    ("warning", "receive"): warned,
    ("task", "demand"): required,
    ("lead", "set"): set_for_next_year,
}

#: Steps that stay where they are but must have been taken before another.
BEFORE = {
    ("drive", "finish"): ("receive", "ship", "hand_over"),
    ("event", "hold"): ("register",),
    ("renovation", "call"): ("units", "discuss"),
    ("renovation", "publish"): ("join",),
    ("wish", "claim"): ("offer", "accept_giver"),
    ("budget", "end_ideas"): ("idea",),
    ("budget", "open_vote"): ("admit",),
    ("session", "hand_out"): ("demand",),
}


def vote_and_wait(world: World, budget: Matter) -> None:
    """Somebody votes, and the last day of the vote passes."""
    poll = open_poll(budget.pk)
    assert poll is not None
    cast(poll.pk, [Ballot(poll.pk, "somebody", 0, ("1",), 1)])
    with applying():
        Poll.objects.filter(pk=poll.pk).update(until=timezone.now() - timedelta(minutes=1))


def stop_projects(world: World, budget: Matter) -> None:
    """What came of it is stopped, so that nothing is left to wait for."""
    for project in Matter.objects.filter(source=budget, is_open=True):
        take(world, find(project), project.rules, project.rules.step("stop"))


#: Answers that lead somewhere in one step alone.
PREFER: dict[tuple[str, str], Any] = {
    ("nomination", "post"): {"until": days_away(30)[:10]},
    ("task", "extend"): {"until": "2099-12-31"},
    ("warning", "update"): about_it("Update"),
    ("warning", "cancel"): about_it("Cancel"),
    ("lead", "set"): {"year": timezone.localdate().year + 1},
    ("agreement", "charge"): {"year": timezone.localdate().year + 1},
    **{
        ("placement", name): {"start": days_away(-1)[:10], "until": days_away(300)[:10]}
        for name in ("seek", "offer", "propose")
    },
    ("placement", "work"): {"day": days_away(0)[:10]},
}

#: Steps that wait for a day, and how many days later they are taken.
LATER = {
    ("nomination", "confer"): 60,
    ("lead", "account"): 800,
}

#: States that are looked at before others have done that.
AS_IT_IS = {
    ("grant", "ordered"),
    ("grant", "granted"),
    ("nomination", "voting"),
    ("panel", "committed"),
}

#: What others do once a step was taken.
AFTER: dict[tuple[str, str], Callable[[World, Matter], None]] = {
    ("budget", "open_vote"): vote_and_wait,
    ("budget", "convert"): stop_projects,
    ("grant", "order"): paid_out,
    ("nomination", "summon"): all_voted,
    ("panel", "commit"): word_given,
    ("session", "hand_out"): called_off,
}
