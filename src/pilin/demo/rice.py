"""Rice of the demo: one season from seed to bags that crossed the border, and a lot that was called back.

Made up, but for the places: no such bag was sold.
"""

from __future__ import annotations

from typing import Any

from pilin.deciding.chains.acts import ACTS
from pilin.people.models import Place
from pilin.programmes.chain.models import Affected

from .picture import river
from .story import Story

MILL, SHOP, VILLAGE_SHOP = "智慧农业加速器与产业赋能中心", "廊下镇粮油店", "星火村便民店"
#: Of no article that there is.
GTIN = "6901234567892"


def chain(s: Story) -> None:
    bags = _season(s, -190, "2601", "南粳46，嘉兴种子公司")
    for shop, amount, sold in ((SHOP, "4000", "1500"), (VILLAGE_SHOP, "1000", "300")):
        to = {"lot": bags, "to": s.org(shop), "amount": amount, "day": s.day(20)}
        on_way = s.step(20, "keeper", "shipment", "send", to)
        who = "keeper-shop" if shop == SHOP else "keeper-village"
        s.step(21, who, on_way, "receive", {"amount": amount})
        s.step(30, who, bags, "sell", {"amount": sold})
    waiting = {"lot": bags, "to": s.org(SHOP), "amount": "500", "day": s.day(43)}
    s.step(43, "keeper", "shipment", "send", waiting)
    _called_back(s)
    _next_season(s)


def _season(s: Story, first: float, series: str, variety: str) -> int:
    """Gives the bags. Days are counted from the story's start; what is old is recorded afterwards."""

    def made(
        act: str, day: float, amount: str, *sources: int | str, at: float = 2, **more: Any
    ) -> int:
        said = {
            "act": act,
            "org": s.org(MILL),
            "place": _place(s),
            "day": s.day(day),
            "amount": amount,
            "sources": "\n".join(map(str, sources)),
            "code": f"{series}-{list(ACTS).index(act):02d}",
            **more,
        }
        return s.step(at, "keeper", "lot", "make", said)

    seed = made("enter", first, "120", good="seed", variety=variety)
    _paper(s, seed, "seed", "市种子站", 2.1)
    trays = made("sow", first + 12, "1500", seed)
    crop = made("plant", first + 35, "75", trays)
    paddy = made("harvest", first + 155, "45吨", crop)
    grain = made("dry", first + 157, "39.6吨", paddy, wet="24.5", water="14.3")
    rice = made("mill", first + 195, "26.1吨", grain, beside="13吨", at=6)
    _paper(s, rice, "test", "市农产品检测中心", 8)
    packed = {"bags": 4000, "gtin": GTIN, "best": s.day(360)}
    return made("pack", first + 198, "20吨", f"{rice} 20吨", at=10, **packed)


def _called_back(s: Story) -> None:
    """A small lot whose seed coating was wrong: everybody who held some of it has answered."""
    bags = _season(s, -200, "2602", "试种品种")
    to = {"lot": bags, "to": s.org(VILLAGE_SHOP), "amount": "600", "day": s.day(12)}
    on_way = s.step(12, "keeper", "shipment", "send", to)
    s.step(13, "keeper-village", on_way, "receive", {"amount": "590", "words": "两袋破损。"})
    said = {"code": f"2602-{list(ACTS).index('pack'):02d}", "text": "煮出来有异味，颜色发黄。"}
    recall = s.step(25, "resident-right", "recall", "report", said)
    words = {"words": "复检水分和脂肪酸值超标，请停止销售并封存，由出品单位收回。"}
    s.step(26, "lead-mill", recall, "order", words)
    s.step(
        27,
        "keeper-village",
        recall,
        "answer",
        {f"held-{bags}": "410", "words": "已售 180 公斤，店门口贴了告示。"},
    )

    rows = Affected.objects.filter(recall=recall, org=s.org(MILL))
    held = {f"held-{row.lot_id}": str(row.amount) for row in rows}
    s.step(33, "keeper", recall, "answer", held)


def _next_season(s: Story) -> None:
    """What stands in the fields now, for whoever tries the page for the phone."""
    said = {
        "act": "enter",
        "org": s.org(MILL),
        "place": _place(s),
        "good": "crop",
        "variety": "小麦茬晚稻试验田",
        "amount": "12亩",
        "day": s.day(30),
        "code": "2603-02",
    }
    s.step(40, "keeper", "lot", "make", said)


def _paper(s: Story, lot: int, what: str, by: str, day: float) -> None:
    said = {"what": what, "passed": "yes", "by": by, "number": f"演示-{lot}", "day": s.day(day)}
    s.step(day, "keeper", lot, "find", said, river(clear=True))


def _place(s: Story) -> int:
    return Place.objects.get(name="广陈镇").pk
