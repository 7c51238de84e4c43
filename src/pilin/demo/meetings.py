"""Meetings of the demo: last month's, of whose requirements some are confirmed and one is late; the document before a
meeting, still to be looked over; and the next meeting, whose agenda begins with what is open. Made up, but for the titles
of the documents in the workbook.
"""

from __future__ import annotations

from pilin.deciding.minutes.rules import read
from pilin.engine.models import Matter
from pilin.people.models import Organisation
from pilin.programmes.policy.models import Document

from .story import Story

MINUTES = """独山港镇政府专题会议纪要
会议听取了界河整治和防汛准备情况的汇报，议定事项如下：
一、原则同意《界河保洁轮值办法》。
二、由金山卫镇牵头，独山港镇配合，于{drain}前完成界河淤积点清理。
三、独山港镇要在{pumps}前完成两座机埠的检修。
四、请韩家庙村协商驿站就村口路灯的布点听取村民意见。
会议强调，各单位要提高认识，加强协作，确保安全度汛。
"""
NOTICE = """关于做好老旧小区改造摸底工作的通知
各有关单位：
为做好下一步改造计划，现将有关事项通知如下。
一、由独山港镇牵头，请你来协商·民生议事堂配合，于{survey}前完成摸底，形成清单。
二、平湖市要在{rules}前印发资金监管细则。
三、各小区业委会要重视资金规范使用。
"""


def meetings(s: Story) -> None:
    _last_month(s)
    _documents(s)
    said = {"title": "独山港镇政府例会", "org": s.org("独山港镇"), "day": s.day(52)}
    s.step(
        42,
        "lead",
        "session",
        "call",
        {**said, "where": "镇政府二楼会议室，上午九点", "topics": "岁末安全检查\n村口路灯布点意见"},
    )


def _last_month(s: Story) -> None:
    text = MINUTES.format(drain=_said(s, 30), pumps=_said(s, 36))
    title = "防汛专题会议纪要"
    said = {"title": title, "org": s.org("独山港镇"), "day": s.day(8), "text": text}
    meeting = s.step(9, "lead", "session", "enter", said)
    rows = read(text, s.at(8).date(), [org.name for org in Organisation.objects.all()])
    decided, drain, pumps = (
        next(row for row in rows if words in row.sentence)
        for words in ("轮值办法", "淤积点清理", "机埠")
    )
    s.step(
        9,
        "lead",
        meeting,
        "resolve",
        {"what": "同意界河保洁轮值办法", "sentence": decided.sentence},
    )
    one = {"what": "清理界河淤积点", "sentence": drain.sentence, "lead": s.org(drain.leads[0])}
    helpers = [s.org(name) for name in drain.helpers]
    s.step(9, "lead", meeting, "demand", {**one, "helpers": helpers, "due": s.day(30)})
    two = {"what": "检修两座机埠", "sentence": pumps.sentence, "lead": s.org("独山港镇")}
    s.step(9, "lead", meeting, "demand", {**two, "due": s.day(36)})
    forum = {"forum": s.org("韩家庙村协商驿站")}
    lamps = {
        "what": "村口路灯的布点",
        "sentence": "请韩家庙村协商驿站就村口路灯的布点听取村民意见。",
    }
    s.step(9, "lead", meeting, "refer", {**lamps, **forum})
    s.step(9, "lead", meeting, "hand_out")
    task = Matter.objects.get(source=meeting, title=one["what"]).pk
    s.step(18, "lead-right", task, "progress", {"words": "三处淤积点已清两处，第三处等退水。"})
    s.step(27, "lead-right", task, "report", {"words": "三处全部清完，附现场记录。"})
    s.step(29, "lead", task, "confirm", {"rating": "5", "words": "到现场看过，水已通畅。"})


def _documents(s: Story) -> None:
    """The documents of the workbook's meeting: what they require names nobody and no day, so a clerk fills that in."""
    rows = [
        f"《{document.title}》：{words}\t\t"
        for document in Document.objects.order_by("id")
        for words in document.requirements
    ]
    text = "\n".join(["会议审议文件提出的要求", "任务\t责任单位\t完成时限", *rows])
    said = {
        "title": "常务会议审议的文件",
        "org": s.org("平湖市"),
        "day": "2023-08-02",
        "text": text,
    }
    s.step(41, "lead-city", "session", "enter", said)
    survey = NOTICE.format(survey=_said(s, 70), rules=_said(s, 90))
    said = {
        "title": "老旧小区改造摸底通知",
        "org": s.org("独山港镇"),
        "day": s.day(41),
        "text": survey,
    }
    s.step(41, "lead", "session", "enter", said)


def _said(s: Story, days: float) -> str:
    at = s.day(days)
    year, month, day = (int(part) for part in at.split("-"))
    return f"{year}年{month}月{day}日"
