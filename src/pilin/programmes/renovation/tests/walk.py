"""Steps of a renovation, for tests that begin further on."""

from datetime import UTC, datetime

from pilin.engine.act import available
from pilin.engine.models import Matter


def propose(world):
    return world.take(
        "host",
        "renovation",
        "propose",
        title="左村老楼改造",
        org=world["左村驿站"],
        neighbourhood="左村小区",
        households=4,
        text="楼道黑，没有电梯。",
    )


def planned(world, units="A-101,80,A-1\nA-102,80,A-2\nA-103,80,A-3\nA-104,60,A-4"):
    m = propose(world)
    world.take("host", m, "survey", asked=4, answered=3, needs="加装电梯 3\n停车 1")
    world.take("host", m, "units", units=units)
    plan(world, m)
    world.take("host", m, "discuss", attendance=9, views="同意装电梯")
    return Matter.objects.get(pk=m.pk)


def plan(world, m, step="plan", **more):
    answers = {
        "plan": "每个单元装一部电梯",
        "cost": "30万",
        "finance": "政府补助 20万\n业主分摊 10万",
        "finish": "2099-01-05",
        **more,
    }
    return world.take("host", m, step, **answers)


def called(world, *items, units=None):
    m = planned(world, units) if units else planned(world)
    questions = [{"row": str(n), "item": i, "text": f"议题{i}"} for n, i in enumerate(items, 1)]
    answers = {"first": "2026-03-01", "until": "2099-01-05", "where": "驿站"}
    return world.take("host", m, "call", questions=questions, **answers)


def enter(world, m, votes, *logins, way="own"):
    """Each ballot as the answers to the questions, by number: {1: ("yes", "no")}."""
    rows = [
        {"row": str(n), "way": way, **{f"q{q}": a for q, a in enumerate(answers, 1)}}
        for n, answers in votes.items()
    ]
    for login in logins or ("host", "clerk"):
        m = world.take(login, m, "enter", ballots=rows)
    return m


def voted(world, votes, *items, units=None):
    m = called(world, *(items or (7,)), units=units)
    enter(world, m, votes)
    return world.take("host", m, "count")


def carried(world):
    return voted(world, dict.fromkeys((1, 2, 3, 4), ("yes",)))


def ask(world, m, **days):
    rows = [
        {"row": str(n), "org": world[name], "what": "许可", "until": day}
        for n, (name, day) in enumerate(days.items(), 1)
    ]
    return world.take("host", m, "ask", approvals=rows)


def approving(world):
    return ask(world, carried(world), 左镇="2099-02-01", 左县="2099-01-05")


def finished(world):
    m = approving(world)
    world.take("neighbour", m, "join")
    world.take("lead-county", m, "grant", words="同意，批文 1 号")
    world.take("lead", m, "grant", words="同意")
    world.take("host", m, "start", start="2026-04-01", builder="建筑公司")
    world.take("host", m, "report", words="基础做好了", spent="12万")
    return world.take("host", m, "finish", words="电梯装好了")


def publish(world, m, remainder="2万", left_to="维修资金"):
    return world.take(
        "host",
        m,
        "publish",
        income="政府补助 20万\n业主分摊 10万",
        spending="电梯 28万",
        remainder=remainder,
        left_to=left_to,
    )


def reason_of(refused):
    errors = [str(e) for found in refused.value.errors.values() for e in found]
    return " ".join([str(refused.value), *errors])


def after(world, m, step, **data):
    """Take a step once the last day has passed."""
    return world.take("host", m, step, at=datetime(2099, 3, 2, 1, tzinfo=UTC), **data)


def steps(world, m, login):
    return available(world.actor(login), Matter.objects.get(pk=m.pk))
