"""The demo's catalogue: examples of the kind the towns seek partners for. Each says that it is an example."""

from __future__ import annotations

from typing import Any

from pilin.people.models import Place

from .led import DUSHAN, MILL, PARK, WEI, XINDAI
from .story import Story

ALLIANCE = "田园五镇联盟"

#: Examples: (title, who answers, where, field, amount, stage, what it is, who is sought).
EXAMPLES = (
    (
        "稻米烘干仓储中心",
        ALLIANCE,
        "新仓镇",
        "农业",
        "4800万",
        "ready",
        "烘干、低温仓储一体。",
        "粮油加工、仓储企业",
    ),
    (
        "界河绿道驿站群",
        ALLIANCE,
        "廊下镇",
        "文旅",
        "2600万",
        "ready",
        "跨界绿道沿线六处驿站。",
        "轻食、骑行、研学运营方",
    ),
    (
        "草莓种苗繁育基地",
        ALLIANCE,
        "张堰镇",
        "农业",
        "1800万",
        "building",
        "脱毒种苗年产三百万株。",
        "种苗企业、科研院所",
    ),
    (
        "蟠桃冷链分拣中心",
        ALLIANCE,
        "吕巷镇",
        "农业",
        "3500万",
        "planned",
        "分拣、预冷、直发。",
        "冷链物流、电商平台",
    ),
    (
        "农机共享服务站",
        ALLIANCE,
        "广陈镇",
        "农业",
        "900万",
        "running",
        "五镇农机统一调度。",
        "农机合作社、维修企业",
    ),
    (
        "数字农田监测网",
        MILL,
        "广陈镇",
        "数字农业",
        "1200万",
        "building",
        "墒情、苗情、虫情联网。",
        "传感器、数据服务企业",
    ),
    (
        "米糠综合利用车间",
        MILL,
        "广陈镇",
        "食品加工",
        "6800万",
        "ready",
        "米糠油和膳食纤维。",
        "食品加工、设备企业",
    ),
    (
        "港口冷链仓库",
        DUSHAN,
        "独山港镇",
        "物流",
        "1.6亿",
        "planned",
        "临港冷库四万吨。",
        "冷链物流企业",
    ),
    (
        "海塘观光步道",
        DUSHAN,
        "独山港镇",
        "文旅",
        "2200万",
        "planned",
        "十公里步道与观海平台。",
        "文旅运营企业",
    ),
    (
        "共富直播产业园",
        DUSHAN,
        "韩家庙村",
        "电商",
        "3000万",
        "running",
        "直播间、选品中心、仓配。",
        "电商机构、品牌方",
    ),
    (
        "滨海民宿集群",
        WEI,
        "星火村",
        "文旅",
        "5600万",
        "ready",
        "闲置农房改造三十栋。",
        "民宿品牌、设计团队",
    ),
    (
        "海鲜预制菜工厂",
        WEI,
        "金山卫镇",
        "食品加工",
        "1.2亿",
        "ready",
        "净菜、预制菜两条线。",
        "餐饮供应链企业",
    ),
    (
        "智能装备中试基地",
        XINDAI,
        "新埭镇",
        "智能装备",
        "2.4亿",
        "building",
        "两园共用的中试平台。",
        "装备企业、检测机构",
    ),
    (
        "园区屋顶光伏",
        PARK,
        "枫泾镇",
        "新能源",
        "8600万",
        "building",
        "十二万平方米屋顶。",
        "光伏投资、运维企业",
    ),
    (
        "跨园人才公寓",
        PARK,
        "枫泾镇",
        "生活配套",
        "1.8亿",
        "planned",
        "四百套，两园职工共住。",
        "住房租赁企业",
    ),
    (
        "毗邻职工食堂联盟",
        XINDAI,
        "新埭镇",
        "生活配套",
        "600万",
        "running",
        "十家园区食堂集中采购。",
        "团餐、配送企业",
    ),
)
WHO = {ALLIANCE: "lead-alliance", MILL: "lead-mill", DUSHAN: "lead", WEI: "lead-right"}
WHO |= {XINDAI: "lead-town", PARK: "lead-park"}


def catalogue(s: Story) -> None:
    """Sixteen examples; one with an answer, one where a question waits, one too late, one that found a partner."""
    made = {}
    for n, one in enumerate(EXAMPLES):
        made[one[0]] = _forward(s, 3 + n / 8, *one)
        s.step(6 + n / 8, WHO[one[1]], made[one[0]], "publish")
    ask = "holder-question"
    villas = made["滨海民宿集群"]
    s.step(12, "keeper-shop", villas, ask, {"words": "农房租期多长？能不能续租？"})
    said = {"question": s.newest(villas), "answer": "租期十五年，到期同等条件优先续租。"}
    s.step(15, "lead-right", villas, "question-answer", said)
    s.step(42, "lead-park", villas, ask, {"words": "改造费用有没有补助？"})
    late = made["港口冷链仓库"]
    s.step(20, "keeper-shop", late, ask, {"words": "用地指标落实了吗？"})
    closed = made["智能装备中试基地"]
    s.step(14, "lead-mill", closed, ask, {"words": "已入驻企业的报价能看吗？"})
    why = {"question": s.newest(closed), "reason": "涉及企业商业信息，请当面洽谈。"}
    s.step(16, "lead-town", closed, "question-decline", why)
    found = made["农机共享服务站"]
    more = {"words": "与一家农机合作社签约，负责维修。", "amount": "200万"}
    s.step(30, "lead-alliance", found, "agree", more)
    s.step(34, "department", found, "confirm", {"rating": 4})
    waiting = made["园区屋顶光伏"]
    s.step(38, "lead-park", waiting, "agree", {"words": "与一家光伏运维企业谈定首期三万平方米。"})
    _forward(
        s,
        43,
        "湿地研学营地",
        WEI,
        "金山卫镇",
        "文旅",
        "1500万",
        "planned",
        "候鸟季研学。",
        "研学机构",
    )


def _forward(s: Story, day: float, title: str, org: str, *more: str) -> int:
    where, field, amount, stage, text, wanted = more
    said: dict[str, Any] = {
        "title": title,
        "org": s.org(org),
        "place": Place.objects.get(name=where).pk,
        "field": field,
        "amount": amount,
        "stage": stage,
        "text": f"示例项目：{text}",
        "wanted": f"{wanted}。",
    }
    return s.step(day, "department", "opportunity", "put_forward", said)
