"""How made-up renovations of old housing go: surveyed, planned, and the register of units entered."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

from pilin.deciding.owners import exact

from .forums import Forum, Move, Scenario
from .towns import EMPTY, Moves, Near, _org, _set


def renovation(r: Random, f: Forum, near: Near, who: str, title: str, text: str, d: date) -> Moves:
    """Proposed and surveyed; half of them have a plan and the register of their units."""
    households, where = r.randint(12, 60), f"{f[3]}新村"
    yield Move(
        "propose",
        "proposed",
        "raiser",
        20,
        joins="raiser",
        pause=0,
        data={
            "title": title,
            "org": _org(f),
            "neighbourhood": where,
            "households": households,
            "text": "没有电梯，下水常堵。",
        },
        set=_set(f, title),
    )
    needs = [{"name": "加装电梯", "count": households // 2}, {"name": "停车位", "count": 3}]
    survey = {"asked": households, "answered": households - 1, "needs": needs}
    surveyed = (1, d + timedelta(days=2), households, households - 1, json.dumps(needs))
    rows = (("renovation_survey", surveyed),)
    planned = r.random() < 0.5
    nothing = (where, households, "", None, "[]", None, 0, None, EMPTY)
    own = () if planned else (("renovation_renovation", nothing),)
    yield Move("survey", "surveyed", "holder", 20, data=survey, pause=2, rows=(*rows, *own))
    if not planned:
        return
    units = [[f"A-{n}", "71.36", [f"A-{n}"]] for n in range(1, households + 1)]
    area = exact(Fraction("71.36") * households)
    register = (json.dumps(units), households, households, area)
    # It stays as it was, and so does the day it is due.
    yield Move(
        "units",
        "surveyed",
        "holder",
        20,
        pause=0,
        data={"units": units},
        rows=(("renovation_register", register),),
    )
    cost, finish = Decimal(r.randint(20, 90) * 10_000), d + timedelta(days=200)
    finance = [{"name": "政府补助", "amount": str(cost)}]
    data = {
        "plan": "加装电梯，疏通下水。",
        "cost": str(cost),
        "finance": finance,
        "finish": finish.isoformat(),
    }
    row = (where, households, data["plan"], cost, json.dumps(finance), finish, 0, None, EMPTY)
    yield Move(
        "plan",
        "planned",
        "holder",
        20,
        data=data,
        files=1,
        rows=(("renovation_renovation", row),),
    )


SCENARIOS = {"renovation": Scenario("renovation", 3, (5, 30), renovation)}
