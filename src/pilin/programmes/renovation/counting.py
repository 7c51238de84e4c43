"""From readings of ballots to counted votes. Pages read them from the tables; what is entered as the count is
counted from the entries by which they were read, which nobody can have changed in between."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from pilin.deciding.owners import ABSENT, Result, count, together
from pilin.engine.procedure import Words
from pilin.ledger import log
from pilin.ledger.canonical import canonical

from .models import AUTHORISED, MOST_PAPERS, NONE, UNAUTHORISED, Paper, Reading, Vote
from .rules import RULES, Rules

NOTHING, ONCE, DIFFERS, AGREED, SET_ASIDE = "nothing", "once", "differs", "agreed", "set_aside"
STANDING: dict[str, Words] = {
    NOTHING: _("no ballot"),
    ONCE: _("entered once"),
    DIFFERS: _("entries differ"),
    AGREED: _("entered twice, alike"),
    SET_ASIDE: _("cast by somebody without a written authorisation"),
}
#: Ballots that are there and cannot be counted as they stand.
UNSETTLED = (ONCE, DIFFERS)
#: Why an owner's ballot is not in the count.
WHY: dict[str, Words] = {
    ONCE: _("entered by one person only"),
    DIFFERS: _("two people read it differently"),
    SET_ASIDE: STANDING[SET_ASIDE],
}


@dataclass(frozen=True)
class Ballot:
    """How an owner's ballot stands; `answers` count only where it is `AGREED`."""

    paper: Paper
    standing: str
    answers: Sequence[str]
    proxy: bool = False

    def answer(self, question: int) -> str:
        """The vote on question `question` (from 0); "" where there is none that counts."""
        return self.answers[question] if self.standing == AGREED else ABSENT


def ballot(paper: Paper, readings: Iterable[Reading]) -> Ballot:
    """A ballot counts as two people read it alike; where two pairs disagree, as nobody does."""
    found = Counter((tuple(r.answers), r.way) for r in readings)
    alike = [read for read, people in found.items() if people > 1]
    if len(alike) == 1:
        answers, way = alike[0]
        standing = SET_ASIDE if way == UNAUTHORISED else AGREED
        return Ballot(paper, standing, answers, way == AUTHORISED)
    standing = DIFFERS if len(found) > 1 else ONCE if found else NOTHING
    return Ballot(paper, standing, ())


def papers(vote: Vote) -> list[Paper]:
    """A ballot for each owner of the units of a vote, in the register's order; none is stored."""
    owned: dict[str, list[str]] = {}
    for code, _area, owners in vote.units:
        owned.setdefault(together(owners), []).append(code)
    return [
        Paper(id=vote.pk * MOST_PAPERS + n, vote=vote, number=n, owner=owner, units=codes)
        for n, (owner, codes) in enumerate(owned.items(), 1)
    ]


def as_entered(vote: Vote) -> list[Ballot]:
    """As `ballots`, from the entries: of each ballot, what each person read last."""
    read: dict[str, dict[str, Reading]] = {}
    for record in log.of_matter(log.MAIN, vote.renovation_id):
        body = record.body
        if body["step"] != "enter" or record.number < vote.pk:
            continue
        for said in body["data"]["ballots"] if body["data"]["vote"] == vote.number else ():
            by = read.setdefault(said["owner"], {})
            by.pop(body["actor"], None)
            if said["way"] != NONE:
                by[body["actor"]] = Reading(answers=said["answers"], way=said["way"])
    return [ballot(paper, read.get(paper.owner, {}).values()) for paper in papers(vote)]


def called(vote: Vote) -> bool:
    """Whether the vote is as the entry says that called it: its questions, and the register of units."""
    entry = log.get(log.MAIN, vote.pk)
    said = entry.body["data"] if entry else {}
    roll = said.get("roll")
    asked = [(q["item"], q["text"]) for q in vote.questions]
    same = asked == [(q["item"], q["text"]) for q in said.get("questions", ())]
    return same and (roll is None or roll["hash"] == hash_of(vote.units))


def hash_of(units: Sequence[Any]) -> str:
    """SHA-256, in hex, of a register of units as canonical JSON (RFC 8785): its rows are public."""
    return hashlib.sha256(canonical(units)).hexdigest()


def recounts() -> Iterator[int]:
    """The entries of counts that say something else than what the entries of ballots come to."""
    for vote in Vote.objects.filter(counted__isnull=False).order_by("pk"):
        assert vote.counted is not None
        entry = log.get(log.MAIN, vote.counted)
        said = entry.body["data"] if entry else {}
        cast, rules = as_entered(vote), RULES.get(entry.body["procedure"]) if entry else None
        if rules is None or not called(vote):
            yield vote.counted
            continue
        found = results(vote, cast, rules)
        if (found, len(left_out(cast))) != (said["results"], said["left_out"]):
            yield vote.counted


def ballots(vote: Vote) -> list[Ballot]:
    """Every owner's ballot, in the order of the register. Two queries."""
    papers = vote.papers.order_by("number").prefetch_related("readings")
    return [ballot(paper, paper.readings.all()) for paper in papers]


@dataclass(frozen=True)
class Row:
    """One unit, with its owner's vote."""

    unit: str
    area: str
    owner: str
    vote: str
    proxy: bool
    why: Words = ""


def rows(vote: Vote, cast: Iterable[Ballot], question: int) -> list[Row]:
    """Unit by unit, what is counted for question `question` (from 0)."""
    by_owner = {b.paper.owner: b for b in cast}
    found = []
    for code, area, owners in vote.units:
        b = by_owner[together(owners)]
        answer = b.answer(question)
        found.append(Row(code, area, b.paper.owner, answer, b.proxy, WHY.get(b.standing, "")))
    return found


def result(vote: Vote, cast: Sequence[Ballot], question: int, rules: Rules) -> Result:
    """The count of one question (from 0)."""
    units = rows(vote, cast, question)
    return count(
        [Fraction(u.area) for u in units],
        [u.owner for u in units],
        [u.vote for u in units],
        vote.questions[question]["item"],
        [u.proxy for u in units],
        rules.law,
    )


def results(vote: Vote, cast: Sequence[Ballot], rules: Rules) -> list[dict[str, Any]]:
    """What the entry of the count says of each question."""
    return [
        {**question, **result(vote, cast, n, rules).as_json()}
        for n, question in enumerate(vote.questions)
    ]


def unsettled(cast: Iterable[Ballot]) -> list[Ballot]:
    return [b for b in cast if b.standing in UNSETTLED]


def left_out(cast: Iterable[Ballot]) -> dict[str, str]:
    """Owners whose ballots are there and not in the count, and how each stands."""
    return {b.paper.owner: b.standing for b in cast if b.standing in WHY}
