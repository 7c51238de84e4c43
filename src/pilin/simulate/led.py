"""How made-up lead projects, listings of advisers and projects of the catalogue go."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from pilin.programmes.lead import quarters

from .forums import FIELDS, Forum, Move, Scenario

Near = Mapping[str, int]
Moves = Generator[Move, int, None]
STAGES = ("planned", "ready", "building", "running")


def _set(f: Forum, title: str) -> dict[str, Any]:
    return {"title": title, "org": f[0], "orgs": [f[0]], "place": f[1], "sides": f[2]}


def lead(r: Random, f: Forum, near: Near, who: str, title: str, text: str, d: date) -> Moves:
    """As a register says: the quarters before this one are accounted for."""
    now = quarters.of(d)
    words = [f"{n}季度任务按计划完成。" if n < now else "" for n in quarters.ALL]
    accounts = {
        str(n): {"now": "register", "words": said} for n, said in enumerate(words, 1) if said
    }
    official, target = r.choice(("镇党委书记", "镇长", "分管副镇长")), "全年任务完成。"
    row = {
        **{name: value for name, value in _set(f, title).items() if name != "sides"},
        "year": d.year,
        "official": official,
        "target": target,
        "quarters": words,
        "source_row": {"title": title},
    }
    stored = (d.year, official, None, target, "", 1, json.dumps(accounts))
    yield Move(
        "record",
        "under_way",
        "house",
        due=quarters.due(d.year, now),
        pause=0,
        data={"row": row},
        set=_set(f, title),
        rows=(("lead_lead", (*stored, json.dumps({"title": title}))),),
    )


def placement(r: Random, f: Forum, near: Near, who: str, title: str, text: str, d: date) -> Moves:
    """Somebody is sought; some listings are taken off again."""
    field, days = r.choice(FIELDS), Decimal(r.randint(1, 30))
    until = d + timedelta(days=r.randint(430, 460))  # so that none has run out
    data = {
        "title": title,
        "org": {"id": f[0], "name": f[3]},
        "field": field,
        "text": "需要懂行的人帮一季。",
        "days": str(days),
        "start": d.isoformat(),
        "until": until.isoformat(),
    }
    row = ("sought", field, "", f[0], None, days, d, until, None, "{}", None, "{}")
    yield Move(
        "seek",
        "listed",
        "raiser",
        due=until,
        joins="raiser",
        pause=0,
        data=data,
        set=_set(f, title),
        rows=(("adviser_placement", row),),
    )
    if r.random() < 0.2:
        reason = {"reason": "已自行解决。"}
        yield Move("take_off", "withdrawn", "holder", closes="withdrawn", pause=3, data=reason)


def opportunity(r: Random, f: Forum, near: Near, who: str, title: str, text: str, d: date) -> Moves:
    """Put forward and listed."""
    n, stage, field = r.randint(100, 9999), r.choice(STAGES), r.choice(FIELDS)
    amount, wanted = Decimal(n * 10_000), "寻找合作方。"
    text = "虚拟项目，供试用。"
    data = {
        "title": title,
        "org": {"id": f[0], "name": f[3]},
        "field": field,
        "amount": str(amount),
        "stage": stage,
        "text": text,
        "wanted": wanted,
    }
    yield Move(
        "put_forward", "forward", "raiser", joins="raiser", pause=0, data=data, set=_set(f, title)
    )
    planned = json.dumps({"value": str(amount), "unit": "元", "wording": f"{n}万元"})
    row = (field, planned, amount, stage, text, wanted, d, "{}")
    rows = (("catalogue_opportunity", row),)
    yield Move("publish", "listed", "holder", 120, pause=0, minute=5, rows=rows)


SCENARIOS = {
    "lead": Scenario("lead", 2, (1, 80), lead),
    "placement": Scenario("placement", 2, (1, 200), placement),
    "opportunity": Scenario("opportunity", 3, (1, 120), opportunity),
}
