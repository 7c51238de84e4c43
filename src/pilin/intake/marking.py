"""What was cast until now in votes that run, in the main record: whoever runs the service can change no
ballot, nor leave one out, that was cast a minute ago, without its being seen (`check`)."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from django.db import connection

from pilin.engine.act import act
from pilin.ledger import ends, keys, log, note
from pilin.ledger.tree import Frontier
from pilin.people.actor import HOUSE

from .models import Mark, Poll, log_of


def mark() -> int:
    """Enter where the log of each vote that runs stands, if it grew since; gives how many did."""
    marks = list(_grown())
    if marks:
        act(HOUSE, "manage", "ballots", {"marks": marks})
    return len(marks)


def _grown() -> Iterator[dict[str, Any]]:
    sizes = log.sizes()
    for poll in Poll.objects.filter(closed=False).order_by("pk"):
        newest = Mark.objects.filter(poll=poll.pk).order_by("-size").first()
        if sizes.get(poll.log, 0) > (newest.size if newest else 0):
            point = note.open_checkpoint(log.checkpoint(poll.log), keys.verifier(poll.log))
            root = base64.b64encode(point.root).decode()
            yield {"log": poll.log, "size": point.size, "root": root}


def held_back() -> int:
    """Of votes that run, whose log ends before what the record says of it: nobody votes there until what is
    missing is brought back (`ends`). Gives how many."""
    short, sizes = 0, log.sizes()
    for poll in Poll.objects.filter(closed=False).order_by("pk"):
        newest = Mark.objects.filter(poll=poll.pk).order_by("-size").first()
        if newest and sizes.get(poll.log, 0) < newest.size:
            verifier = keys.verifier(poll.log)
            point = note.Checkpoint(verifier.name, newest.size, base64.b64decode(newest.root))
            ends.keep(poll.log, note.sign(point, keys.signing_key(), verifier))
            short += 1
    return short


def broken(poll: int) -> list[int]:
    """The entries whose mark the log of a vote does not come to, read from its first ballot."""
    marks = list(Mark.objects.filter(poll=poll).order_by("size", "entry"))
    if not marks:
        return []
    frontier, roots = Frontier(), {}
    wanted = {one.size for one in marks}
    with connection.cursor() as cursor:
        rows = cursor.execute(
            "SELECT leaf FROM ledger_entry WHERE log = %s ORDER BY number", [log_of(poll)]
        )
        for (leaf,) in rows:
            frontier.add(bytes(leaf))
            if frontier.size in wanted:
                roots[frontier.size] = base64.b64encode(frontier.root()).decode()
    return [one.entry for one in marks if roots.get(one.size) != one.root]
