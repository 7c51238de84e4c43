"""Policies of the demo: one for firms that is paid from a fund, one that hangs on a question, one for people.

Made up, as are the firms: the numbers are of no document.
"""

from __future__ import annotations

from pilin.engine.models import Matter

from .picture import river
from .story import Story

TOWN = "独山港镇"


def policies(s: Story) -> None:
    common = {"org": s.org(TOWN), "way": "apply", "ends": s.day(120), "phone": "镇企业服务窗口"}
    firms = {**common, "audience": "firms"}
    renewal = _open(
        s,
        8,
        {
            **firms,
            "title": "技术改造设备补助",
            "source": "演示文件〔演示〕1号，第二条",
            "text": "买新生产设备的企业，按设备投资的一部分补助，有上限。",
            "needs": "注册地 在 平湖市/独山港镇\n设备投资 不少于 100万\n员工数 不超过 1000 或 营业收入 不超过 4亿\n非失信被执行人",
            "rate": "8",
            "of": "invested",
            "cap": "50万",
            "budget": "200万",
            "days": 20,
        },
    )
    _open(
        s,
        9,
        {
            **firms,
            "title": "稳岗补贴",
            "source": "演示文件〔演示〕1号，第五条",
            "text": "小微企业一年里没有裁员的，给一笔固定补贴。",
            "needs": "企业规模 属于 小型、微型\n成立日期 满 1 年",
            "fixed": "3000",
            "budget": "30万",
            "days": 10,
            "way": "fast",
        },
    )
    _open(
        s,
        10,
        {
            **common,
            "audience": "people",
            "title": "高龄老人助餐补贴",
            "source": "演示文件〔演示〕3号，第一条",
            "text": "八十岁以上老人在长者食堂吃饭，每年补一笔。",
            "needs": "年龄 不少于 80\n居住地 在 平湖市/独山港镇",
            "fixed": "600",
            "budget": "12万",
            "days": 10,
            "way": "auto",
        },
    )
    _granted(s, renewal, _fund(s))
    said = {"clause": renewal, "name": "园区一家包装企业", "contact": "在企业服务窗口留了电话"}
    facts = {
        "facts-registered": "平湖市/独山港镇",
        "facts-invested": "300万",
        "facts-staff": "86",
        "facts-defaulter": "no",
    }
    waiting = s.step(38, "resident", "grant", "apply", {**said, **facts})
    s.step(40, "lead", waiting, "ask", {"words": "请补设备发票清单。"})


def _open(s: Story, day: float, said: dict[str, object]) -> int:
    clause = s.step(day, "lead", "clause", "write", said)
    return s.step(day + 1, "lead", clause, "publish")


def _fund(s: Story) -> int:
    said = {
        "org": s.org(TOWN),
        "title": "惠企政策兑付专款",
        "purpose": "兑付惠企政策",
        "purposes": "技术改造\n稳岗",
    }
    fund = s.step(7, "lead", "fund", "open", said)
    s.step(8, "treasurer", fund, "receive", {"amount": "230万", "source": "镇财政"})
    return s.step(9, "treasurer", fund, "allocate", {"purpose": 1, "amount": "200万"})


def _granted(s: Story, clause: int, fund: int) -> None:
    said = {"clause": clause, "name": "园区一家阀门企业", "contact": "在企业服务窗口留了电话"}
    facts = {
        "facts-registered": "平湖市/独山港镇",
        "facts-invested": "500万",
        "facts-staff": "1200",
        "facts-revenue": "3.2亿",
        "facts-defaulter": "no",
    }
    grant = s.step(14, "resident", "grant", "apply", {**said, **facts})
    s.step(18, "lead", grant, "approve", {"amount": "40万", "words": "设备已到厂，发票相符。"})
    order = {"fund": f"{fund}:1", "payee": "园区一家阀门企业"}
    s.step(20, "lead", grant, "order", order, river(clear=True))
    payment = Matter.objects.get(source=grant, kind="payment").pk
    s.step(21, "treasurer", payment, "approve", {"words": "同意"})
    s.step(21.5, "clerk-town", payment, "approve", {"words": "同意"})
    s.step(22, "treasurer", payment, "pay", {"voucher": "演示-0021"}, river(clear=True))
    s.step(24, "lead", payment, "confirm", {"rating": 5})
    s.step(26, "resident", grant, "confirm", {"rating": 5})
