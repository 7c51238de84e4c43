"""How made-up policies, nominations and documents go: a clause that is published, a nomination that waits or is
withdrawn, minutes that are read and filed."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from .forums import Forum, Move, Scenario

Near = Mapping[str, int]
Moves = Generator[Move, int, None]


def _set(f: Forum, title: str) -> dict[str, object]:
    return {"title": title, "org": f[0], "orgs": [f[0]], "place": f[1], "sides": f[2]}


def clause(r: Random, f: Forum, near: Near, who: str, title: str, text: str, d: date) -> Moves:
    """Entered by an office and published, with a condition that some firms meet."""
    staff, fixed, ends = r.randint(5, 500), Decimal(r.randint(1, 90) * 100), d + timedelta(days=200)
    needs = json.dumps({"all": [["staff", "<=", float(staff)]]}, ensure_ascii=False)
    source = f"演示文件〔{d.year}〕{r.randint(1, 40)}号"
    data = {
        "title": title,
        "org": {"id": f[0], "name": f[3]},
        "text": text,
        "source": source,
        "audience": "firms",
        "needs": needs,
        "way": "apply",
        "fixed": str(fixed),
        "ends": ends.isoformat(),
        "days": 20,
    }
    yield Move(
        "write", "draft", "holder", 10, joins="raiser", pause=0, data=data, set=_set(f, title)
    )
    said = ("firms", text, source, needs, "apply", fixed, "", "", None, None, Decimal(0), None)
    row = ("benefit_clause", (*said, ends, 20, "", "", "", "{}"))
    yield Move("publish", "open", "holder", due=ends, rows=(row,))


def nomination(r: Random, f: Forum, near: Near, who: str, title: str, text: str, d: date) -> Moves:
    """Nominated; some nominations are withdrawn before anybody took them up."""
    data = {
        "title": title,
        "org": {"id": f[0], "name": f[3]},
        "day": d.isoformat(),
        "text": text,
        "relation": "other",
        "minor": False,
    }
    said = (d, None, "", False, "", None, None, None, None, None, False, False, "{}")
    row = ("honour_nomination", said)
    yield Move(
        "nominate",
        "nominated",
        "raiser",
        5,
        joins="raiser",
        pause=0,
        data=data,
        set=_set(f, title),
        rows=(row,),
    )
    if r.random() < 0.4:
        reason = {"reason": "已由单位另行表扬。"}
        yield Move("withdraw", "withdrawn", "raiser", closes="withdrawn", pause=3, data=reason)


def minutes(r: Random, f: Forum, near: Near, who: str, title: str, text: str, d: date) -> Moves:
    """Read in; most require nothing and are filed."""
    words = f"{title}\n会议听取了情况汇报。{text}"
    data = {
        "title": title,
        "org": {"id": f[0], "name": f[3]},
        "day": d.isoformat(),
        "text": words,
    }
    yield Move(
        "enter",
        "read",
        "holder",
        3,
        joins="raiser",
        pause=0,
        data=data,
        set=_set(f, title),
        rows=(("meeting_sitting", (d, "", "[]", words)),),
    )
    if r.random() < 0.8:
        yield Move("file", "filed", "holder", closes="recorded", pause=2)


SCENARIOS = {
    "session": Scenario("session", 2, (4, 200), minutes),
    "clause": Scenario("clause", 2, (5, 150), clause),
    "nomination": Scenario("nomination", 2, (2, 60), nomination),
}
