"""The demo's renovations: one turned down by a hair, one waiting for approvals, one being voted on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pilin.programmes.renovation.models import Ownership

from .picture import river
from .story import Story

AREAS = ("58.42", "71.36", "89.05", "71.36")
Votes = Callable[[int], tuple[str, ...] | None]


def play(s: Story) -> None:
    turned_down(s)
    approving(s)
    voting(s)


def register(building: str) -> str:
    """Six floors of four units: two of one owner, one that two own together."""
    rows = []
    for floor in range(1, 7):
        for n, area in enumerate(AREAS, 1):
            unit = f"{building}-{floor}0{n}"
            owner = f"{building}-201" if unit == f"{building}-202" else unit
            rows.append(f"{unit},{area},{owner}{f'；{owner}-2' if floor == 3 and n == 1 else ''}")
    return "\n".join(rows)


def planned(s: Story, day: float, host: str, **about: Any) -> int:
    """A renovation whose plan was talked over; `about` holds what differs."""
    m = s.step(
        day,
        host,
        "renovation",
        "propose",
        {
            "title": about["title"],
            "org": s.org(about["station"]),
            "neighbourhood": about["neighbourhood"],
            "households": 24,
            "text": "楼房建于九十年代，没有电梯，楼道灯常坏，雨天一楼返水。",
        },
    )
    survey = {"asked": 24, "answered": 19, "needs": "加装电梯 13\n疏通下水 11\n停车位 9\n楼道灯 6"}
    s.step(day + 1, host, m, "survey", survey)
    again = {"asked": 24, "answered": 23, "needs": "加装电梯 17\n疏通下水 14\n停车位 9"}
    s.step(day + 3, host, m, "survey", again)
    s.step(day + 4, host, m, "units", {"units": register(about["building"])})
    s.step(day + 5, host, m, "plan", about["plan"], river(clear=False))
    views = "一楼担心采光，电梯井改用玻璃\n低楼层少出钱\n先通下水再装电梯"
    s.step(day + 6, host, m, "discuss", {"attendance": 21, "views": views})
    return m


def owner(s: Story, day: float, who: str, host: str, m: int, code: str) -> None:
    """Somebody says which flat is theirs, and the committee confirms it."""
    s.step(day, who, m, "own_flat", {"owner": code})
    claim = Ownership.objects.get(renovation=m, person=s.people[who].person)
    s.step(day + 0.2, host, m, "confirm_owner", {"claim": claim.entry})


def call(
    s: Story, day: float, host: str, m: int, until: float, *questions: tuple[int, str]
) -> None:
    rows = [{"row": str(n), "item": i, "text": text} for n, (i, text) in enumerate(questions, 1)]
    answers = {"first": s.day(day), "until": s.day(until), "where": "驿站投票箱"}
    s.step(day, host, m, "call", {"questions": rows, **answers})


def enter(s: Story, day: float, who: str, m: int, votes: Votes, ways: dict[int, str]) -> None:
    """The ballots of 23 owners as one person reads them; None: there is none."""
    rows = [
        {"row": str(n), "way": ways.get(n, "own"), **{f"q{q}": a for q, a in enumerate(given, 1)}}
        for n in range(1, 24)
        if (given := votes(n))
    ]
    s.step(day, who, m, "enter", {"ballots": rows})


def turned_down(s: Story) -> None:
    """Enough take part, and enough agree to the maintenance fund; too few to the lifts."""
    m = planned(
        s,
        2,
        "host-suilun",
        title="穗轮新村 3 号楼加装电梯",
        station="穗轮村协商驿站",
        neighbourhood="穗轮新村",
        building="C",
        plan={
            "plan": "两个单元各加装一部电梯，疏通下水。",
            "cost": "76万",
            "finance": "政府补助 30万\n维修资金 16万\n业主分摊 30万",
            "owners_pay": "30万",
            "finish": s.day(240),
        },
    )
    questions = ((7, "是否同意加装两部电梯？"), (5, "是否同意使用维修资金 16 万元？"))
    call(s, 9, "host-suilun", m, 24, *questions)

    def votes(n: int) -> tuple[str, ...] | None:
        if n in (5, 12, 20):
            return None
        return ("no" if n in (1, 2, 3, 4, 9) else "abstain" if n == 8 else "yes", "yes")

    for day, who in ((25, "host-suilun"), (25.4, "clerk")):
        enter(s, day, who, m, votes, {10: "authorised", 16: "unauthorised"})
    s.step(26, "host-suilun", m, "count")


def approving(s: Story) -> None:
    """Carried; the town has granted, the city is still to answer."""
    m = planned(
        s,
        1,
        "host",
        title="韩家庙新村 1 号楼改造",
        station="韩家庙村协商驿站",
        neighbourhood="韩家庙新村",
        building="A",
        plan={
            "plan": "两个单元各加装一部玻璃电梯，更换下水管，楼道装感应灯。",
            "cost": "82万",
            "finance": "政府补助 40万\n维修资金 12万\n业主分摊 30万",
            "owners_pay": "30万",
            "finish": s.day(200),
        },
    )
    owner(s, 7.5, "resident", "host", m, "A-401")
    questions = ((7, "是否同意按方案改造 1 号楼？"), (5, "是否同意使用维修资金 12 万元？"))
    call(s, 8, "host", m, 24, *questions)

    def votes(n: int) -> tuple[str, ...] | None:
        if n in (7, 19):
            return None
        return ("no" if n in (2, 11) else "yes", "abstain" if n == 3 else "yes")

    for day, who in ((25, "host"), (25.5, "clerk")):
        enter(s, day, who, m, votes, {6: "authorised"})
    s.step(26, "host", m, "count")
    for who in ("resident", "resident-right"):
        s.step(26.5, who, m, "join")
    rows = [
        {"row": str(n), "org": s.org(name), "what": what, "until": s.day(until)}
        for n, (name, what, until) in enumerate(
            (
                ("独山港镇", "规划公示与施工备案", 38),
                ("平湖市", "施工许可", 52),
                ("新埭镇", "占道施工会签", 42),
            ),
            1,
        )
    ]
    s.step(28, "host", m, "ask", {"approvals": rows})
    s.step(35, "lead", m, "grant", {"words": "公示七日无异议，同意备案，备案号 2026-031。"})


def voting(s: Story) -> None:
    """The owners are voting; of the ballots that came, two were read differently."""
    m = planned(
        s,
        20,
        "host",
        title="韩家庙新村 2 号楼屋面与管道改造",
        station="韩家庙村协商驿站",
        neighbourhood="韩家庙新村",
        building="B",
        plan={
            "plan": "屋面防水翻新，更换上下水立管。",
            "cost": "36万",
            "finance": "政府补助 20万\n维修资金 16万",
            "owners_pay": "0",
            "finish": s.day(180),
        },
    )
    owner(s, 29, "resident", "host", m, "B-503")
    call(s, 30, "host", m, 54, (5, "是否同意使用维修资金 16 万元？"))

    def first(n: int) -> tuple[str, ...] | None:
        return ("no" if n == 4 else "yes",) if n < 13 else None

    def second(n: int) -> tuple[str, ...] | None:
        return ("abstain" if n == 6 else "yes",) if n < 11 else None

    enter(s, 40, "host", m, first, {})
    enter(s, 41, "clerk", m, second, {})
