"""How made-up matters go: each story is a way through a procedure, with what it leaves behind."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

THINGS = (
    "路灯",
    "水沟",
    "公交站",
    "垃圾房",
    "桥面",
    "秸秆",
    "自来水",
    "停车位",
    "健身点",
    "防汛沙袋",
    "公告栏",
    "网线",
    "灌溉泵",
    "候车亭",
    "厕所",
    "河道",
    "护栏",
    "坑塘",
    "菜场",
    "晒谷场",
)
TROUBLES = (
    "坏了很久",
    "不够用",
    "太旧了",
    "夜里看不清",
    "经常堵塞",
    "希望修一修",
    "没有人管",
    "离家太远",
    "下雨就积水",
    "需要两村一起管",
)
WORKS = ("联合整治", "改造提升", "共建共用", "延伸衔接", "产业配套", "智慧管护")
FIELDS = ("生态环境", "交通出行", "公共服务", "产业", "农业")

Forum = tuple[int, int, str, str, tuple[str, ...]]


@dataclass(frozen=True)
class Move:
    """One entry to be, and the rows it leaves in the programme's own tables."""

    step: str
    to: str
    by: str
    days: int = 5
    due: date | None = None
    closes: str = ""
    joins: str = ""
    to_raiser: bool = False
    who: str = ""  # the person who takes it, where it is neither raiser nor holder
    held_by: str = ""  # the person who has it then
    held_at: int = 0  # the organisation whose post has it then
    files: int = 0
    scopes: tuple[str, ...] = ()  # further pages it changes
    data: Mapping[str, Any] = field(default_factory=dict)
    set: Mapping[str, Any] = field(default_factory=dict)
    pause: int = 1
    minute: int = 0
    rows: tuple[tuple[str, tuple[Any, ...]], ...] = ()


#: (chance, forum, organisations near it by category, raiser, title, text, first day) → moves. Each
#: move, once taken, gives the number of its entry back to the scenario.
Moves = Callable[
    [Random, Forum, Mapping[str, int], str, str, str, date], Generator[Move, int, None]
]


@dataclass(frozen=True)
class Scenario:
    """`weight` is its share of all; `age` how many days ago it began, from-to."""

    kind: str
    weight: int
    age: tuple[int, int]
    moves: Moves

    def words(self, random: Random, where: str) -> tuple[str, str]:
        """A title and a text."""
        thing = random.choice(THINGS)
        if self.kind != "consultation":
            return f"{where}{thing}{random.choice(WORKS)}", ""
        title = f"{where.removesuffix('驿站')}{thing}{random.choice(TROUBLES)}"
        return title, f"{thing}的事，已经有{random.randint(2, 40)}户人家提过。"


def _raise(forum: Forum, title: str, text: str) -> Move:
    org = {"id": forum[0], "name": forum[3]}
    return Move(
        "raise",
        "raised",
        "raiser",
        3,
        joins="raiser",
        pause=0,
        data={"title": title, "text": text, "forum": org},
        set={
            "title": title,
            "org": forum[0],
            "orgs": [forum[0]],
            "place": forum[1],
            "sides": forum[2],
        },
    )


def _accept(random: Random) -> Move:
    return Move(
        "accept",
        "screened",
        "holder",
        10,
        data={"reason": "公共事务，列入协商。"},
        pause=random.randint(1, 2),
    )


def waiting(
    r: Random, f: Forum, near: Any, who: str, title: str, text: str, d: date
) -> Generator[Move, int, None]:
    yield _raise(f, title, text)


def taken_up(
    r: Random, f: Forum, near: Any, who: str, title: str, text: str, d: date
) -> Generator[Move, int, None]:
    yield _raise(f, title, text)
    yield _accept(r)


def withdrawn(
    r: Random, f: Forum, near: Any, who: str, title: str, text: str, d: date
) -> Generator[Move, int, None]:
    yield _raise(f, title, text)
    yield Move(
        "withdraw", "withdrawn", "raiser", closes="withdrawn", data={"reason": "已经解决了。"}
    )


