"""How made-up matters of the towns go: agreements, pairings, wishes, drives, funds and the rest."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from .forums import FIELDS, Forum, Move, Scenario

Near = Mapping[str, int]
Moves = Generator[Move, int, None]
EMPTY = "{}"


def _set(f: Forum, title: str, *others: int) -> dict[str, Any]:
    """The matter's own fields, as a form would set them."""
    orgs = sorted({f[0], *others})
    return {"title": title, "org": f[0], "orgs": orgs, "place": f[1], "sides": f[2]}


def _org(f: Forum) -> dict[str, Any]:
    return {"id": f[0], "name": f[3]}


def agreement(r: Random, f: Forum, near: Near, who: str, title: str, text: str, d: date) -> Moves:
    """An agreement in force, as a register says."""
    fields = sorted(r.sample(FIELDS, 2))
    moment = {
        "start": d.isoformat(),
        "end": d.isoformat(),
        "precision": "day",
        "wording": d.isoformat(),
        "inferred": False,
    }
    row = {
        "title": title,
        "org": f[0],
        "orgs": [f[0]],
        "place": f[1],
        "serial": "",
        "left": f[3],
        "right": "对岸各镇",
        "fields": fields,
        "field_count": None,
        "signed_on": moment,
        "source_row": {"title": title},
    }
    table = ("", f[3], "对岸各镇", fields, None, json.dumps(moment), None, "")
    yield Move(
        "record",
        "in_force",
        "house",
        240,
        pause=0,
        data={"row": row},
        set=_set(f, title),
        rows=(("agreement_agreement", (*table, json.dumps({"title": title}))),),
    )


def pairing(r: Random, f: Forum, near: Near, who: str, title: str, text: str, d: date) -> Moves:
    """A pairing that is active, as a register says."""
    count = {"value": str(r.randint(1, 20)), "unit": "对", "at_least": False, "wording": ""}
    row = {
        "title": title,
        "org": f[0],
        "orgs": [f[0]],
        "place": f[1],
        "type": "village",
        "type_wording": "村社区结对",
        "left": f[3],
        "right": "对岸",
        "count": count,
        "period": None,
        "source_row": {"left": f[3]},
    }
    table = ("village", "村社区结对", f[3], "对岸", None, "", "", json.dumps(count), None, None)
    yield Move(
        "record",
        "active",
        "house",
        60,
        pause=0,
        data={"row": row},
        set=_set(f, title),
        rows=(("pairing_pairing", (*table, json.dumps({"left": f[3]}))),),
    )


def suggestion(r: Random, f: Forum, near: Near, who: str, title: str, text: str, d: date) -> Moves:
    """Written at the town's studio, answered, and its author is satisfied or silent."""
    studio = near["studio"]
    assigned = answered = None
    yield Move(
        "write",
        "submitted",
        "raiser",
        5,
        joins="raiser",
        pause=0,
        data={
            "title": title,
            "type": "opinion",
            "studio": {"id": studio, "name": f"{f[3]}委员工作室"},
            "to": _org(f),
            "situation_text": "群众反映多。",
            "proposal": "尽快解决。",
        },
        set=_set(f, title, studio),
        scopes=(f"org:{studio}",),
    )
    yield Move("accept", "accepted", "holder", 5, data={"reason": "属实。"})
    if r.random() < 0.7:
        by = d + timedelta(days=30)
        assigned, answered = f[0], "已经办理。"
        data: dict[str, Any] = {"lead": _org(f), "answer_by": by.isoformat()}
        orgs = {"orgs": sorted({f[0], studio}), "sides": f[2]}
        yield Move("assign", "assigned", "holder", due=by, data=data, set=orgs)
        yield Move("answer", "answered", "holder", 15, to_raiser=True, data={"answer": answered})
    row: tuple[Any, ...] = (
        "opinion",
        "",
        studio,
        assigned,
        [],
        answered or "",
        0,
        None,
        None,
        EMPTY,
    )
    rows = (("suggestion_suggestion", row),)
    if answered and r.random() < 0.6:
        rating = (("loop_rating", (who, 5)),)
        data = {"rating": 5}
        yield Move(
            "satisfied", "closed", "raiser", closes="confirmed", data=data, rows=(*rows, *rating)
        )
    elif answered:
        yield Move("silence", "lapsed", "clock", closes="silence", pause=25, rows=rows)
    else:
        yield Move(
            "assign",
            "assigned",
            "holder",
            due=d + timedelta(days=60),
            data={"lead": _org(f), "answer_by": (d + timedelta(days=60)).isoformat()},
            set={"orgs": sorted({f[0], studio}), "sides": f[2]},
            rows=(("suggestion_suggestion", ("opinion", "", studio, f[0], [], "", *row[6:])),),
        )


