"""The demo's participatory budgets: one counted and being built, one that is voted on now."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta

from pilin.engine.models import Matter
from pilin.intake import polls, pseudonyms
from pilin.intake.casting import Ballot, cast
from pilin.people.actor import CLOCK, HOUSE
from pilin.programmes.budget.models import Idea

from .cast import both_towns, villager
from .picture import dusk, river
from .story import Story

HALL, HALL_RIGHT = "请你来协商·民生议事堂", "金山卫镇民生议事堂"
#: Who raises what, why, where, the guess, the vetted cost ("" where it is not admitted), and how much
#: two groups of voters like it.
BUILT = (
    (
        "resident",
        "村口候车亭加座椅和雨棚",
        "等车的多是老人和孩子，下雨没处躲。",
        "村口",
        "5万",
        "4.6万",
        (0.75, 0.3),
    ),
    (
        "resident",
        "老年活动室装扶手、换防滑地面",
        "地砖一湿就滑，去年有人摔过。",
        "老年活动室",
        "3万",
        "3.2万",
        (0.55, 0.25),
    ),
    (
        "resident-right",
        "界河步道装太阳能路灯",
        "傍晚散步的人多，天一黑就看不清。",
        "界河北岸步道",
        "6万",
        "6.8万",
        (0.35, 0.8),
    ),
    (
        "delegate",
        "晒谷场铺平",
        "坑洼积水，秋收时晒不开。",
        "三组晒谷场",
        "8万",
        "7.5万",
        (0.5, 0.2),
    ),
    (
        "host",
        "文化礼堂换大屏",
        "老投影看不清，办活动要借设备。",
        "文化礼堂",
        "9万",
        "8.8万",
        (0.3, 0.1),
    ),
    (
        "resident",
        "小学门口划斑马线、装减速带",
        "放学时车快，孩子过路不安全。",
        "村小学门口",
        "2万",
        "1.8万",
        (0.1, 0.55),
    ),
    ("delegate", "河边搭钓鱼平台", "岸边湿滑，搭个平台安全些。", "界河南岸", "4万", "", (0, 0)),
    ("resident-right", "候车亭装雨棚", "下雨天等车淋雨。", "村口", "3万", "", (0, 0)),
)
OPEN = (
    (
        "resident-right",
        "卫生室门口加无障碍坡道",
        "轮椅上不去，要两个人抬。",
        "星火村卫生室",
        "2.5万",
        "2.8万",
        (0.7, 0.5),
    ),
    (
        "resident-right",
        "给公共自行车点加顶棚",
        "车子日晒雨淋，坐垫都烂了。",
        "星火驿站旁",
        "2万",
        "2.2万",
        (0.3, 0.6),
    ),
    (
        "resident",
        "两村小路补几盏路灯",
        "上夜班的人走这条路，有一段全黑。",
        "星火村到韩家庙村的小路",
        "5万",
        "5.4万",
        (0.8, 0.4),
    ),
    (
        "host-right",
        "驿站添一间小小图书角",
        "孩子放学有地方看书。",
        "星火驿站",
        "1.5万",
        "1.5万",
        (0.4, 0.6),
    ),
    (
        "delegate",
        "广场换健身器材",
        "有三件已经坏了，拆了没补。",
        "星火村广场",
        "4万",
        "4.2万",
        (0.3, 0.5),
    ),
)


def play(s: Story) -> None:
    _built(s)
    _open(s)


def _built(s: Story) -> None:
    announced = {
        "title": "二十万元，韩家庙村的事大家定",
        "org": s.org(HALL),
        "text": "用于村里的公共设施：路、灯、老人和孩子用得上的地方。",
        "sum": "20万",
        "most": 3,
        "least": 60,
        "ideas_until": s.day(9),
        "rule": "equal-shares",
    }
    m = s.step(1, "clerk", "budget", "announce", announced)
    _ideas(s, m, BUILT, 2)
    s.step(10, CLOCK, m, "ideas_over")
    _admit(s, m, BUILT, "clerk", 10.5)
    s.step(11, "clerk", m, "merge_idea", {"idea": 8, "like": 1})
    refusal = "在河道管理范围内，不能搭固定平台。可以改提移动的座椅。"
    s.step(11.2, "clerk", m, "refuse", {"idea": 7, "reason": refusal})
    s.step(12, "clerk", m, "open_vote", {"until": s.day(20), "places": both_towns()})
    _vote(s, m, BUILT, ("韩家庙村", 244), 3, 15, {"resident": (1, 2, 6), "resident-right": (1, 3)})
    s.step(21, HOUSE, m, "close_vote")
    for idea in Idea.objects.filter(matter=m, rank__isnull=False).order_by("rank"):
        answers = {
            "winner": idea.number,
            "lead": s.org("独山港镇"),
            "partners": [s.org("金山卫镇")] if "界河" in idea.title else [],
            "category": "民生设施",
            "finish": s.day(75),
        }
        s.step(23, "clerk", m, "convert", answers)
    first, *others = Matter.objects.filter(source=m).order_by("pk")
    for p in (first, *others[:-1]):
        s.step(25, "lead", p.pk, "approve", {"words": "按核定金额安排。"})
        s.step(27, "lead", p.pk, "start", {"start": s.day(27)})
    done = "施工完毕，请查看。"
    s.step(38, "lead", first.pk, "deliver", {"words": done}, river(clear=True))
    s.step(40, "clerk", first.pk, "accept", {"words": "现场看过，合格。"})


def _open(s: Story) -> None:
    announced = {
        "title": "星火村十二万元微改造",
        "org": s.org(HALL_RIGHT),
        "text": "一年内能办好的小改造，单个项目不超过六万元。",
        "sum": "12万",
        "most": 2,
        "least": 30,
        "ideas_until": s.day(30),
        "rule": "equal-shares",
    }
    m = s.step(20, "clerk-right", "budget", "announce", announced)
    _ideas(s, m, OPEN, 22)
    s.step(31, CLOCK, m, "ideas_over")
    _admit(s, m, OPEN, "clerk-right", 33)
    s.step(35, "clerk-right", m, "open_vote", {"until": s.day(58)})
    s.step(35.1, "clerk-right", m, "slips-issue", {"n": 60, "where": "星火村协商驿站"})
    _vote(s, m, OPEN, ("星火村", 57), 2, 40, {})


Rows = Sequence[tuple[str, str, str, str, str, str, tuple[float, float]]]


def _ideas(s: Story, m: int, rows: Rows, day: float) -> None:
    for n, (who, title, text, where, estimate, _cost, _liked) in enumerate(rows):
        answers = {"title": title, "text": text, "where": where, "estimate": estimate}
        photo = (river(clear=True),) if "界河" in where else (dusk(),) if "小路" in where else ()
        s.step(day + n * 0.6, who, m, "idea", answers, *photo)


def _admit(s: Story, m: int, rows: Rows, who: str, day: float) -> None:
    for number, (*_rest, cost, _liked) in enumerate(rows, 1):
        if cost:
            words = "按两家报价核定，含安装。"
            s.step(day, who, m, "admit", {"idea": number, "cost": cost, "words": words})


def _vote(
    s: Story,
    m: int,
    rows: Rows,
    people: tuple[str, int],
    most: int,
    day: float,
    own: dict[str, tuple[int, ...]],
) -> None:
    """Made-up voters of two minds, and some of the cast."""
    poll, chance = polls.latest(m), random.Random(11)
    assert poll is not None
    ballots = []
    where, number = people
    for n in range(number):
        group = chance.choices((0, 1), (3, 2))[0]
        liked = [
            i
            for i, (*_rest, cost, like) in enumerate(rows, 1)
            if cost and chance.random() < like[group]
        ]
        named = tuple(str(i) for i in sorted(chance.sample(liked, min(most, len(liked)))))
        ballots.append(Ballot(poll.pk, str(pseudonyms.of(poll, villager(where, n))), 0, named, n))
    for who, numbers in own.items():
        voter = str(pseudonyms.of(poll, s.people[who].person))
        ballots.append(Ballot(poll.pk, voter, 0, tuple(map(str, numbers)), 1))
    cast(poll.pk, ballots, now=s.start + timedelta(days=day))
