"""Entries of a vote on statements → statements and their poll."""

from datetime import datetime, time
from typing import Any

from django.utils import timezone

from pilin.engine.entry import Entry, Handlers
from pilin.engine.models import Matter
from pilin.engine.payload import Nothing
from pilin.intake import apply as intake
from pilin.intake import shapes
from pilin.intake.models import Poll
from pilin.intake.polls import under_way
from pilin.programmes.consultation.models import Question, Statement

from . import entries

#: All of a consultation's steps: those of the vote here, the others in the folder above.
CONSULTATION = Handlers("consultation")


@CONSULTATION.on("ask")
def ask(entry: Entry[entries.Ask], matter: Matter) -> None:
    said = entry.data
    start = Statement.objects.filter(matter=matter).count()
    rows = [
        Statement(matter=matter, number=n, text=text, status="shown", entry=entry.number, author="")
        for n, text in enumerate(said.statements, start + 1)
    ]
    Statement.objects.filter(matter=matter, status="shown").update(status="earlier")
    Statement.objects.bulk_create(rows)
    until = timezone.make_aware(datetime.combine(said.until, time(23, 59, 59)))
    poll = intake.opened(
        entry.record, shapes.STANCE, until, [row.number for row in rows], said=said
    )
    Question.objects.create(poll=poll.pk, matter=matter, text=said.question)


@CONSULTATION.on("state")
def state(entry: Entry[Nothing], matter: Matter) -> None:
    Statement.objects.create(
        matter=matter,
        number=Statement.objects.filter(matter=matter).count() + 1,
        status="waiting",
        entry=entry.number,
        author=entry.actor,
    )


@CONSULTATION.on("accept_statement")
def accept(entry: Entry[entries.Accept], matter: Matter) -> None:
    _judge(entry, matter, status="shown", text=entry.data.statement_words)
    _offer(matter)


@CONSULTATION.on("reject_statement")
def reject(entry: Entry[entries.Reject], matter: Matter) -> None:
    _judge(entry, matter, status="rejected", reason=entry.data.reason)


@CONSULTATION.on("merge_statement")
def merge(entry: Entry[entries.Merge], matter: Matter) -> None:
    _judge(entry, matter, status="merged", into=entry.data.into)


@CONSULTATION.on("take_out_statement")
def take_out(entry: Entry[entries.TakeOut], matter: Matter) -> None:
    _judge(entry, matter, status="out", reason=entry.data.reason)
    _offer(matter)


@CONSULTATION.on("close_vote")
def close(entry: Entry[entries.Close], matter: Matter) -> None:
    poll = _poll(matter)
    intake.closed(poll, entry.record)
    voters = entry.data.ballots.voters
    Question.objects.filter(poll=poll.pk).update(closed_by=entry.number, voters=voters)


def _judge(entry: Entry[entries.OfStatement], matter: Matter, **values: Any) -> None:
    Statement.objects.filter(matter=matter, number=entry.data.statement).update(**values)


def _offer(matter: Matter) -> None:
    rows = Statement.objects.filter(matter=matter, status="shown")
    intake.offered(_poll(matter), rows.values_list("number", flat=True))


def _poll(matter: Matter) -> Poll:
    poll = under_way(matter.pk)
    assert poll is not None  # the steps are only taken while there is one
    return poll
