"""The demo's vote on statements: one under way, with a map, statements to look at, and slips."""

from __future__ import annotations

import random

from pilin.intake import polls, pseudonyms
from pilin.intake.casting import Ballot, cast
from pilin.intake.models import Poll
from pilin.programmes.consultation.models import Statement
from pilin.programmes.consultation.statements import opinions

from .cast import both_towns, villager
from .story import Story

HALL = "请你来协商·民生议事堂"
#: Each statement, and how likely three groups of people are to agree with it.
STATEMENTS = (
    ("应该每天早晚各开一班", (0.9, 0.25, 0.55)),
    ("只在赶集的日子开就够了", (0.15, 0.6, 0.75)),
    ("票价两元，大家都能接受", (0.85, 0.5, 0.8)),
    ("坐的人少，不如补贴拼车", (0.1, 0.85, 0.35)),
    ("路太窄，先把路拓宽再说", (0.2, 0.8, 0.3)),
    ("村里应该出一部分钱", (0.8, 0.15, 0.3)),
    ("站点设在卫生室门口最方便", (0.75, 0.45, 0.9)),
    ("七十岁以上的老人乘车应该免费", (0.85, 0.35, 0.95)),
    ("两边的公交卡应该通用", (0.95, 0.85, 0.9)),
    ("开通以后，每半年公布一次乘坐人数", (0.9, 0.92, 0.85)),
)
PEOPLE = 160


def play(s: Story) -> None:
    """A hall asks everyone what they think of a bus between two villages."""
    m = s.step(
        12,
        "resident",
        "consultation",
        "raise",
        {
            "title": "韩家庙村到星火村能不能开一班小公交",
            "text": "两村隔界河相望，去对岸看病、赶集要绕镇上转车，单程一个多小时。",
            "forum": s.org(HALL),
        },
    )
    s.step(12.5, "resident-right", m, "support")
    s.step(14, "clerk", m, "accept", {"reason": "两边都有需求，先听听大家的想法再开会。"})
    s.step(
        30,
        "clerk",
        m,
        "ask",
        {
            "question": "两村之间的小公交，怎么开才好？",
            "statements": "\n".join(text for text, _likely in STATEMENTS),
            "until": s.day(62),
            "places": both_towns(),
        },
    )
    s.step(36, "resident-right", m, "state", {"text": "末班车要等下晚班的人"})
    first = Statement.objects.filter(matter=m, status="waiting").order_by("number").first()
    assert first is not None
    s.step(37, "clerk", m, "accept_statement", {"statement": first.number})
    poll = polls.latest(m)
    assert poll is not None
    s.step(37.5, "clerk", m, "slips-issue", {"n": 30, "where": "请你来协商·民生议事堂"})
    s.step(40, "host-right", m, "state", {"text": "两边公交卡要能通用"})
    s.step(43, "delegate", m, "state", {"text": "先试开三个月，再决定长期怎么办"})
    readers = (s.people["clerk"].person, s.people["host"].person)
    cast(poll.pk, _ballots(poll, readers))
    opinions.compute(poll.pk)


def _ballots(poll: Poll, by: tuple[str, ...]) -> list[Ballot]:
    """Made-up voters of three minds, a dozen of them on paper; everyone leaves some out."""
    chance = random.Random(7)
    rows = []
    for n in range(PEOPLE):
        group = chance.choices((0, 1, 2), (5, 3, 4))[0]
        on_paper = n < 12
        voter = f"slip-{n + 1}" if on_paper else str(pseudonyms.of(poll, villager("韩家庙村", n)))
        for item, (_text, likely) in enumerate(STATEMENTS, 1):
            if chance.random() < 0.12:
                continue
            passes = chance.random() < 0.1
            choice = "0" if passes else "1" if chance.random() < likely[group] else "-1"
            rows.append(Ballot(poll.pk, voter, item, (choice,), n, by=by if on_paper else ()))
    return rows