def wish(r: Random, f: Forum, near: Near, who: str, title: str, text: str, d: date) -> Moves:
    """A pupil's wish: still to be claimed, or claimed, delivered and confirmed."""
    school, code = near["school"], f"学生{r.randint(1, 99):02}"
    thing = r.choice(("一套字典", "一个足球", "一双球鞋", "一盏台灯", "一个书包"))
    name = f"{f[3]}中心小学"
    yield Move(
        "submit",
        "submitted",
        "raiser",
        3,
        joins="raiser",
        pause=0,
        data={
            "code": code,
            "school": {"id": school, "name": name},
            "through": _org(f),
        },
        set=_set(f, code, school),
    )
    claimed = r.random() < 0.6
    giver = "" if not claimed else f"p-{r.getrandbits(64):016x}"
    row = (("wish_wish", (code, school, name, None, Decimal(0), "", "", giver, "", EMPTY)),)
    yield Move(
        "publish",
        "open",
        "holder",
        30,
        data={"title": thing, "bring": ""},
        set={"title": thing},
        rows=() if claimed else row,
    )
    if not claimed:
        return
    yield Move(
        "claim",
        "claimed",
        "other",
        30,
        who=giver,
        held_by=giver,
        joins="supporter",
        rows=(("loop_party", (giver, "supporter")),),
    )
    yield Move("deliver", "delivered", "other", 15, who=giver, to_raiser=True, files=1)
    yield Move(
        "confirm",
        "closed",
        "raiser",
        closes="confirmed",
        data={"rating": 5},
        rows=(*row, ("loop_rating", (who, 5))),
    )


def drive(r: Random, f: Forum, near: Near, who: str, title: str, text: str, d: date) -> Moves:
    """Goods come in; half of the drives have handed them over."""
    school, n = near["school"], r.randint(10, 400)
    to, until = {"id": school, "name": f"{f[3]}中心小学"}, d + timedelta(days=60)
    goods = [{"name": "棉衣", "count": n, "unit": "件"}]
    yield Move(
        "open",
        "collecting",
        "raiser",
        due=until,
        joins="raiser",
        pause=0,
        data={
            "title": title,
            "org": _org(f),
            "recipient": to,
            "goods": goods,
            "until": until.isoformat(),
        },
        set=_set(f, title, school),
    )
    done = r.random() < 0.5
    given = n if done else 0
    rows: tuple[tuple[str, tuple[Any, ...]], ...] = (
        ("drive_drive", ("", "", until, "", school, "[]")),
        ("drive_item", (1, "棉衣", "件", n, n, given, False, "")),
    )
    data: dict[str, Any] = {"item": 1, "count": n, "giver": "镇上居民"}
    yield Move("receive", "collecting", "holder", due=until, data=data, rows=() if done else rows)
    if not done:
        return
    data = {"to": to["name"], "goods": goods}
    batch = yield Move("ship", "collecting", "holder", due=until, data=data, pause=2)
    day = d + timedelta(days=5)
    shipped = ("drive_batch", (batch, to["name"], json.dumps([[1, n]]), day))
    data = {"batch": batch, "words": "已签收。"}
    yield Move(
        "hand_over",
        "collecting",
        "holder",
        due=until,
        data=data,
        files=1,
        pause=2,
        rows=(*rows, shipped),
    )
    data = {"words": "全部送达。"}
    yield Move("finish", "finished", "holder", 15, held_at=school, data=data)
    yield Move("silence", "lapsed", "clock", closes="silence", pause=25)


