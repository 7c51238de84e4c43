"""How made-up lots go: rice in bags that came in, and was sold little by little."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from .forums import Forum, Move, Scenario

NONE = Decimal(0)


def lot(
    r: Random, f: Forum, near: Mapping[str, int], who: str, title: str, text: str, d: date
) -> Generator[Move, int, None]:
    """Brought in, and sold in a few goes; what is left lies there."""
    amount, code = Decimal(r.randint(10, 200) * 5), f"{r.getrandbits(60):015x}"
    data = {
        "act": "enter",
        "good": "bags",
        "code": code,
        "amount": str(amount),
        "day": d.isoformat(),
        "org": {"id": f[0], "name": f[3]},
    }
    fields = {"title": title, "org": f[0], "orgs": [f[0]], "place": f[1], "sides": f[2]}
    number = yield Move("make", "made", "holder", closes="recorded", pause=0, data=data, set=fields)
    made = (f[0], code, "bags", "enter", d, None, amount, NONE, NONE)
    rows: tuple[tuple[str, tuple[Any, ...]], ...] = (
        ("chain_lot", (*made, None, None, None, "", None, "", "", False, None, None, "{}")),
        ("chain_move", (f[0], number, "made", amount, NONE, None)),
    )
    sold = NONE
    for _n in range(r.randint(1, 4)):
        some = Decimal(r.randint(1, 10))
        sold += some
        number += 1
        move = ("chain_move", (f[0], number, "sold", NONE, some, None))
        data = {"amount": str(some)}
        yield Move("sell", "made", "holder", closes="recorded", data=data, rows=(*rows, move))
        rows = ()
    assert sold < amount


SCENARIOS = {"lot": Scenario("lot", 6, (20, 300), lot)}
