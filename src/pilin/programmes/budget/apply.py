"""Entries of participatory budgets → budgets, ideas and their poll."""

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from pilin.engine.entry import Handlers
from pilin.engine.models import Matter
from pilin.intake import apply as intake
from pilin.intake import shapes
from pilin.intake.models import Poll
from pilin.ledger.log import Record

from .lists import under_way
from .models import Budget, Idea

BUDGET = Handlers("budget")


@BUDGET.every
def apply(record: Record, matter: Matter) -> None:
    step = STEPS.get(record.body["step"])
    if step:
        step(record, matter)


def _announce(record: Record, matter: Matter) -> None:
    data = record.body["data"]
    Budget.objects.create(
        matter=matter,
        amount=Decimal(data["sum"]),
        most=data["most"],
        least=data["least"],
        rule=data["rule"],
        text=data["text"],
        ideas_until=date.fromisoformat(data["ideas_until"]),
    )


def _idea(record: Record, matter: Matter) -> None:
    data = record.body["data"]
    Budget.objects.filter(pk=matter.pk).update(ideas=F("ideas") + 1)
    Idea.objects.create(
        matter=matter,
        number=Idea.objects.filter(matter=matter).count() + 1,
        title=data["title"],
        text=data["text"],
        where=data["where"],
        estimate=Decimal(data["estimate"]),
        author=record.body["actor"],
        status="waiting",
    )


def _admit(record: Record, matter: Matter) -> None:
    data = record.body["data"]
    cost, words = Decimal(data["cost"]), data.get("words", "")
    _judge(matter, data["idea"], status="admitted", cost=cost, words=words)


def _refuse(record: Record, matter: Matter) -> None:
    data = record.body["data"]
    _judge(matter, data["idea"], status="refused", cost=None, words=data["reason"])


def _merge(record: Record, matter: Matter) -> None:
    """What was merged into this one before goes along."""
    data = record.body["data"]
    number, like = data["idea"], data["like"]
    rows = Idea.objects.filter(Q(number=number) | Q(into=number), matter=matter)
    rows.update(status="merged", into=like)


def _judge(matter: Matter, number: int, **values: Any) -> None:
    Idea.objects.filter(matter=matter, number=number).update(**values)


def _open_vote(record: Record, matter: Matter) -> None:
    data = record.body["data"]
    budget = Budget.objects.get(pk=matter.pk)
    until = date.fromisoformat(data["until"])
    ends = timezone.make_aware(datetime.combine(until, time(23, 59, 59)))
    items = [row["idea"] for row in data["ballot"]]
    poll = intake.opened(record, shapes.APPROVAL, ends, items, budget.most)
    opened = date.fromisoformat(record.body["day"])
    Budget.objects.filter(pk=matter.pk).update(poll=poll.pk, opened=opened, until=until)


def _close_vote(record: Record, matter: Matter) -> None:
    data = record.body["data"]
    intake.closed(_poll(matter), record)
    result = {k: v for k, v in data.items() if k not in ("ballots", "words")}
    Budget.objects.filter(pk=matter.pk).update(
        counted_by=record.number,
        voters=data["ballots"]["voters"],
        chosen=len(data["winners"]),
        spent=sum(Decimal(winner["cost"]) for winner in data["winners"]),
        result=result,
    )
    for rank, winner in enumerate(data["winners"], 1):
        Idea.objects.filter(matter=matter, number=winner["idea"]).update(rank=rank)


def _stop(record: Record, matter: Matter) -> None:
    if "ballots" in record.body["data"]:
        intake.closed(_poll(matter), record)


def _poll(matter: Matter) -> Poll:
    poll = under_way(matter.pk)
    assert poll is not None  # the steps are only taken while there is one
    return poll


def _convert(record: Record, matter: Matter) -> None:
    data = record.body["data"]
    finish = date.fromisoformat(data["finish"])
    Idea.objects.filter(matter=matter, number=data["winner"]).update(finish=finish)


STEPS: dict[str, Callable[[Record, Matter], None]] = {
    "announce": _announce,
    "idea": _idea,
    "admit": _admit,
    "refuse": _refuse,
    "merge_idea": _merge,
    "open_vote": _open_vote,
    "close_vote": _close_vote,
    "stop": _stop,
    "convert": _convert,
}
