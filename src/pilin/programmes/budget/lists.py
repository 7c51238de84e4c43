"""Which ideas there are, the vote on them, and what is counted of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pilin.engine.models import Evidence
from pilin.intake import polls
from pilin.intake.models import Poll
from pilin.kit.programme import Unseen
from pilin.ledger import log

from . import entries
from .counting import Count, sha256
from .models import Budget, Idea

#: The vote of a budget: the newest, and the one not closed yet.
poll_of, under_way = polls.latest, polls.under_way


def ideas(matter: int, *status: str) -> QuerySet[Idea]:
    """Ideas in the order they were raised, of these statuses or all."""
    rows = Idea.objects.filter(matter=matter).order_by("number")
    return rows.filter(status__in=status) if status else rows


def pictures(matter: int, rows: Iterable[Idea]) -> dict[int, str]:
    """The address of the first picture each idea was raised with, by its number. One query."""
    raised = {idea.entry: idea.number for idea in rows if idea.entry is not None}
    files = Evidence.objects.filter(matter=matter, entry__in=raised, type__startswith="image/")
    found: dict[int, str] = {}
    for file in files.order_by("entry", "pk"):
        url = reverse("web:file", args=[file.sha256, file.name])
        found.setdefault(raised[file.entry], url)
    return found


def count(budget: Budget, poll: Poll) -> Count:
    admitted = list(ideas(budget.pk, "admitted"))
    return Count(
        budget.amount,
        budget.rule,
        {i.number: i.cost for i in admitted if i.cost is not None},
        {i.number: i.title for i in admitted},
        [picks for _voter, picks in polls.ballots_of(poll)],
    )


def counted(budget: Budget, poll: Poll) -> dict[str, Any]:
    """What the entry that closes the vote says. Holds the log of the ballots, so that no ballot
    comes after."""
    ballots = polls.last(poll.pk)
    return {"ballots": ballots, **_result(budget, poll, ballots["voters"])}


def _result(budget: Budget, poll: Poll, voters: int) -> dict[str, Any]:
    whole = count(budget, poll)
    if voters < budget.least or not whole.votes:
        why = "few" if voters < budget.least else "blank"
        votes = [{"idea": n, "votes": whole.votes[n]} for n in whole.costs]
        return {"none": why, "winners": [], "votes": votes}
    result = whole.result()
    file = whole.file(meta(budget, poll, result), [w["idea"] for w in result["winners"]])
    return {**result, "file": sha256(file)}


def recounts() -> Iterator[int]:
    """The entries that say something else than what their ballots come to today. Titles, which may have
    been struck since, are left aside, and the file they stand in."""
    for budget in Budget.objects.filter(counted_by__isnull=False).order_by("pk"):
        assert budget.counted_by is not None
        entry, poll = log.get(log.MAIN, budget.counted_by), poll_of(budget.pk)
        assert entry is not None and poll is not None
        said = entries.CloseVote.model_validate_json(json.dumps(entry.body["data"]))
        now = {
            "ballots": entry.body["data"]["ballots"],
            **_result(budget, poll, said.ballots.voters),
        }
        if _plain(said) != _plain(entries.CloseVote.model_validate_json(json.dumps(now))):
            yield budget.counted_by


def _plain(said: entries.CloseVote) -> dict[str, Any]:
    found = said.dump()
    left = {k: v for k, v in found.items() if k not in ("ballots", "words", "file")}
    for row in (*left.get("winners", ()), *left.get("others", ())):
        row.pop("title", None)
    return left


def file(budget: Budget, poll: Poll) -> bytes:
    """The Pabulib file, made again from the ballots: byte by byte what the entry's hash is of."""
    result = budget.result or {}
    winners = [w["idea"] for w in result["winners"]]
    return count(budget, poll).file(meta(budget, poll, result), winners)


def meta(budget: Budget, poll: Poll, result: Mapping[str, Any]) -> dict[str, str]:
    """Only what never changes, so that the file stays the same."""
    return {
        "description": budget.matter.title,
        "country": "China",
        "instance": str(budget.pk),
        "currency": "CNY",
        "language": "zh",
        "date_begin": str(budget.opened),
        "date_end": str(budget.until),
        "rule": result["rule"],
        "satisfaction": result["satisfaction"],
        "completion": result["completion"],
        "max_length": str(poll.most),
    }


def unseen() -> Iterator[Unseen]:
    """Ideas nobody has vetted."""
    for idea in Idea.objects.filter(status="waiting", matter__is_open=True, entry__isnull=False):
        assert idea.entry is not None
        url = reverse("budget:ideas", args=[idea.matter_id])
        yield Unseen(idea.entry, idea.matter_id, _("An idea to be vetted"), url)
