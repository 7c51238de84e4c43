"""The demo's consultations: one that goes the whole way round, and others at rest."""

from __future__ import annotations

from datetime import timedelta

from pilin.engine import clock
from pilin.engine.models import Matter
from pilin.people.actor import CLOCK

from .days import DAYS
from .picture import river
from .story import Story


def whole_loop(s: Story) -> None:
    """From a village station up to the hall, across the border, and back to who raised it."""
    m = s.step(
        0.1,
        "resident",
        "consultation",
        "raise",
        {
            "title": "界河韩家庙段水草堵塞，希望与对岸一起清理",
            "text": "入夏以来界河水草疯长，汛期排水不畅，两岸农田都受影响。单靠一边清理，过几天又漂回来。",
            "forum": s.org("韩家庙村协商驿站"),
        },
    )
    s.step(0.4, "resident-right", m, "support")
    s.step(1, "host", m, "accept", {"reason": "事关两岸农田排水，属于公共事务，列入本月协商。"})
    s.step(
        2,
        "host",
        m,
        "convene",
        {
            "time": s.day(5) + "T19:00",
            "where": "韩家庙村协商驿站",
            "invitees": "三组、四组农户代表，村水管员，乡村振兴委员工作室委员",
            "agenda": "界河清理的范围、分工和时间",
        },
    )
    s.step(
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
    s.step(6, "host", m, "escalate", {"reason": "需要与金山卫镇商定分工和经费，超出本村权限。"})
    s.step(7, "clerk", m, "accept", {"reason": "涉及跨省界河，由镇民生议事堂与金山卫镇一起协商。"})
    s.step(
        8,
        "clerk",
        m,
        "convene",
        {
            "time": s.day(11) + "T14:00",
            "where": "独山港镇民生议事堂",
            "invitees": "两镇水利、农业条线，韩家庙村、星火村村民代表",
            "agenda": "联合清淤方案",
        },
    )
    s.step(
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
    s.step(
        12,
        "clerk",
        m,
        "decide",
        {
            "outcomes": "两镇联合清理界河三公里，并修整两岸护坡\n两村轮月保洁，驿站门口公示值班表",
        },
    )
    s.step(
        13,
        "clerk",
        m,
        "convert",
        {
            "outcome": 1,
            "title": "界河联合清淤与护坡修整",
            "lead": s.org("独山港镇"),
            "partners": [s.org("金山卫镇")],
            "category": "生态环境",
            "budget": "12万",
            "finish": s.day(40),
            "milestones": f"{s.day(24)} 水草清理完毕\n{s.day(36)} 护坡修整完毕",
        },
    )
    s.step(
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
    s.step(15, "lead", p, "approve", {"words": "已与金山卫镇会签，费用各半，列入本季度计划。"})
    s.step(18, "lead", p, "start", {"start": s.day(18)})
    s.step(
        25,
        "lead",
        p,
        "report",
        {"percent": 60, "words": "水草清理完毕，护坡材料已到场。", "milestones": [1]},
        picture=river(clear=False),
    )
    s.step(
        37,
        "lead",
        p,
        "deliver",
        {"words": "三公里河道清理完毕，两岸护坡修整完毕，请验收。"},
        picture=river(clear=True),
    )
    s.step(39, "clerk", p, "accept", {"words": "两镇到现场看过，水流畅通，同意验收。"})
    s.step(
        40,
        "resident-right",
        m,
        "rate",
        {"rating": 5, "words": "下了几场雨，这边田里也没有积水。"},
    )
    s.step(41, "resident", m, "confirm", {"rating": 5, "words": "看得见的变化，希望保洁坚持下去。"})


def others(s: Story) -> None:
    """Matters at rest in other places of the loop: open, due, late, disputed, silent."""
    silent = s.step(
        0.2,
        "resident",
        "consultation",
        "raise",
        {
            "title": "村口公告栏字太小，老人看不清",
            "forum": s.org("韩家庙村协商驿站"),
            "text": "希望换大一点的字，重要的事念一念。",
        },
    )
    s.step(1, "host", silent, "accept", {"reason": "马上可以改。"})
    s.step(
        2,
        "host",
        silent,
        "convene",
        {"time": s.day(3) + "T19:00", "where": "韩家庙村协商驿站", "invitees": "老年协会"},
    )
    s.step(
        3.5,
        "host",
        silent,
        "hold",
        {"attendance": 9, "statements": "字要大，灯要亮", "minutes": "同意更换公告栏。"},
    )
    s.step(4, "host", silent, "decide", {"outcomes": "公告栏改用大字并加灯"})
    s.step(4.2, "host", silent, "settle", {"outcome": 1, "answer": "本周更换。"})
    s.step(
        8,
        "host",
        silent,
        "deliver",
        {"words": "公告栏已更换，字号加大一倍，装了灯。"},
        picture=river(clear=True),
    )
    s.step(40, CLOCK, silent, "silence")

    s.step(
        43.2,
        "host",
        "consultation",
        "raise_for",
        {
            "title": "独居老人买药要走三公里，能不能每周代买一次",
            "forum": s.org("韩家庙村协商驿站"),
            "text": "村里有五位独居老人不会用手机。",
            "person": "三组一位村民",
            "channel": "in-person",
        },
    )
    late = s.step(
        20,
        "resident-right",
        "consultation",
        "raise",
        {
            "title": "星火村到韩家庙村的小路夜里没有灯",
            "forum": s.org("星火村协商驿站"),
            "text": "两边上下班的人都走这条路，冬天天黑得早。",
            "point": "30.71, 121.25",
        },
    )
    s.step(21, "host-right", late, "accept", {"reason": "两村共用的路，应当商量。"})
    talk = s.step(
        30,
        "delegate",
        "consultation",
        "raise",
        {
            "title": "稻米加工边角料能不能两镇统一回收",
            "forum": s.org("请你来协商·民生议事堂"),
            "text": "加工点分散，焚烧有隐患，统一回收可以做饲料。",
        },
    )
    s.step(32, "clerk", talk, "accept", {"reason": "与全产业链有关，列入议程。"})
    s.step(
        41,
        "clerk",
        talk,
        "convene",
        {
            "time": s.day(DAYS + 6) + "T14:00",
            "where": "独山港镇民生议事堂",
            "invitees": "两镇农业条线，田园五镇强村公司，种粮大户",
        },
    )
    clock.tick(s.start + timedelta(days=31))
    s.step(
        42,
        "department",
        "project",
        "register",
        {
            "title": "两地公交时刻衔接",
            "lead": s.org("平湖市"),
            "partners": [s.org("金山区")],
            "category": "交通出行",
            "finish": s.day(DAYS + 90),
            "budget": "5万",
        },
    )
    busy = s.step(
        28,
        "resident",
        "consultation",
        "raise",
        {
            "title": "跨省看病报销要跑两次，能不能一次办完",
            "forum": s.org("请你来协商·民生议事堂"),
            "text": "在金山看病，回平湖报销，材料要交两遍。",
        },
    )
    s.step(29, "clerk", busy, "accept", {"reason": "反映的人多，列入协商。"})
    s.step(
        31,
        "clerk",
        busy,
        "convene",
        {
            "time": s.day(34) + "T14:00",
            "where": "独山港镇民生议事堂",
            "invitees": "两地医保窗口",
        },
    )
    s.step(
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
    s.step(35, "clerk", busy, "decide", {"outcomes": "在服务中心设跨省报销一次办窗口"})
    s.step(
        36,
        "clerk",
        busy,
        "convert",
        {
            "outcome": 1,
            "title": "跨省报销一次办窗口",
            "lead": s.org("金山区"),
            "partners": [s.org("平湖市")],
            "category": "公共服务",
            "finish": s.day(DAYS + 40),
            "milestones": f"{s.day(DAYS + 15)} 窗口开办",
        },
    )
