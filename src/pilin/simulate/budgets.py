"""How made-up participatory budgets go, up to the vote: ballots are not made up."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from .forums import Forum, Move, Scenario
from .towns import Moves, Near, _org, _set

TEXT = "村里的公共设施。"


def budget(r: Random, f: Forum, near: Near, who: str, title: str, text: str, d: date) -> Moves:
    """Ideas come in; they wait to be vetted, are admitted, or none can be."""
    end = r.choices(("waiting", "admitted", "refused"), (4, 5, 1))[0]
    amount, until = Decimal(r.randint(5, 50) * 10_000), d + timedelta(days=15)
    data: dict[str, Any] = {
        "title": title,
        "org": _org(f),
        "text": TEXT,
        "sum": str(amount),
        "most": 3,
        "least": 20,
        "ideas_until": until.isoformat(),
        "rule": "equal-shares",
    }
    yield Move(
        "announce",
        "ideas",
        "raiser",
        due=until,
        joins="raiser",
        pause=0,
        data=data,
        set=_set(f, title),
    )
    ideas: list[tuple[int, int, str, Decimal, str]] = []
    for n in range(1, r.randint(2, 5)):
        person, cost = f"p-{r.getrandbits(64):016x}", Decimal(r.randint(1, 5) * 10_000)
        name = f"第{n}处{r.choice(('路灯', '凉亭', '坡道', '健身角'))}"
        entry = yield Move(
            "idea",
            "ideas",
            "other",
            due=until,
            who=person,
            joins="supporter",
            data={"title": name, "text": TEXT, "where": f[3], "estimate": str(cost)},
            rows=(("loop_party", (person, "supporter")),),
        )
        ideas.append((n, entry, name, cost, person))

    def row(
        n: int, entry: int, name: str, cost: Decimal, person: str
    ) -> tuple[str, tuple[Any, ...]]:
        kept = {"waiting": (None, ""), "admitted": (cost, ""), "refused": (None, "没有地块。")}
        return "budget_idea", (n, entry, name, TEXT, f[3], cost, person, end, *kept[end])

    own = ("budget_budget", (amount, 3, 20, "equal-shares", TEXT, until, len(ideas)))
    waiting = [row(*idea) for idea in ideas if end == "waiting"]
    yield Move("ideas_over", "vetting", "clock", 15, pause=16, rows=(own, *waiting))
    for idea in ideas:
        if end == "admitted":
            said = {"idea": idea[0], "cost": str(idea[3])}
            yield Move("admit", "vetting", "holder", 15, data=said, rows=(row(*idea),))
        elif end == "refused":
            why = {"idea": idea[0], "reason": "没有地块。"}
            yield Move("refuse", "vetting", "holder", 15, data=why, rows=(row(*idea),))
    if end == "refused":
        yield Move("nothing", "none", "holder", closes="nothing", data={"words": "没有可办的。"})


SCENARIOS = {"budget": Scenario("budget", 4, (18, 40), budget)}
