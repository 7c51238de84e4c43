"""Entries of a vote on statements → statements and their poll."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from pilin.engine.models import Matter
from pilin.intake import apply as intake
from pilin.intake import shapes
from pilin.intake.models import Poll
from pilin.intake.polls import under_way
from pilin.ledger.log import Record
from pilin.programmes.consultation.models import Question, Statement


def _ask(record: Record, matter: Matter) -> None:
    data = record.body["data"]
    start = Statement.objects.filter(matter=matter).count()
    rows = [
        Statement(
            matter=matter, number=n, text=text, status="shown", entry=record.number, author=""
        )
        for n, text in enumerate(data["statements"], start + 1)
    ]
    Statement.objects.filter(matter=matter, status="shown").update(status="earlier")
    Statement.objects.bulk_create(rows)
    last_day = date.fromisoformat(data["until"])
    until = timezone.make_aware(datetime.combine(last_day, time(23, 59, 59)))
    poll = intake.opened(record, shapes.STANCE, until, [row.number for row in rows])
    Question.objects.create(poll=poll.pk, matter=matter, text=data["question"])


def _state(record: Record, matter: Matter) -> None:
    Statement.objects.create(
        matter=matter,
        number=Statement.objects.filter(matter=matter).count() + 1,
        status="waiting",
        entry=record.number,
        author=record.body["actor"],
    )


def _accept(record: Record, matter: Matter) -> None:
    data = record.body["data"]
    _judge(matter, data["statement"], status="shown", text=data["statement_words"])
    _offer(matter)


def _reject(record: Record, matter: Matter) -> None:
    data = record.body["data"]
    _judge(matter, data["statement"], status="rejected", reason=data["reason"])


def _merge(record: Record, matter: Matter) -> None:
    data = record.body["data"]
    _judge(matter, data["statement"], status="merged", into=data["into"])


def _take_out(record: Record, matter: Matter) -> None:
    data = record.body["data"]
    _judge(matter, data["statement"], status="out", reason=data["reason"])
    _offer(matter)


def _close(record: Record, matter: Matter) -> None:
    poll = _poll(matter)
    intake.closed(poll, record)
    ballots = record.body["data"]["ballots"]
    Question.objects.filter(poll=poll.pk).update(closed_by=record.number, voters=ballots["voters"])


def _judge(matter: Matter, number: int, **values: Any) -> None:
    Statement.objects.filter(matter=matter, number=number).update(**values)


def _offer(matter: Matter) -> None:
    rows = Statement.objects.filter(matter=matter, status="shown")
    intake.offered(_poll(matter), rows.values_list("number", flat=True))


def _poll(matter: Matter) -> Poll:
    poll = under_way(matter.pk)
    assert poll is not None  # the steps are only taken while there is one
    return poll


STEPS: dict[str, Callable[[Record, Matter], None]] = {
    "ask": _ask,
    "state": _state,
    "accept_statement": _accept,
    "reject_statement": _reject,
    "merge_statement": _merge,
    "take_out_statement": _take_out,
    "close_vote": _close,
}
