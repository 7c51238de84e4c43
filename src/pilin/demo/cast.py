"""The demo's cast: roles, never names. Each is an account with the offices that go with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pilin.engine.act import act
from pilin.people.actor import HOUSE, Actor, actor_of
from pilin.people.models import Account, Organisation, Place
from pilin.programmes.residence import checking

#: Forums the newspaper page does not name but implies: (name, in English, kind, place, forum above).
FORUMS = (
    ("金山卫镇民生议事堂", "Jinshanwei Town Hall", "hall", "金山卫镇", ""),
    ("韩家庙村协商驿站", "Hanjiamiao Station", "station", "韩家庙村", "请你来协商·民生议事堂"),
    ("穗轮村协商驿站", "Suilun Station", "station", "穗轮村", "请你来协商·民生议事堂"),
    ("星火村协商驿站", "Xinghuo Station", "station", "星火村", "金山卫镇民生议事堂"),
)
#: Shops of the demo's rice, of which the page says nothing: (name, in English, kind, place, above).
SHOPS = (
    ("廊下镇粮油店", "Langxia Grain Shop", "company", "廊下镇", ""),
    ("星火村便民店", "Xinghuo Village Shop", "company", "星火村", ""),
)
WORDING = {"station": "协商驿站", "hall": "民生议事堂", "company": "企业"}
#: Accounts: (login, role, organisation) or, for residents, (login, "", place).
ROLES = (
    ("resident", "", "韩家庙村"),
    ("resident-right", "", "星火村"),
    ("host", "host", "韩家庙村协商驿站"),
    ("host-suilun", "host", "穗轮村协商驿站"),
    ("host-right", "host", "星火村协商驿站"),
    ("clerk", "clerk", "请你来协商·民生议事堂"),
    ("clerk-right", "clerk", "金山卫镇民生议事堂"),
    ("lead", "lead", "独山港镇"),
    ("lead-right", "lead", "金山卫镇"),
    ("lead-town", "lead", "新埭镇"),
    ("lead-city", "lead", "平湖市"),
    ("lead-alliance", "lead", "田园五镇联盟"),
    ("delegate", "delegate", "乡村振兴委员工作室"),
    ("department", "department", "平湖市"),
    ("treasurer", "treasurer", "独山港镇"),
    ("clerk-town", "clerk", "独山港镇"),
    ("coordinator", "coordinator", "广陈中心小学"),
    ("coordinator-far", "coordinator", "哈甘乡哈甘村小学"),
    ("desk", "desk", '"新枫裕"智能装备工业社区党群服务中心'),
    ("lead-park", "lead", "张江长三角科技城枫泾园"),
    ("delegate-2", "delegate", "乡村振兴委员工作室"),
    ("clerk-liaison", "lead", "独山港镇政协联络室"),
    ("operator", "operator", "平湖市"),
    ("operator-right", "operator", "金山区"),
    ("lead-district", "lead", "金山区"),
    ("juror-1", "juror", "请你来协商·民生议事堂"),
    ("juror-2", "juror", "请你来协商·民生议事堂"),
    ("juror-3", "juror", "请你来协商·民生议事堂"),
    ("keeper", "keeper", "智慧农业加速器与产业赋能中心"),
    ("lead-mill", "lead", "智慧农业加速器与产业赋能中心"),
    ("keeper-shop", "lead", "廊下镇粮油店"),
    ("keeper-village", "lead", "星火村便民店"),
)
#: Made-up people who vote, so many of each place; their homes are checked as the demo begins.
VILLAGERS = {"韩家庙村": 260, "星火村": 80}
READY = ("room", "sign", "people", "rules", "records", "funding")


def villager(place: str, n: int) -> str:
    """The pseudonym of the n-th of them, from 0."""
    return f"p-demo-{list(VILLAGERS).index(place)}-{n}"


def both_towns() -> list[int]:
    """The towns of the made-up people, one on each side."""
    rows = Place.objects.filter(name__in=VILLAGERS).order_by("side")
    return [row.parent_id for row in rows if row.parent_id]


@dataclass(frozen=True)
class Cast:
    """Everyone, by login."""

    people: dict[str, Actor]

    def __getitem__(self, login: str) -> Actor:
        return self.people[login]


def enrol(at: datetime, side: str = "") -> Cast:
    """Record the forums and the offices, and make an account for each role; of one side alone, where the
    other has a server of its own."""
    book = act(HOUSE, "register", "open", {"title": "毗邻岗位与驿站登记（演示）"}, at=at).number
    record = Recorder(book, at)
    for name, name_en, category, place, above in (*FORUMS, *SHOPS):
        spot = Place.objects.get(name=place)
        parent = Organisation.objects.get(name=above).pk if above else None
        org = record(
            "organisation",
            {
                "name": name,
                "name_en": name_en,
                "category": category,
                "category_wording": WORDING[category],
                "places": [spot.pk],
                "sides": spot.side,
                "parent": parent,
                "where": place,
            },
        )
        if category == "station":
            for item in READY[: 6 if place != "星火村" else 5]:
                record("readiness", {"org": org, "item": item, "has": True})
    for login, role, where in ROLES:
        if not _is_of(side, role, where):
            continue
        account = Account(username=login, demo_title=login)
        account.set_unusable_password()
        if role:
            account.save()
            org_id = Organisation.objects.get(name=where).pk
            record(
                "office",
                {
                    "role": role,
                    "organisation": org_id,
                    "person": account.person,
                    "since": at.date().isoformat(),
                },
            )
        else:
            account.home = Place.objects.get(name=where).pk
            account.save()
    act(HOUSE, book, "close", at=at)
    until = at.date() + timedelta(days=730)
    for name, number in VILLAGERS.items():
        if not _is_of(side, "", name):
            continue
        home = Place.objects.get(name=name).pk
        own = Account.objects.filter(home=home).values_list("person", flat=True)
        made_up = [villager(name, n) for n in range(number)]
        checking.enrol([*own, *made_up], home, until, at)
    return cast()


def _is_of(side: str, role: str, where: str) -> bool:
    if not side:
        return True
    if role:
        return Organisation.objects.get(name=where).sides[:1] in ("", side)
    return Place.objects.get(name=where).side == side


def cast() -> Cast:
    """The cast as it stands in the database."""
    rows = Account.objects.exclude(demo_title="")
    return Cast({a.username: actor_of(a) for a in rows})


class Recorder:
    """Records rows into an open register, one entry each; gives the entry's number."""

    def __init__(self, book: int, at: datetime) -> None:
        self.book = book
        self.at = at

    def __call__(self, kind: str, row: dict[str, Any]) -> int:
        return act(HOUSE, self.book, "record", {"type": kind, "row": row}, at=self.at).number


def is_enrolled() -> bool:
    return Account.objects.exclude(demo_title="").exists()
