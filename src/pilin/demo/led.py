"""The demo's lead projects and advisers. Made up, but for the places; nobody is named."""

from __future__ import annotations

from datetime import date, timedelta

from pilin.engine.act import act
from pilin.engine.models import Matter
from pilin.people.actor import HOUSE
from pilin.people.models import Organisation
from pilin.programmes.agreement.models import LeadProject
from pilin.programmes.lead import quarters

from .story import Story

PINGHU, DUSHAN, XINDAI, WEI = "平湖市", "独山港镇", "新埭镇", "金山卫镇"
MILL, PARK = "智慧农业加速器与产业赋能中心", "张江长三角科技城枫泾园"


def play(s: Story) -> None:
    lead_projects(s)
    advisers(s)


def lead_projects(s: Story) -> None:
    """Of a year whose last quarter but one is over: accounts from the register, one given, one missing."""
    last = date(s.at(0).year, quarters.of(s.at(0).date()) * 3 - 2, 1) - timedelta(days=1)
    year, quarter = last.year, quarters.of(last)
    ours = _led(s, "毗邻党建引领区域联动", DUSHAN, "镇党委书记", year, quarter)
    _led(s, "产城融合发展区建设", XINDAI, "镇党委书记", year, quarter)
    said = {
        "done": "十四个村社区与对岸全部结对，联合走访两次。",
        "against": "四项任务已完成三项。",
        "standing": "on_track",
    }
    s.step(16, "lead", ours, "account", said)
    s.step(18, "lead-city", ours, "dispute", {"reason": "联合走访解决了什么，请写清楚。"})
    again = {**said, "done": "十四个村社区全部结对；走访两次，解决界河清淤等三件事。"}
    s.step(21, "lead", ours, "account", again)
    if quarter < quarters.LAST:
        s.step(25, "lead-city", ours, "accept")
    else:
        s.step(25, "lead-city", ours, "confirm", {"rating": 4})


def charged(s: Story, agreement: int) -> None:
    """A project of an agreement's list becomes an office's own, while the agreement is in force."""
    line = LeadProject.objects.filter(agreement=agreement).order_by("entry")[0]
    at = s.at(10)
    charge = {"setter": s.org(DUSHAN), "org": s.org(WEI), "target": "巡查不断档，问题当月清零。"}
    when = {"year": at.year, "quarter": quarters.of(at.date())}
    s.step(10, "lead", agreement, "charge", {"line": line.entry, **charge, **when})
    m = Matter.objects.get(kind="lead", source=agreement).pk
    s.step(12, "lead-right", m, "take_on", {"plan": "每周巡一次，每季联合清一次。"})


def _led(s: Story, title: str, org: str, official: str, year: int, open_from: int) -> int:
    """As the register has it: the quarters before `open_from` are accounted for."""
    said = [f"{n}季度任务按计划完成。" if n < open_from else "" for n in quarters.ALL]
    parties = [org, PINGHU]
    row = {
        "title": title,
        "org": s.org(org),
        "orgs": [s.org(name) for name in parties],
        "place": Organisation.objects.get(name=org).place_id,
        "parties": parties,
        "year": year,
        "official": official,
        "target": "八个重点领域各有一项落地。",
        "quarters": said,
        "source_row": {
            "year": str(year),
            "title": title,
            "org": org,
            "official": official,
            "setter": PINGHU,
            "target": "八个重点领域各有一项落地。",
        },
    }
    due = quarters.due(year, open_from)
    return act(HOUSE, "lead", "record", {"row": row, "due_day": due.isoformat()}, at=s.at(1)).number


def advisers(s: Story) -> None:
    rice = {"field": "大米加工", "start": s.day(25), "until": s.day(160)}
    s.step(
        20,
        "lead",
        "placement",
        "seek",
        {
            **rice,
            "title": "寻大米加工顾问",
            "org": s.org(DUSHAN),
            "text": "新生产线调试需要懂碾米工艺的人。",
            "days": "12",
            "contact": "不公开",
        },
    )
    s.step(
        22,
        "lead-right",
        "placement",
        "offer",
        {
            **rice,
            "title": "可派大米加工顾问",
            "org": s.org(WEI),
            "role": "退休技师，碾米二十年",
            "text": "愿意每周去一天。",
            "days": "15",
            "contact": "不公开",
        },
    )
    sought = {
        "title": "寻育秧技术员",
        "org": s.org(MILL),
        "field": "水稻育秧",
        "text": "第一次用育秧流水线，要人带一季。",
        "days": "8",
        "start": s.day(5),
        "until": s.day(120),
        "contact": "不公开",
    }
    running = s.step(4, "lead-mill", "placement", "seek", sought)
    answer = {
        "partner": s.org(WEI),
        "role": "农艺师，种稻三年",
        "text": "每周二到场，带两名学徒。",
        "days": "8",
        "start": s.day(8),
        "until": s.day(120),
        "contact": "不公开",
    }
    s.step(6, "lead-right", running, "propose", answer)
    s.step(7, "lead-mill", running, "accept", {"listing": ""})
    given = []
    for day, words in ((12, "看场地，定播种量"), (19, "首批育秧"), (26, "查出苗，补播两盘")):
        work = {"day": s.day(day), "days": "1", "words": words}
        s.step(day, "lead-right", running, "work", work)
        given.append(s.newest(running))
    s.step(28, "lead-mill", running, "confirm_days", {"work": given[:2]})
    done = s.step(
        2,
        "lead-park",
        "placement",
        "offer",
        {
            "title": "可派设备检修师傅",
            "org": s.org(PARK),
            "role": "机电技师，修过三条产线",
            "field": "设备检修",
            "text": "淡季可以帮对岸企业看看设备。",
            "days": "3",
            "start": s.day(3),
            "until": s.day(60),
            "contact": "不公开",
        },
    )
    needs = {"partner": s.org(XINDAI), "text": "镇上两家企业请他看设备。", "days": "2"}
    s.step(5, "lead-town", done, "propose", {**needs, "start": s.day(6), "until": s.day(60)})
    s.step(6, "lead-park", done, "accept", {"listing": ""})
    s.step(11, "lead-park", done, "work", {"day": s.day(10), "days": "2", "words": "查了五台设备"})
    s.step(13, "lead-town", done, "confirm_days", {"work": [s.newest(done)]})
    s.step(14, "lead-park", done, "end", {"account": "找出三处隐患，都已修好。"})
    s.step(16, "lead-town", done, "confirm", {"rating": 5, "words": "省了停工两天。"})
