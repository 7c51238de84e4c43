"""The demo's other programmes: of each, one matter on its way and one that is closed."""

from __future__ import annotations

from pilin.engine.models import Matter
from pilin.programmes.event.models import Registration, Room
from pilin.programmes.event.tokens import token
from pilin.programmes.wish.models import Giver

from . import honours, led, meetings, offers, panels, policies, renovations, rice, warnings
from .picture import river
from .story import Story

DESK = '"新枫裕"智能装备工业社区党群服务中心'
NEAR, FAR = "广陈中心小学", "哈甘乡哈甘村小学"
HALL = "请你来协商·民生议事堂"


def play(s: Story) -> None:
    """Every programme, one after another."""
    for episode in (agreements, pairings, suggestions, wishes, drives, funds, events, services):
        episode(s)
    policies.policies(s)
    rice.chain(s)
    honours.honours(s)
    panels.by_lot(s)
    warnings.warnings(s)
    meetings.meetings(s)
    led.play(s)
    offers.catalogue(s)
    renovations.play(s)


def agreements(s: Story) -> None:
    draft = {
        "title": "界河保洁合作协议",
        "org": s.org("独山港镇"),
        "parties": [s.org("金山卫镇")],
        "fields_of_work": "水环境\n应急联动",
        "text": "两镇轮月保洁，汛期互通水情，费用各半。",
    }
    short = s.step(1, "lead", "agreement", "draft", {**draft, "until": s.day(400)})
    s.step(2, "lead", short, "sign")
    s.step(3, "lead-right", short, "sign")
    s.step(
        9,
        "lead-right",
        short,
        "lead_project",
        {
            "field": 1,
            "title": "界河岸线巡查",
            "lead": s.org("金山卫镇"),
            "partners": [s.org("独山港镇")],
            "official": "分管水利的副镇长",
            "finish": s.day(120),
        },
    )
    led.charged(s, short)
    s.step(38, "lead", short, "end", {"reason": "内容并入新一轮协议。"})
    new = {**draft, "title": "毗邻镇应急联动协议", "until": s.day(760)}
    waiting = s.step(40, "lead", "agreement", "draft", new)
    s.step(41, "lead", waiting, "sign")


def pairings(s: Story) -> None:
    proposal = {
        "type": "penpals",
        "org": s.org(NEAR),
        "partner": s.org(FAR),
        "text": "每月互寄一封信，由两校联络员转交。",
    }
    running = s.step(
        4,
        "coordinator",
        "pairing",
        "propose",
        {**proposal, "title": "两校书信往来", "until": s.day(300)},
    )
    s.step(6, "coordinator-far", running, "accept")
    for n in (1, 2):
        codes = {"left_code": f"学生{n:02}", "right_code": f"学生{n + 30}"}
        s.step(7, "coordinator", running, "pair", codes)
    s.step(12, "coordinator", running, "write", {"pair": 1, "letter": "你好，我们这里在收稻子。"})
    letter = Matter.objects.get(pk=running).last
    s.step(15, "coordinator-far", running, "pass_on", {"letter": letter})
    done = s.step(
        2,
        "lead",
        "pairing",
        "propose",
        {
            "title": "水稻病虫害防治互助",
            "type": "village",
            "org": s.org("独山港镇"),
            "partner": s.org("金山卫镇"),
            "text": "两镇植保员轮流巡田。",
            "until": s.day(200),
        },
    )
    s.step(3, "lead-right", done, "accept")
    s.step(30, "lead", done, "report", {"words": "巡田八次，联合打药两次。"})
    s.step(36, "lead", done, "conclude", {"words": "今季结束，虫害比往年轻。"})
    s.step(39, "lead-right", done, "confirm", {"rating": 5})


