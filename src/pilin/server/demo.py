"""The demo: the workbook is imported and one matter goes the whole way round the loop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

import pilin
from pilin.ledger.log import Record
from pilin.loop import clock
from pilin.loop.act import act
from pilin.loop.models import Matter
from pilin.loop.timeline import lines
from pilin.people.actor import CLOCK, Actor
from pilin.people.models import Organisation
from pilin.workbook import importing

from . import cast as casting
from . import deliberation, residents_budget, shared_work
from .cast import Cast
from .picture import river

Say = Callable[[str], None]
WORKBOOK = Path(pilin.__file__).parents[2] / "examples" / "pinghu-jinshan.xlsx"
#: How long before today the story begins, so that its last step is today's.
DAYS = 44


def play(say: Say) -> None:
    """Import the workbook, play the story, and leave some matters on their way.

    All in one transaction: a demo that was cut off starts afresh. Played once only.
    """
    if casting.is_enrolled():
        say(_("The demo is already set up."))
        return
    start = timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0)
    start -= timedelta(days=DAYS)
    with transaction.atomic():
        say(_("Importing %(file)s") % {"file": WORKBOOK.name})
        plan = importing.plan(WORKBOOK)
        importing.carry_out(plan, at=start)
        for line in plan.lines():
            say("  " + line)
        say(_("Setting up stations, halls and roles (roles, not names)"))
        people = casting.enrol(start)
        say(_("One matter goes round the loop:"))
        Story(people, start, say).whole_loop()
        say(_("Some more matters are under way, so that there is something to do"))
        quietly = Story(people, start, None)
        quietly.others()
        shared_work.play(quietly)
        deliberation.play(quietly)
        residents_budget.play(quietly)
        clock.tick()


class Story:
    """Takes steps at days after the start, and says what was done."""

    def __init__(self, people: Cast, start: datetime, say: Say | None) -> None:
        self.people = people
        self.start = start
        self.say = say

    def step(
        self,
        day: float,
        who: str | Actor,
        matter: int | str,
        name: str,
        data: dict[str, Any] | None = None,
        picture: bytes | None = None,
    ) -> int:
        """Take one step; gives the matter's number."""
        actor = self.people[who] if isinstance(who, str) else who
        files = [SimpleUploadedFile("现场.png", BytesIO(picture).getvalue())] if picture else []
        at = min(self.start + timedelta(days=day), timezone.now())
        record = act(actor, matter, name, data or {}, files=files, at=at)
        if self.say:
            self.say("  " + told(record))
        return int(record.body["matter"])

    def org(self, name: str) -> int:
        return Organisation.objects.get(name=name).pk

    def day(self, days: float) -> str:
        return (self.start + timedelta(days=days)).strftime("%Y-%m-%d")

    def whole_loop(self) -> None:
        """From a village station up to the hall, across the border, and back to who raised it."""
        m = self.step(
            0.1,
            "resident",
            "consultation",
            "raise",
            {
                "title": "界河韩家庙段水草堵塞，希望与对岸一起清理",
                "text": "入夏以来界河水草疯长，汛期排水不畅，两岸农田都受影响。单靠一边清理，过几天又漂回来。",
                "forum": self.org("韩家庙村协商驿站"),
            },
        )
        self.step(0.4, "resident-right", m, "support")
        self.step(
            1, "host", m, "accept", {"reason": "事关两岸农田排水，属于公共事务，列入本月协商。"}
        )
        self.step(
            2,
            "host",
            m,
            "convene",
            {
                "time": self.day(5) + "T19:00",
                "where": "韩家庙村协商驿站",
                "invitees": "三组、四组农户代表，村水管员，乡村振兴委员工作室委员",
                "agenda": "界河清理的范围、分工和时间",
            },
        )
        self.step(
            5.5,
            "host",
            m,
            "hold",
            {
                "attendance": 23,
                "statements": "只清本村一侧没有用，要和对岸同一天做\n清淤要在汛期前完成\n平时保洁要有人管",
                "minutes": "到会二十三人。一致认为须与对岸同步清理，村一级无法约定，提请镇民生议事堂协商。",
            },
        )
        self.step(
            6, "host", m, "escalate", {"reason": "需要与金山卫镇商定分工和经费，超出本村权限。"}
        )
        self.step(
            7, "clerk", m, "accept", {"reason": "涉及跨省界河，由镇民生议事堂与金山卫镇一起协商。"}
        )
        self.step(
            8,
            "clerk",
            m,
            "convene",
            {
                "time": self.day(11) + "T14:00",
                "where": "独山港镇民生议事堂",
                "invitees": "两镇水利、农业条线，韩家庙村、星火村村民代表",
                "agenda": "联合清淤方案",
            },
        )
        self.step(
            11.5,
            "clerk",
            m,
            "hold",
            {
                "attendance": 31,
                "statements": "两镇各出一半费用\n同一支队伍从上游做到下游\n完工后由两村轮月保洁",
                "minutes": "两镇同意联合清淤，独山港镇牵头，金山卫镇配合，完工后两村轮流保洁。",
            },
        )
        self.step(
            12,
            "clerk",
            m,
            "decide",
            {
                "outcomes": "两镇联合清理界河三公里，并修整两岸护坡\n两村轮月保洁，驿站门口公示值班表",
            },
        )
        self.step(
            13,
            "clerk",
            m,
            "convert",
            {
                "outcome": 1,
                "title": "界河联合清淤与护坡修整",
                "lead": self.org("独山港镇"),
                "partners": [self.org("金山卫镇")],
                "category": "生态环境",
                "budget": "12万",
                "finish": self.day(40),
                "milestones": f"{self.day(24)} 水草清理完毕\n{self.day(36)} 护坡修整完毕",
            },
        )
        self.step(
            14,
            "clerk",
            m,
            "settle",
            {
                "outcome": 2,
                "answer": "值班表已定：单月韩家庙村，双月星火村，两个驿站门口同时公示。",
            },
        )
        p = Matter.objects.get(source=m).pk
        self.step(
            15, "lead", p, "approve", {"words": "已与金山卫镇会签，费用各半，列入本季度计划。"}
        )
        self.step(18, "lead", p, "start", {"start": self.day(18)})
        self.step(
            25,
            "lead",
            p,
            "report",
            {"percent": 60, "words": "水草清理完毕，护坡材料已到场。", "milestones": [1]},
            picture=river(clear=False),
        )
        self.step(
            37,
            "lead",
            p,
            "deliver",
            {"words": "三公里河道清理完毕，两岸护坡修整完毕，请验收。"},
            picture=river(clear=True),
        )
        self.step(39, "clerk", p, "accept", {"words": "两镇到现场看过，水流畅通，同意验收。"})
        self.step(
            40,
            "resident-right",
            m,
            "rate",
            {"rating": 5, "words": "下了几场雨，这边田里也没有积水。"},
        )
        self.step(
            41, "resident", m, "confirm", {"rating": 5, "words": "看得见的变化，希望保洁坚持下去。"}
        )

    def others(self) -> None:
        """Matters at rest in other places of the loop: open, due, late, disputed, silent."""
        silent = self.step(
            0.2,
            "resident",
            "consultation",
            "raise",
            {
                "title": "村口公告栏字太小，老人看不清",
                "forum": self.org("韩家庙村协商驿站"),
                "text": "希望换大一点的字，重要的事念一念。",
            },
        )
        self.step(1, "host", silent, "accept", {"reason": "马上可以改。"})
        self.step(
            2,
            "host",
            silent,
            "convene",
            {"time": self.day(3) + "T19:00", "where": "韩家庙村协商驿站", "invitees": "老年协会"},
        )
        self.step(
            3.5,
            "host",
            silent,
            "hold",
            {"attendance": 9, "statements": "字要大，灯要亮", "minutes": "同意更换公告栏。"},
        )
        self.step(4, "host", silent, "decide", {"outcomes": "公告栏改用大字并加灯"})
        self.step(4.2, "host", silent, "settle", {"outcome": 1, "answer": "本周更换。"})
        self.step(
            8,
            "host",
            silent,
            "deliver",
            {"words": "公告栏已更换，字号加大一倍，装了灯。"},
            picture=river(clear=True),
        )
        self.step(40, CLOCK, silent, "silence")

        self.step(
            43.2,
            "host",
            "consultation",
            "raise_for",
            {
                "title": "独居老人买药要走三公里，能不能每周代买一次",
                "forum": self.org("韩家庙村协商驿站"),
                "text": "村里有五位独居老人不会用手机。",
                "person": "三组一位村民",
                "channel": "in-person",
            },
        )
        late = self.step(
            20,
            "resident-right",
            "consultation",
            "raise",
            {
                "title": "星火村到韩家庙村的小路夜里没有灯",
                "forum": self.org("星火村协商驿站"),
                "text": "两边上下班的人都走这条路，冬天天黑得早。",
            },
        )
        self.step(21, "host-right", late, "accept", {"reason": "两村共用的路，应当商量。"})
        talk = self.step(
            30,
            "delegate",
            "consultation",
            "raise",
            {
                "title": "稻米加工边角料能不能两镇统一回收",
                "forum": self.org("请你来协商·民生议事堂"),
                "text": "加工点分散，焚烧有隐患，统一回收可以做饲料。",
            },
        )
        self.step(32, "clerk", talk, "accept", {"reason": "与全产业链有关，列入议程。"})
        self.step(
            41,
            "clerk",
            talk,
            "convene",
            {
                "time": self.day(DAYS + 6) + "T14:00",
                "where": "独山港镇民生议事堂",
                "invitees": "两镇农业条线，田园五镇强村公司，种粮大户",
            },
        )
        clock.tick(self.start + timedelta(days=31))
        self.step(
            42,
            "department",
            "project",
            "register",
            {
                "title": "两地公交时刻衔接",
                "lead": self.org("平湖市"),
                "partners": [self.org("金山区")],
                "category": "交通出行",
                "finish": self.day(DAYS + 90),
                "budget": "5万",
            },
        )
        busy = self.step(
            28,
            "resident",
            "consultation",
            "raise",
            {
                "title": "跨省看病报销要跑两次，能不能一次办完",
                "forum": self.org("请你来协商·民生议事堂"),
                "text": "在金山看病，回平湖报销，材料要交两遍。",
            },
        )
        self.step(29, "clerk", busy, "accept", {"reason": "反映的人多，列入协商。"})
        self.step(
            31,
            "clerk",
            busy,
            "convene",
            {
                "time": self.day(34) + "T14:00",
                "where": "独山港镇民生议事堂",
                "invitees": "两地医保窗口",
            },
        )
        self.step(
            34.5,
            "clerk",
            busy,
            "hold",
            {
                "attendance": 18,
                "statements": "材料互认就可以\n窗口要有人会两边的流程",
                "minutes": "两地医保窗口同意先在服务中心试行材料互认。",
            },
        )
        self.step(35, "clerk", busy, "decide", {"outcomes": "在服务中心设跨省报销一次办窗口"})
        self.step(
            36,
            "clerk",
            busy,
            "convert",
            {
                "outcome": 1,
                "title": "跨省报销一次办窗口",
                "lead": self.org("金山区"),
                "partners": [self.org("平湖市")],
                "category": "公共服务",
                "finish": self.day(DAYS + 40),
                "milestones": f"{self.day(DAYS + 15)} 窗口开办",
            },
        )


def told(record: Record) -> str:
    """One entry in one line, as the demo prints it."""
    matter = Matter.objects.get(pk=record.body["matter"])
    line = lines(matter, [record])[0]
    state = f" → {line.state_title}" if line.state_title else ""
    return _("entry %(number)d · %(who)s %(done)s%(state)s") % {
        "number": line.number,
        "who": line.who,
        "done": line.step_title,
        "state": state,
    }
