"""Ways to steps that answering every form alike does not lead to: what has to be before, by hand.

Each gives the entry of the step; `join` has the neighbour support the matter and the stranger follow it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from pilin.engine import clock
from pilin.engine.act import LOG
from pilin.engine.models import Matter
from pilin.ledger import log
from pilin.ledger.log import Record
from pilin.people.hearing import Following
from pilin.programmes.budget.tests.town import announce
from pilin.programmes.event.models import Registration
from pilin.programmes.event.tokens import token
from pilin.programmes.honour.tests import made as honours
from pilin.programmes.renovation.models import Ownership
from pilin.programmes.renovation.tests import walk
from pilin.programmes.warning.tests import made as warnings
from pilin.programmes.warning.tests.made import issuer
from tests.reaching import reach
from tests.taking import (
    applied_for,
    bagged,
    called_by_lot,
    fitting_firm,
    nominated,
    set_for_next_year,
    take,
    warned,
)
from tests.two import neighboured
from tests.world import World

Join = Callable[[World, Matter], Matter]


def last(matter: Matter | int) -> Record:
    key = matter if isinstance(matter, int) else matter.pk
    return log.of_matter(LOG, key)[-1]


def by(world: World, join: Join, login: str, matter: Matter, step: str, **data: Any) -> Record:
    world.take(login, join(world, matter), step, **data)
    return last(matter)


def there(world: World, kind: str, opening: str, state: str) -> Matter:
    found = reach(world, kind, opening, state)
    assert found is not None, (kind, state)
    return found


def in_time(world: World, join: Join, matter: Matter, step: str) -> Record:
    """What the calendar does once the time is up."""
    join(world, matter)
    due = Matter.objects.get(pk=matter.pk).due
    assert due is not None
    now = timezone.now() + (due - timezone.localdate()) + timedelta(days=1)
    for day in range(200):
        clock.tick(now + timedelta(days=200 * day))
        found = [r for r in log.of_matter(LOG, matter.pk) if r.body["step"] == step]
        if found:
            return found[-1]
    raise AssertionError(step)


def idea(world: World, budget: Matter, title: str) -> None:
    world.take("resident", budget, "idea", title=title, text="好事", where="村口", estimate="1万")


def hand_over(world: World, join: Join) -> Record:
    with neighboured(world) as lead:
        m = there(world, "consultation", "raise", "decided")
        said = {"title": "清淤", "category": "环境", "finish": "2099-02-01", "text": "清理河道"}
        return by(world, join, "host", m, "hand_over", outcome=1, lead=lead, **said)


def apply_for(world: World, join: Join) -> Record:
    m = applied_for(world)
    assert m is not None
    Following.objects.get_or_create(person="p-stranger", scope="kind:grant")
    world.take("resident", m, "withdraw", reason="再想想")
    again = {"clause": m.grant.clause_id, "name": "一家企业", "contact": "前台", "facts-staff": "9"}
    return last(world.take("resident", "grant", "apply", **again))


def send(world: World, join: Join) -> Record:
    Following.objects.get_or_create(person="p-stranger", scope="kind:shipment")
    said = {"lot": bagged(world).pk, "to": world["右镇"], "amount": "10"}
    day = timezone.localdate().isoformat()
    return last(world.take("lead", "shipment", "send", day=day, **said))


def report(world: World, join: Join) -> Record:
    Following.objects.get_or_create(person="p-stranger", scope="kind:recall")
    said = {"code": bagged(world).lot.code, "text": "有异味"}
    return last(world.take("resident", "recall", "report", **said))


def call(world: World, join: Join) -> Record:
    Following.objects.get_or_create(person="p-stranger", scope="kind:panel")
    found = called_by_lot(world)
    assert found is not None
    return log.of_matter(LOG, found.pk)[0]


def nominate(world: World, join: Join) -> Record:
    Following.objects.get_or_create(person="p-stranger", scope="kind:nomination")
    found = nominated(world)
    assert found is not None
    return log.of_matter(LOG, found.pk)[0]


def two_nominated(world: World) -> tuple[Matter, Matter]:
    first = nominated(world)
    assert first is not None
    return first, honours.nominated(world, "host-right", org=world["右镇议事堂"])


def concede(world: World, join: Join) -> Record:
    first, second = two_nominated(world)
    return by(world, join, "clerk-right", second, "concede", other=first.pk, reason="那边先受理")


def give(world: World, join: Join) -> Record:
    Following.objects.get_or_create(person="p-stranger", scope="kind:grant")
    return last(world.take("lead", "grant", "give", **fitting_firm(world)))


def contest(world: World, join: Join) -> Record:
    first, second = two_nominated(world)
    halls = [world["左镇议事堂"], world["右镇议事堂"]]
    said = {"other": second.pk, "halls": halls, "reason": "都受理了"}
    return by(world, join, "clerk", first, "contest", **said)


def settle(world: World, join: Join) -> Record:
    first = Matter.objects.get(pk=contest(world, join).body["matter"])
    return by(world, join, "clerk", first, "settle", keeps="yes", reason="按地点")


def place(step: str) -> Callable[[World, Join], Record]:
    """The halls differ, and the office above says where it is judged."""

    def way(world: World, join: Join) -> Record:
        first = Matter.objects.get(pk=contest(world, join).body["matter"])
        world.take("clerk", first, "settle", keeps="yes", reason="按地点")
        world.take("clerk-right", first, "settle", keeps="no", reason="按地点")
        return by(world, join, "clerk", first, step)

    return way


def open_late(world: World, join: Join) -> Record:
    m = there(world, "nomination", "nominate", "voting")
    join(world, m)
    world.take("clerk", m, "open_late", at=timezone.now() + timedelta(days=30))
    return last(m)


def go_on(world: World, join: Join) -> Record:
    m = there(world, "nomination", "nominate", "inquiring")
    join(world, m)
    world.take("clerk", m, "go_on", reason="已过期限", at=timezone.now() + timedelta(days=60))
    return last(m)


def typed_warning(step: str) -> Callable[[World, Join], Record]:
    """A warning that was typed, and what its issuer says next."""

    def way(world: World, join: Join) -> Record:
        m = join(world, warnings.typed(world, issuer(world)))
        said = {"identifier": "县气〔2099〕8号", "sent": warnings.at(-1)}
        if step == "replace":
            return last(warnings.typed(world, 0, m, **said))
        return by(world, join, "lead-county", m, step, **said)

    return way


def keep_old(world: World, join: Join) -> Record:
    m = there(world, "agreement", "draft", "in_force")
    world.take("lead", m, "renew", until="2099-12-31", words="延长")
    return by(world, join, "lead-right", m, "keep_old", reason="条件未谈拢")


def merge_idea(world: World, join: Join) -> Record:
    m = announce(world)
    for title in ("凉亭", "亭子"):
        idea(world, m, title)
    return by(world, join, "clerk", m, "merge_idea", idea=2, like=1)


def ideas_over(world: World, join: Join) -> Record:
    m = announce(world)
    idea(world, m, "凉亭")
    return in_time(world, join, m, "ideas_over")


def nothing(world: World, join: Join) -> Record:
    m = announce(world)
    idea(world, m, "凉亭")
    world.take("clerk", m, "end_ideas", reason="够了")
    world.take("clerk", m, "refuse", idea=1, reason="不行")
    return by(world, join, "clerk", m, "nothing", words="没有可办的")


def correct(
    kind: str, opening: str, state: str, step: str = "", **words: str
) -> Callable[[World, Join], Record]:
    """Whoever wrote the newest entry there (of `step`, where one is said) corrects its words."""

    def way(world: World, join: Join) -> Record:
        m = there(world, kind, opening, state)
        entries = [r for r in log.of_matter(LOG, m.pk) if step in ("", r.body["step"])]
        wrote = entries[-1]
        login = next(n for n, a in world.people.items() if a.person == wrote.body["actor"])
        new = {f"new_{name}": text for name, text in words.items()}
        return by(world, join, login, m, "correct", entry=wrote.number, **new)

    return way


def review(world: World, join: Join) -> Record:
    m = there(world, "agreement", "draft", "in_force")
    world.take("lead", m, "review", words="都办了")
    said = last(m).number
    return by(world, join, "lead", m, "correct", entry=said, new_words="大多办了")


def delegate(world: World, join: Join) -> Record:
    m = world.raised(forum=world["左镇议事堂"])
    return by(world, join, "clerk", m, "delegate", reason="村里能办", station=world["左村驿站"])


def check_in(world: World, join: Join) -> Record:
    m = there(world, "event", "announce", "announced")
    world.take("resident", m, "register")
    login = next(n for n, a in world.people.items() if a.person == m.raiser)
    code = token(Registration.objects.get().entry)
    return by(world, join, login, m, "check_in", code=code)


def ask_more(world: World, join: Join) -> Record:
    rows = [{"row": "1", "org": world["右镇"], "what": "许可", "until": "2099-01-05"}]
    return by(world, join, "host", walk.approving(world), "ask_more", approvals=rows)


def own_flat(world: World, join: Join) -> Record:
    return by(world, join, "resident", walk.planned(world), "own_flat", owner="A-2")


def owner(step: str, **data: Any) -> Callable[[World, Join], Record]:
    def way(world: World, join: Join) -> Record:
        m = walk.planned(world)
        world.take("resident", m, "own_flat", owner="A-2")
        return by(world, join, "host", m, step, claim=Ownership.objects.get().entry, **data)

    return way


def extend(world: World, join: Join) -> Record:
    return by(
        world, join, "host", walk.called(world, 7), "extend", until="2099-02-05", reason="下雪"
    )


def resubmit(world: World, join: Join) -> Record:
    m = world.take("lead", walk.approving(world), "refuse", reason="消防通道不够宽")
    walk.plan(world, m, "amend_plan", plan="电梯移到北面")
    world.take("host", m, "discuss", attendance=3, views="好")
    return by(world, join, "host", m, "resubmit", reason="位置不变更表决内容")


def still_unsatisfied(world: World, join: Join) -> Record:
    m = there(world, "suggestion", "write", "answered")
    world.take("delegate", m, "unsatisfied", reason="没有用")
    answer = m.rules.step("answer")
    assert answer is not None and take(world, Matter.objects.get(pk=m.pk), m.rules, answer)
    return by(world, join, "delegate", m, "still_unsatisfied", reason="还是不行")


def withdraw_pledge(world: World, join: Join) -> Record:
    m = there(world, "wish", "submit", "open")
    world.take("resident", m, "pledge", amount="1")
    return by(world, join, "resident", m, "withdraw_pledge")


def warn(world: World, join: Join) -> Record:
    Following.objects.get_or_create(person="p-stranger", scope="kind:warning")
    return log.get(LOG, warned(world).pk)


def warn_by_telephone(world: World, join: Join) -> Record:
    """An issuer on the register calls."""
    Following.objects.get_or_create(person="p-stranger", scope="kind:warning")
    start = timezone.localtime()
    said = {
        **{"org": world["左县"], "issuer": issuer(world), "identifier": "7", "event": "fog"},
        **{
            "colour": "blue",
            "headline": "大雾",
            "description": "看不清。",
            "places": [world["左村"]],
        },
        "sent": start.strftime("%Y-%m-%dT%H:%M"),
        "until": (start + timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M"),
    }
    return log.get(LOG, world.take("lead-county", "warning", "enter", **said).pk)


def first_of_two(world: World) -> Matter:
    """The account of the first of the two last quarters of next year is given."""
    m = set_for_next_year(world, 3)
    assert m is not None
    world.take("lead", m, "take_on", plan="先调研")
    at = timezone.now() + timedelta(days=800)
    said = {"done": "开会", "against": "过半", "standing": "on_track"}
    return world.take("lead", m, "account", at=at, **said)


def confirm_days(world: World, join: Join) -> Record:
    m = there(world, "placement", "seek", "placed")
    work = m.rules.step("work")
    assert work is not None
    m = take(world, m, m.rules, work) or m
    return by(world, join, "clerk", m, "confirm_days", work=[m.last])


WAYS: dict[str, Callable[[World, Join], Record]] = {
    "agreement.expire": lambda world, join: in_time(
        world, join, there(world, "agreement", "draft", "in_force"), "expire"
    ),
    "agreement.keep_old": keep_old,
    "clause.end": lambda world, join: in_time(
        world, join, there(world, "clause", "write", "open"), "end"
    ),
    "consultation.hand_over": hand_over,
    "budget.ideas_over": ideas_over,
    "budget.merge_idea": merge_idea,
    "budget.nothing": nothing,
    "agreement.correct": review,
    "consultation.correct": correct(
        "consultation", "raise", "raised", title="桥坏了", text="过不去"
    ),
    "drive.correct": correct(
        "drive", "open", "collecting", title="冬衣", text="孩子们冷", where="村口"
    ),
    "event.correct": correct("event", "announce", "announced", title="丰收节", text="来吧"),
    "fund.correct": correct("fund", "open", "open", title="助学款", purpose="助学"),
    "payment.correct": correct("payment", "request", "approved", "approve", words="同意付"),
    "service.correct": correct("service", "ask", "answered", answer="办好了"),
    "suggestion.correct": correct("suggestion", "write", "accepted", reason="很好"),
    "wish.correct": correct(
        "wish", "submit", "open", "publish", title="一本书", text="好书", bring="学校"
    ),
    "consultation.delegate": delegate,
    "event.check_in": check_in,
    "grant.apply": apply_for,
    "grant.give": give,
    "nomination.nominate": nominate,
    "placement.confirm_days": confirm_days,
    "lead.accept": lambda world, join: by(
        world, join, "lead-county", first_of_two(world), "accept"
    ),
    "lead.stand": lambda world, join: in_time(world, join, first_of_two(world), "stand"),
    "panel.call": call,
    "nomination.concede": concede,
    "nomination.contest": contest,
    "nomination.settle": settle,
    "nomination.place_here": place("place_here"),
    "nomination.place_there": place("place_there"),
    "nomination.open_late": open_late,
    "warning.replace": typed_warning("replace"),
    "warning.lift": typed_warning("lift"),
    "nomination.go_on": go_on,
    "shipment.send": send,
    "recall.report": report,
    "pairing.expire": lambda world, join: in_time(
        world, join, there(world, "pairing", "propose", "active"), "expire"
    ),
    "project.correct": correct("project", "register", "approved", words="同意，尽快"),
    "renovation.ask_more": ask_more,
    "renovation.confirm_owner": owner("confirm_owner"),
    "renovation.extend": extend,
    "renovation.own_flat": own_flat,
    "renovation.refuse_owner": owner("refuse_owner", reason="登记的是别人"),
    "renovation.resubmit": resubmit,
    "suggestion.still_unsatisfied": still_unsatisfied,
    "warning.enter": warn_by_telephone,
    "warning.receive": warn,
    "wish.withdraw_pledge": withdraw_pledge,
}