def suggestions(s: Story) -> None:
    common = {
        "type": "opinion",
        "studio": s.org("乡村振兴委员工作室"),
        "to": s.org("独山港镇政协联络室"),
    }
    done = s.step(
        3,
        "delegate",
        "suggestion",
        "write",
        {
            **common,
            "title": "秸秆禁烧期增加收储点",
            "situation_text": "收割后秸秆堆在田头，运不出去。",
            "proposal": "两镇交界处增设两个收储点。",
        },
    )
    s.step(3.5, "delegate-2", done, "cosign")
    s.step(5, "clerk-liaison", done, "accept", {"reason": "反映属实，建议可行。"})
    assignment = {"lead": s.org("独山港镇"), "assisting": [s.org("金山卫镇")]}
    s.step(6, "clerk-liaison", done, "assign", {**assignment, "answer_by": s.day(30)})
    s.step(24, "lead", done, "answer", {"answer": "已在韩家庙村、星火村各设一个收储点。"})
    s.step(27, "delegate", done, "satisfied", {"rating": 5})
    waiting = s.step(
        36,
        "delegate",
        "suggestion",
        "write",
        {
            **common,
            "title": "跨界公交末班车延后半小时",
            "situation_text": "在对岸上晚班的人赶不上末班车。",
            "proposal": "冬季末班车延后半小时。",
        },
    )
    s.step(38, "clerk-liaison", waiting, "accept", {"reason": "关系群众出行。"})
    s.step(
        39,
        "clerk-liaison",
        waiting,
        "assign",
        {"lead": s.org("独山港镇"), "answer_by": s.day(60)},
    )


def wishes(s: Story) -> None:
    common = {"school": s.org(FAR), "through": s.org(HALL)}
    done = s.step(
        5,
        "coordinator-far",
        "wish",
        "submit",
        {**common, "title": "一盏台灯", "code": "学生31"},
    )
    s.step(6, "clerk", done, "publish", {"title": "一盏台灯"})
    offered = {"contact": "星火村的一位居民，可打村驿站电话"}
    s.step(7, "resident-right", done, "offer", offered)
    giver = Giver.objects.get(person=s.people["resident-right"].person)
    s.step(7.5, "coordinator-far", done, "accept_giver", {"giver": giver.entry})
    s.step(8, "resident-right", done, "claim")
    s.step(20, "resident-right", done, "deliver", {"words": "台灯已寄到学校。"}, river(clear=True))
    s.step(24, "coordinator-far", done, "confirm", {"rating": 5})
    s.step(25, "coordinator-far", done, "thank", {"words": "台灯每天都用，孩子说谢谢您。"})
    pooled = s.step(
        33,
        "coordinator-far",
        "wish",
        "submit",
        {
            **common,
            "title": "一辆自行车",
            "code": "学生32",
            "price": "600",
        },
    )
    bring = "学校门卫室，上学日八点到四点"
    s.step(34, "clerk", pooled, "publish", {"title": "一辆自行车", "bring": bring})
    s.step(37, "resident", pooled, "pledge", {"amount": "200"})


def drives(s: Story) -> None:
    common = {"org": s.org("独山港镇"), "recipient": s.org(FAR)}
    done = s.step(
        2,
        "lead",
        "drive",
        "open",
        {**common, "title": "冬衣募集", "goods": "棉衣 60 件\n棉鞋 60 双", "until": s.day(30)},
    )
    s.step(6, "lead", done, "receive", {"item": 1, "count": 64, "giver": "两镇居民"})
    s.step(8, "lead", done, "receive", {"item": 2, "count": 60, "giver": "园区企业"})
    s.step(12, "lead", done, "ship", {"to": FAR, "goods": "棉衣 60 件\n棉鞋 60 双"})
    batch = Matter.objects.get(pk=done).last
    handed = {"batch": batch, "words": "学校清点签收。"}
    s.step(20, "lead", done, "hand_over", handed, river(clear=True))
    s.step(21, "lead", done, "finish", {"words": "全部送达，结余棉衣四件留作备用。"})
    s.step(26, "coordinator-far", done, "confirm", {"rating": 5})
    s.step(27, "coordinator-far", done, "thank", {"words": "冬衣都穿上了，谢谢两地的乡亲。"})
    waiting = s.step(
        35,
        "lead",
        "drive",
        "open",
        {
            **common,
            "title": "图书角募书",
            "goods": "图书 300 册",
            "where": "镇党群服务中心一楼，工作日九点到五点",
            "until": s.day(90),
        },
    )
    s.step(40, "lead", waiting, "receive", {"item": 1, "count": 120, "giver": "两地学校"})
    s.step(42, "resident", waiting, "promise", {"item": 1, "count": 20})