def fund(r: Random, f: Forum, near: Near, who: str, title: str, text: str, d: date) -> Moves:
    """Money came in and was allocated to its purpose."""
    amount = Decimal(r.randint(1, 90) * 1000)
    purpose, when = "修路灯", d + timedelta(days=2)
    opened = yield Move(
        "open",
        "open",
        "raiser",
        60,
        joins="raiser",
        pause=0,
        data={"title": title, "org": _org(f), "purpose": purpose, "purposes": [purpose]},
        set=_set(f, title),
    )
    assert opened
    data: dict[str, Any] = {"amount": str(amount), "source": "镇上企业"}
    came = yield Move("receive", "open", "holder", 60, data=data, pause=2)
    none = Decimal(0)
    rows = (
        ("fund_fund", (purpose, "", "", EMPTY)),
        ("fund_purpose", (1, purpose)),
        ("fund_posting", (came, 1, when, "cash", None, amount, none, "镇上企业")),
        ("fund_posting", (came, 2, when, "unallocated", None, none, amount, "镇上企业")),
    )
    data = {"purpose": 1, "amount": str(amount)}
    number = came + 1
    yield Move(
        "allocate",
        "open",
        "holder",
        60,
        data=data,
        pause=0,
        rows=(
            *rows,
            ("fund_posting", (number, 1, when, "unallocated", None, amount, none, "")),
            ("fund_posting", (number, 2, when, "purpose", 1, none, amount, "")),
        ),
    )


def event(r: Random, f: Forum, near: Near, who: str, title: str, text: str, d: date) -> Moves:
    """Announced, some register, and it is held."""
    start = datetime.combine(d + timedelta(days=20), time(6), UTC)
    end, limit = start + timedelta(hours=2), r.randint(1, 4)
    data: dict[str, Any] = {
        "title": title,
        "type": "forum",
        "org": _org(f),
        "start": start.isoformat(timespec="minutes"),
        "end": end.isoformat(timespec="minutes"),
        "where": f[3],
        "limit": limit,
        "waiting": 3,
    }
    due = d + timedelta(days=25)
    yield Move(
        "announce",
        "announced",
        "raiser",
        due=due,
        joins="raiser",
        pause=0,
        data=data,
        set=_set(f, title),
    )
    seats: list[tuple[str, tuple[Any, ...]]] = []
    for n in range(3):
        person = f"p-{r.getrandbits(64):016x}"
        status = "placed" if n < limit else "waiting"
        entry = yield Move(
            "register",
            "announced",
            "other",
            due=due,
            who=person,
            joins="supporter",
            rows=(("loop_party", (person, "supporter")),),
        )
        seats.append(("event_registration", (entry, person, status, False)))
    data = {"attendance": 3, "results": "顺利举办。"}
    row = ("forum", "", f[3], start, end, f[3], limit, 3, "[]", "顺利举办。", 3, 0, EMPTY)
    rows = (("event_event", row), ("loop_moment", ("kind:event", end)), *seats)
    yield Move("hold", "held", "holder", 10, to_raiser=True, data=data, pause=18, rows=rows)
    yield Move("silence", "lapsed", "clock", closes="silence", pause=20)


def service(r: Random, f: Forum, near: Near, who: str, title: str, text: str, d: date) -> Moves:
    """Asked at the desk, given to the town's school, answered, confirmed."""
    school = near["school"]
    yield Move(
        "ask",
        "asked",
        "raiser",
        2,
        joins="raiser",
        pause=0,
        data={"title": title, "text": "请问怎么办理。", "desk": _org(f)},
        set=_set(f, title),
    )
    to, place = {"id": school, "name": "中心小学"}, {"orgs": sorted({f[0], school}), "sides": f[2]}
    data: dict[str, Any] = {"to": to, "reason": "由学校办理。"}
    done = r.random() < 0.6
    waiting = (("service_request", ("", school, "")),)
    yield Move(
        "assign",
        "assigned",
        "holder",
        5,
        held_at=school,
        data=data,
        set=place,
        rows=() if done else waiting,
    )
    if done:
        rows = (("service_request", ("", school, "已办。")),)
        data = {"answer": "已办。"}
        yield Move("answer", "answered", "holder", 10, to_raiser=True, data=data, rows=rows)
        rating = (("loop_rating", (who, 4)),)
        yield Move(
            "confirm", "closed", "raiser", closes="confirmed", data={"rating": 4}, rows=rating
        )


SCENARIOS = {
    "agreement": Scenario("agreement", 2, (0, 60), agreement),
    "pairing": Scenario("pairing", 4, (0, 30), pairing),
    "suggestion": Scenario("suggestion", 6, (80, 300), suggestion),
    "wish": Scenario("wish", 8, (20, 300), wish),
    "drive": Scenario("drive", 4, (50, 300), drive),
    "fund": Scenario("fund", 4, (3, 60), fund),
    "event": Scenario("event", 6, (70, 300), event),
    "service": Scenario("service", 6, (20, 300), service),
}
