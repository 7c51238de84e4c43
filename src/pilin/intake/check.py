"""Whether every log of ballots holds, and is the one the main log closed."""

from __future__ import annotations

import base64

from pilin.ledger import log
from pilin.ledger.tree import EMPTY_ROOT
from pilin.ledger.verify import Progress, Report, check_database
from pilin.wording.saying import say

from . import marking
from .models import Poll, log_of
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
        for number in marking.broken(poll.pk):
            report.fault(poll.log, say("entry {n} found other ballots in it", n=number))
        if poll.closed_by is not None:
            _compare(report, poll.pk, poll.closed_by, found)
    return ballots


def _compare(report: Report, poll: int, closed_by: int, found: Report) -> None:
    name = log_of(poll)
    entry = log.get("main", closed_by)
    said = entry.body["data"]["ballots"] if entry else {}
    size, root = said.get("size"), base64.b64decode(said.get("root", ""))
    if (size, root) != (found.size, found.root):
        report.fault(name, say("entry {n} closed it with other ballots", n=closed_by))
    elif said.get("voters") != voters(poll):
        report.fault(name, say("entry {n} closed it with another number of voters", n=closed_by))