def funds(s: Story) -> None:
    common = {"org": s.org("独山港镇")}
    done = s.step(
        1,
        "lead",
        "fund",
        "open",
        {
            **common,
            "title": "冬衣运费专款",
            "purpose": "把募集的冬衣送到学校",
            "purposes": "运费",
        },
    )
    s.step(4, "treasurer", done, "receive", {"amount": "3000", "source": "镇机关党员"})
    s.step(5, "treasurer", done, "allocate", {"purpose": 1, "amount": "3000"})
    _paid(s, done, 10, "货运公司", "2600")
    closing = {"words": "冬衣已送达。", "left_to": "结余转入图书角募书运费"}
    s.step(28, "lead", done, "wind_up", closing, river(clear=True))
    s.step(29, "treasurer", done, "agree", {"words": "账目相符。"})
    s.step(30, "lead", done, "confirm", {"rating": 5})
    running = s.step(
        20,
        "lead",
        "fund",
        "open",
        {
            **common,
            "title": "界河保洁专款",
            "purpose": "界河日常保洁",
            "purposes": "保洁员补贴\n工具",
        },
    )
    s.step(22, "treasurer", running, "receive", {"amount": "12万", "source": "两镇各半"})
    s.step(23, "treasurer", running, "allocate", {"purpose": 1, "amount": "8万"})
    s.step(23.1, "treasurer", running, "allocate", {"purpose": 2, "amount": "2万"})
    _paid(s, running, 26, "工具店", "4800", purpose=2)
    answers = {"purpose": 1, "amount": "6000", "payee": "保洁队", "words": "上月补贴。"}
    s.step(41, "host", running, "request", answers, river(clear=True))


def _paid(s: Story, fund: int, day: float, payee: str, amount: str, purpose: int = 1) -> None:
    """A payment that goes the whole way: asked for, approved by two, paid, confirmed."""
    answers = {"purpose": purpose, "amount": amount, "payee": payee, "words": "见附件。"}
    s.step(day, "host", fund, "request", answers, river(clear=True))
    p = Matter.objects.filter(source=fund).latest("pk").pk
    s.step(day + 1, "lead", p, "approve", {"words": "同意。"})
    s.step(day + 1.2, "clerk-town", p, "approve", {"words": "同意。"})
    s.step(day + 2, "treasurer", p, "pay", {"voucher": f"记-{fund}-{purpose}"}, river(clear=True))
    s.step(day + 4, "host", p, "confirm", {"rating": 5})


def events(s: Story) -> None:
    room = Room.objects.order_by("id").first()
    done = s.step(
        3,
        "lead",
        "event",
        "announce",
        {
            "title": "新米上市直播",
            "type": "livestream",
            "org": s.org("独山港镇"),
            "start": s.day(14) + "T19:00",
            "end": s.day(14) + "T21:00",
            "where": "星火驿站",
            "room": room.pk if room else "",
            "limit": 2,
            "waiting": 1,
            "products": "新米, 广陈镇\n草莓, 廊下镇",
        },
    )
    s.step(4, "resident", done, "register")
    s.step(5, "resident-right", done, "register")
    own = Registration.objects.get(event_id=done, person=s.people["resident"].person)
    s.step(14.8, "lead", done, "check_in", {"code": token(own.entry)})
    s.step(15, "lead", done, "hold", {"attendance": 2, "results": "卖出新米三百袋。"})
    s.step(18, "resident", done, "confirm", {"rating": 5})
    coming = s.step(
        34,
        "lead",
        "event",
        "announce",
        {
            "title": "两镇冬季健步走",
            "type": "race",
            "org": s.org("独山港镇"),
            "start": s.day(56) + "T09:00",
            "end": s.day(56) + "T11:00",
            "where": "界河北岸步道",
            "limit": 200,
            "waiting": 20,
        },
    )
    s.step(36, "resident", coming, "register")


def services(s: Story) -> None:
    done = s.step(
        6,
        "resident",
        "service",
        "ask",
        {
            "title": "园区员工子女转学要准备什么",
            "text": "孩子从金山转到平湖读书。",
            "desk": s.org(DESK),
            "firm": "园区一家装备企业",
        },
    )
    handed = {"to": s.org("张江长三角科技城枫泾园"), "reason": "由枫泾园区企业服务岗办理。"}
    s.step(7, "desk", done, "assign", handed)
    s.step(10, "lead-park", done, "answer", {"answer": "材料清单已发，两地学校已对接。"})
    s.step(12, "resident", done, "confirm", {"rating": 4})
    waiting = s.step(
        41,
        "resident-right",
        "service",
        "ask",
        {
            "title": "跨省用电报装能不能一次办",
            "text": "厂房两边各有一个电表。",
            "desk": s.org(DESK),
        },
    )
    s.step(42, "desk", waiting, "assign", handed)
