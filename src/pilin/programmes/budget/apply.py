"""Entries of participatory budgets → budgets, ideas and their poll."""

from datetime import datetime, time
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from pilin.engine.entry import Entry, Handlers
from pilin.engine.models import Matter
from pilin.intake import apply as intake
from pilin.intake import shapes
from pilin.intake.models import Poll

from . import entries
from .lists import under_way
from .models import Budget, Idea

BUDGET = Handlers("budget")


@BUDGET.on("announce")
def announce(entry: Entry[entries.Announce], matter: Matter) -> None:
    said = entry.data
    Budget.objects.create(
        matter=matter,
        amount=said.sum,
        most=said.most,
        least=said.least,
        rule=said.rule,
        text=said.text,
        ideas_until=said.ideas_until,
    )


@BUDGET.on("idea")
def idea(entry: Entry[entries.Idea], matter: Matter) -> None:
    said = entry.data
    Budget.objects.filter(pk=matter.pk).update(ideas=F("ideas") + 1)
    Idea.objects.create(
        matter=matter,
        number=Idea.objects.filter(matter=matter).count() + 1,
        entry=entry.number,
        title=said.title,
        text=said.text,
        where=said.where,
        point=said.point,
        estimate=said.estimate,
        author=entry.actor,
        status="waiting",
    )


@BUDGET.on("admit")
def admit(entry: Entry[entries.Admit], matter: Matter) -> None:
    said = entry.data
    _judge(matter, said.idea, status="admitted", cost=said.cost, words=said.words)


@BUDGET.on("refuse")
def refuse(entry: Entry[entries.Refuse], matter: Matter) -> None:
    said = entry.data
    _judge(matter, said.idea, status="refused", cost=None, words=said.reason)


def _judge(matter: Matter, number: int, **values: Any) -> None:
    Idea.objects.filter(matter=matter, number=number).update(**values)


@BUDGET.on("merge_idea")
def merge_idea(entry: Entry[entries.MergeIdea], matter: Matter) -> None:
    """What was merged into this one before goes along."""
    number = entry.data.idea
    rows = Idea.objects.filter(Q(number=number) | Q(into=number), matter=matter)
    rows.update(status="merged", into=entry.data.like)


@BUDGET.on("open_vote")
def open_vote(entry: Entry[entries.OpenVote], matter: Matter) -> None:
    until = entry.data.until
    budget = Budget.objects.get(pk=matter.pk)
    ends = timezone.make_aware(datetime.combine(until, time(23, 59, 59)))
    items = [choice.idea for choice in entry.data.ballot]
    poll = intake.opened(entry.record, shapes.APPROVAL, ends, items, budget.most, entry.data)
    Budget.objects.filter(pk=matter.pk).update(poll=poll.pk, opened=entry.day, until=until)


@BUDGET.on("close_vote")
def close_vote(entry: Entry[entries.CloseVote], matter: Matter) -> None:
    said = entry.data
    intake.closed(_poll(matter), entry.record)
    result = {k: v for k, v in said.dump().items() if k not in ("ballots", "words")}
    Budget.objects.filter(pk=matter.pk).update(
        counted_by=entry.number,
        voters=said.ballots.voters,
        chosen=len(said.winners),
        spent=sum(winner.cost for winner in said.winners),
        result=result,
    )
    for rank, winner in enumerate(said.winners, 1):
        Idea.objects.filter(matter=matter, number=winner.idea).update(rank=rank)


@BUDGET.on("stop")
def stop(entry: Entry[entries.Stop], matter: Matter) -> None:
    if entry.data.ballots is not None:
        intake.closed(_poll(matter), entry.record)


def _poll(matter: Matter) -> Poll:
    poll = under_way(matter.pk)
    assert poll is not None  # the steps are only taken while there is one
    return poll


@BUDGET.on("convert")
def convert(entry: Entry[entries.Convert], matter: Matter) -> None:
    said = entry.data
    Idea.objects.filter(matter=matter, number=said.winner).update(finish=said.finish)