def dropped(
    r: Random, f: Forum, near: Any, who: str, title: str, text: str, d: date
) -> Generator[Move, int, None]:
    yield _raise(f, title, text)
    yield Move(
        "decline",
        "declined",
        "holder",
        10,
        to_raiser=True,
        data={"reason": "属于个人事务，不列入协商。"},
        pause=2,
    )
    if r.random() < 0.6:
        yield Move("drop", "dropped", "raiser", closes="confirmed", pause=3)
    else:
        yield Move("drop_silently", "dropped", "clock", closes="silence", pause=20)


def whole_way(
    r: Random, f: Forum, near: Any, who: str, title: str, text: str, d: date
) -> Generator[Move, int, None]:
    """Deliberated, settled at the station, and confirmed or closed in silence."""
    yield _raise(f, title, text)
    yield _accept(r)
    time = datetime.combine(d + timedelta(days=8), datetime.min.time(), UTC).replace(hour=11)
    came = r.randint(5, 40)
    yield Move(
        "convene",
        "convened",
        "holder",
        7,
        due=d + timedelta(days=10),
        data={"time": time.isoformat(timespec="minutes"), "where": f[3], "invitees": "村民代表"},
        rows=(("consultation_meeting", (f[0], time, f[3], "村民代表", "", True, came, 0)),),
    )
    yield Move(
        "hold",
        "held",
        "holder",
        5,
        pause=7,
        data={"attendance": came, "statements": ["要修"], "minutes": "同意修。"},
    )
    yield Move(
        "decide",
        "decided",
        "holder",
        10,
        data={"outcomes": ["安排修好"]},
        rows=(("consultation_outcome", (1, "安排修好", True, "本周安排。")),),
    )
    yield Move("settle", "under_way", "holder", 10, data={"outcome": 1, "answer": "本周安排。"})
    yield Move(
        "deliver", "delivered", "holder", 15, to_raiser=True, data={"words": "已经修好。"}, pause=6
    )
    if r.random() < 0.7:
        score = r.randint(3, 5)
        yield Move(
            "confirm",
            "closed",
            "raiser",
            closes="confirmed",
            data={"rating": score},
            pause=3,
            rows=(("loop_rating", (who, score)),),
        )
    else:
        yield Move("silence", "lapsed", "clock", closes="silence", pause=30)


def running(
    r: Random, f: Forum, near: Any, who: str, title: str, text: str, d: date
) -> Generator[Move, int, None]:
    """A project recorded from a register."""
    field_ = r.choice(FIELDS)
    finish = d + timedelta(days=r.randint(-20, 200) + 60)
    money = {
        "value": str(r.randint(1, 900) * 10_000),
        "unit": "元",
        "at_least": False,
        "about": False,
        "wording": "",
    }
    row = {
        "title": title,
        "serial": "",
        "org": f[0],
        "orgs": [f[0]],
        "lead": f[0],
        "partners": [],
        "category": field_,
        "planned": money,
        "progress": "正在推进",
        "source_row": {},
    }
    yield Move(
        "record",
        "under_way",
        "house",
        due=finish,
        joins="",
        pause=0,
        data={"row": row, "due_day": finish.isoformat()},
        set={"title": title, "org": f[0], "orgs": [f[0]], "place": f[1], "sides": f[2]},
        rows=(
            (
                "project_project",
                (
                    "",
                    f[0],
                    [],
                    field_,
                    json.dumps(money),
                    None,
                    finish,
                    None,
                    None,
                    "正在推进",
                    None,
                    "",
                    None,
                    False,
                    "{}",
                ),
            ),
        ),
    )


SCENARIOS = {
    "waiting": Scenario("consultation", 60, (0, 6), waiting),
    "taken_up": Scenario("consultation", 80, (2, 16), taken_up),
    "withdrawn": Scenario("consultation", 250, (5, 400), withdrawn),
    "dropped": Scenario("consultation", 380, (40, 400), dropped),
    "whole_way": Scenario("consultation", 100, (70, 400), whole_way),
    "running": Scenario("project", 90, (0, 60), running),
}
