"""Whether every log of ballots holds, and is the one the main log closed."""

from __future__ import annotations

import base64
from datetime import datetime

from pilin.ledger import log
from pilin.ledger.tree import EMPTY_ROOT
from pilin.ledger.verify import Progress, Report, check_database
from pilin.ledger.walk import entry
from pilin.ledger.words import STRUCK
from pilin.wording.saying import say

from . import marking, rolls, shapes
from .models import Poll, Voter, log_of
from .replay import voters


def check(report: Report, progress: Progress | None = None) -> int:
    """Check the ballots of every poll and add what does not hold to `report`; gives how many there are."""
    ballots = 0
    for poll in Poll.objects.order_by("pk"):
        found = (
            check_database(poll.log, progress) if log.size(poll.log) else Report(root=EMPTY_ROOT)
        )
        ballots += found.size
        for where, what in found.problems:
            report.fault(f"{poll.log} {where}", what)
        _cast(report, poll)
        _roll(report, poll)
        for number in marking.broken(poll.pk):
            report.fault(poll.log, say("entry {n} found other ballots in it", n=number))
        if poll.closed_by is not None:
            _compare(report, poll.pk, poll.closed_by, found)
    return ballots


def _cast(report: Report, poll: Poll) -> None:
    """Ballots are of this poll, say what it can be answered with, and were cast before it ended. Statements that
    can be voted on come and go: of those only that it is one."""
    offered = frozenset(poll.items)
    for record in log.read(poll.log):
        b = record.body
        at = datetime.fromisoformat(b["at"])
        said, item = str(b["choice"]), b["item"]
        if at > poll.until:
            what = say("it was cast at {at}, after the vote had ended", at=b["at"])
        elif (b["poll"], b["matter"]) != (poll.pk, poll.matter):
            what = say("it is a ballot of another vote")
        elif said == STRUCK or _fits(poll.shape, poll.most, item, said, offered):
            continue
        else:
            what = say("it answers what was not asked")
        report.fault(f"{poll.log} {entry(record.number)}", what)


def _fits(shape: str, most: int, item: int, said: str, offered: frozenset[int]) -> bool:
    if shape == shapes.STANCE:
        return said in shapes.STANCES and item >= 1
    picks = [] if said == shapes.NONE else said.split(",")
    choice = shapes.choice_of(shape, tuple(picks))
    return (
        choice is not None
        and (choice.text, item) == (said, 0)
        and len(choice.picks) <= most
        and offered.issuperset(choice.picks)
    )


def _roll(report: Report, poll: Poll) -> None:
    """Those on the roll, by the registers as they were, are as many and have the hash that its entry says."""
    opened = log.get("main", poll.pk)
    said = (opened.body["data"].get("roll") or {}) if opened else {}
    if not said.get("hash"):
        return
    people = list(Voter.objects.filter(poll=poll.pk).values_list("person", flat=True))
    if (len(people), rolls.hash_of(said["salt"], people)) != (said["size"], said["hash"]):
        report.fault(entry(poll.pk), say("its roll is not the one that the registers give"))


def _compare(report: Report, poll: int, closed_by: int, found: Report) -> None:
    name = log_of(poll)
    last = log.get("main", closed_by)
    said = last.body["data"]["ballots"] if last else {}
    size, root = said.get("size"), base64.b64decode(said.get("root", ""))
    if (size, root) != (found.size, found.root):
        report.fault(name, say("entry {n} closed it with other ballots", n=closed_by))
    elif said.get("voters") != voters(poll):
        report.fault(name, say("entry {n} closed it with another number of voters", n=closed_by))
