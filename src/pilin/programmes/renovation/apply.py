"""Entries of renovations → surveys, plans, votes with every reading, approvals, accounts."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import F

from pilin.deciding.owners import exact, together
from pilin.engine.entry import Handlers
from pilin.engine.models import Matter
from pilin.ledger.log import Record

from .counting import ballots, left_out
from .fields import total
from .models import (
    ASKED,
    GRANTED,
    MOST_PAPERS,
    NONE,
    REFUSED,
    VOID,
    Acceptance,
    Accounts,
    Approval,
    Paper,
    Progress,
    Reading,
    Register,
    Renovation,
    Survey,
    Vote,
)

RENOVATION = Handlers("renovation")


@RENOVATION.every
def apply(record: Record, matter: Matter) -> None:
    step = STEPS.get(record.body["step"])
    if step:
        step(record.body["data"], matter.pk, record)


def _propose(data: dict[str, Any], key: int, record: Record) -> None:
    Renovation.objects.create(
        pk=key, neighbourhood=data["neighbourhood"], households=data["households"]
    )


def _record(data: dict[str, Any], key: int, record: Record) -> None:
    row = data["row"]
    fields = {n: row[n] for n in ("neighbourhood", "households", "source_row")}
    Renovation.objects.update_or_create(pk=key, defaults=fields)


def _survey(data: dict[str, Any], key: int, record: Record) -> None:
    Survey.objects.create(
        renovation_id=key,
        round=Survey.objects.filter(renovation_id=key).count() + 1,
        day=_day(record),
        asked=data["asked"],
        answered=data["answered"],
        needs=data["needs"],
    )


def _units(data: dict[str, Any], key: int, record: Record) -> None:
    known = Register.objects.filter(pk=key).first() if data.get("add") else None
    units = [*(known.units if known else []), *data["units"]]
    fields = {
        "units": units,
        "unit_count": len(units),
        "owner_count": len({together(owners) for _code, _area, owners in units}),
        "area": exact(sum((Fraction(area) for _code, area, _owners in units), Fraction(0))),
    }
    Register.objects.update_or_create(renovation_id=key, defaults=fields)


def _plan(data: dict[str, Any], key: int, record: Record) -> None:
    Renovation.objects.filter(pk=key).update(
        plan=data["plan"],
        cost=data["cost"],
        finance=data["finance"],
        finish=date.fromisoformat(data["finish"]),
        talks=0,
    )


def _discuss(data: dict[str, Any], key: int, record: Record) -> None:
    Renovation.objects.filter(pk=key).update(talks=F("talks") + 1)


def _call(data: dict[str, Any], key: int, record: Record) -> None:
    """The register is frozen as it is now, and every owner has a ballot."""
    units = Register.objects.get(pk=key).units
    vote = Vote.objects.create(
        id=record.number,
        renovation_id=key,
        number=Vote.objects.filter(renovation_id=key).count() + 1,
        questions=data["questions"],
        first=date.fromisoformat(data["first"]),
        until=date.fromisoformat(data["until"]),
        units=units,
    )
    owned: dict[str, list[str]] = {}
    for code, _area, owners in units:
        owned.setdefault(together(owners), []).append(code)
    Paper.objects.bulk_create(
        Paper(id=vote.pk * MOST_PAPERS + n, vote=vote, number=n, owner=owner, units=codes)
        for n, (owner, codes) in enumerate(owned.items(), 1)
    )


def _extend(data: dict[str, Any], key: int, record: Record) -> None:
    Vote.objects.filter(pk=_last_vote(key).pk).update(until=date.fromisoformat(data["until"]))


def _enter(data: dict[str, Any], key: int, record: Record) -> None:
    vote, person = _last_vote(key), record.body["actor"]
    papers = Paper.objects.filter(vote=vote, owner__in=[b["owner"] for b in data["ballots"]])
    by_owner = {p.owner: p for p in papers}
    Reading.objects.filter(paper__in=papers, person=person).delete()
    Reading.objects.bulk_create(
        Reading(
            paper=by_owner[b["owner"]],
            person=person,
            entry=record.number,
            answers=b["answers"],
            way=b["way"],
        )
        for b in data["ballots"]
        if b["way"] != NONE
    )


def _call_off(data: dict[str, Any], key: int, record: Record) -> None:
    Vote.objects.filter(pk=_last_vote(key).pk).update(called_off=True)


def _count(data: dict[str, Any], key: int, record: Record) -> None:
    vote = _last_vote(key)
    Vote.objects.filter(pk=vote.pk).update(
        counted=record.number,
        results=data["results"],
        left_out=left_out(ballots(vote)),
        why=data.get("why", ""),
    )


def _last_vote(key: int) -> Vote:
    vote: Vote = Vote.objects.filter(renovation_id=key).latest("number")
    return vote


def _ask(data: dict[str, Any], key: int, record: Record) -> None:
    last = Approval.objects.filter(renovation_id=key).order_by("-round").first()
    n = last.round if last else 0
    n += record.body["from"] != "approving"  # asked once more of others, or all anew
    Approval.objects.bulk_create(
        Approval(
            renovation_id=key,
            round=n,
            org_id=row["org"]["id"],
            what=row["what"],
            asked=_day(record),
            due=date.fromisoformat(row["until"]),
        )
        for row in data["approvals"]
    )


def _answer(state: str, words: str) -> Callable[[dict[str, Any], int, Record], None]:
    def answer(data: dict[str, Any], key: int, record: Record) -> None:
        waiting = Approval.objects.filter(renovation_id=key, state=ASKED)
        waiting.filter(org_id=record.body["office"]["org"]).update(
            state=state, answered=_day(record), words=data[words]
        )
        if state == REFUSED:
            waiting.update(state=VOID)

    return answer


def _stop(data: dict[str, Any], key: int, record: Record) -> None:
    Approval.objects.filter(renovation_id=key, state=ASKED).update(state=VOID)


def _report(data: dict[str, Any], key: int, record: Record) -> None:
    Progress.objects.create(
        renovation_id=key,
        entry=record.number,
        day=_day(record),
        words=data["words"],
        spent=data["spent"],
    )
    Renovation.objects.filter(pk=key).update(spent=data["spent"])


def _publish(data: dict[str, Any], key: int, record: Record) -> None:
    fields = {
        "day": _day(record),
        "income": data["income"],
        "spending": data["spending"],
        "came": total(data["income"]),
        "spent": total(data["spending"]),
        "left": Decimal(data["remainder"]),
        "left_to": data.get("left_to", ""),
    }
    Accounts.objects.update_or_create(renovation_id=key, defaults=fields)


def _confirm(data: dict[str, Any], key: int, record: Record) -> None:
    Acceptance.objects.create(renovation_id=key, person=record.body["actor"], entry=record.number)


def _dispute(data: dict[str, Any], key: int, record: Record) -> None:
    Acceptance.objects.filter(renovation_id=key).delete()


def _day(record: Record) -> date:
    return date.fromisoformat(record.body["day"])


STEPS: dict[str, Callable[[dict[str, Any], int, Record], None]] = {
    "propose": _propose,
    "record": _record,
    "record_done": _record,
    "amend": _record,
    "survey": _survey,
    "units": _units,
    "plan": _plan,
    "replan": _plan,
    "amend_plan": _plan,
    "discuss": _discuss,
    "call": _call,
    "extend": _extend,
    "enter": _enter,
    "call_off": _call_off,
    "count": _count,
    "ask": _ask,
    "ask_more": _ask,
    "grant": _answer(GRANTED, "words"),
    "refuse": _answer(REFUSED, "reason"),
    "stop": _stop,
    "report": _report,
    "publish": _publish,
    "confirm": _confirm,
    "dispute": _dispute,
}
