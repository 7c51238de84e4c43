"""The demo's panel: residents of a village drawn by lot, in a consultation that is under way. Made-up people."""

from __future__ import annotations

from pilin.engine.act import act
from pilin.engine.models import Matter
from pilin.people.actor import Actor
from pilin.programmes.panel.models import Volunteer

from .cast import villager
from .story import Story

AGES = ("18-34", "35-49", "50-64", "65+")
FORUM = "韩家庙村协商驿站"


def by_lot(s: Story) -> None:
    m = Matter.objects.filter(kind="consultation", is_open=True, org=s.org(FORUM)).latest("pk")
    said = {
        "title": "村口小公园怎么用",
        "org": s.org(FORUM),
        "consultation": m.pk,
        "text": "九个人商量两次，给出一个大家都能接受的用法。",
        "size": 9,
        "quotas": "年龄 18-34 2-3\n年龄 35-49 2-3\n年龄 50-64 2-3\n年龄 65+ 1-3\n性别 女 4-5\n性别 男 4-5",
        "until": s.day(37),
    }
    panel = s.step(32, "host", "panel", "call", said)
    for n in range(28):
        given = {"age": AGES[n * 7 % 4], "sex": "女男"[n * 3 // 2 % 2], "agrees": "on"}
        act(Actor(villager("韩家庙村", n)), panel, "join", given, at=s.at(33 + n / 20))
    s.step(38, "host", panel, "commit")
    s.step(39, "resident", panel, "word", {"word": "今天界河水位一米二"})
    s.step(40, "host", panel, "draw")
    asked = Volunteer.objects.filter(panel=panel, seat="asked").order_by("number")
    for n, volunteer in enumerate(list(asked)):
        takes = "no" if n == 2 else "yes"
        act(Actor(volunteer.person), panel, "seat", {"takes": takes}, at=s.at(41 + n / 20))
    found = "白天给老人孩子，晚上八点后不放音响；停车移到村口东侧。九人都能接受。"
    s.step(44, "host", panel, "report", {"words": found})
