"""The opinion map of a poll, from its newest ballots. Can be made again any time."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.utils import timezone

from pilin.deciding.opinion import Votes, opinion_map, priorities
from pilin.intake.models import Ballot, Poll, log_of
from pilin.ledger import log
from pilin.programmes.consultation.models import Opinions

from . import lists

#: The draw of starts is the same each time, so that the same votes give the same map.
SEED = 0
#: Marks on the picture at most; beyond, people near each other share one.
MARKS = 1500


def cast_votes(poll: Poll) -> tuple[Votes, list[int]]:
    """The newest vote of everyone on every statement, and the statement's number of each column."""
    rows = Ballot.objects.filter(poll=poll.pk).order_by("number")
    cast = rows.values_list("voter", "item", "choice")
    numbers = [row.number for row in lists.columns(poll.matter)]
    column = {number: n for n, number in enumerate(numbers)}
    people: dict[str, int] = {}
    table = np.array(
        [(people.setdefault(v, len(people)), column[s], int(c)) for v, s, c in cast.iterator()],
        dtype=np.int32,
    ).reshape(-1, 3)
    out = tuple(n for number, n in column.items() if number not in poll.items)
    value = table[:, 2].astype(np.int8)
    return Votes(table[:, 0], table[:, 1], value, len(people), len(numbers), out), numbers


def compute(poll: int) -> Opinions | None:
    """Compute the map from what is there now and keep it; None where too few have voted."""
    size = log.size(log_of(poll))
    votes, numbers = cast_votes(Poll.objects.get(pk=poll))
    if votes.people < 2:
        return None
    found = described(votes, numbers)
    made, _new = Opinions.objects.update_or_create(
        poll=poll, defaults={"size": size, "made": timezone.now(), "found": found}
    )
    return made


def described(votes: Votes, numbers: list[int]) -> dict[str, Any]:
    """An opinion map as JSON: what the page draws and says, under the statements' numbers."""
    found = opinion_map(votes, SEED)
    inside = found.group >= 0
    sizes = np.bincount(found.group[inside], minlength=len(found.representative))
    return {
        "marks": marks(found.positions[inside], found.group[inside]),
        "groups": [
            {
                "size": int(sizes[g]),
                "represents": [
                    {
                        "statement": numbers[r.statement],
                        "agrees": r.agrees,
                        "share": round(r.share, 4),
                    }
                    for r in rows
                ],
            }
            for g, rows in enumerate(found.representative)
        ],
        "consensus": [
            {"statement": numbers[c.statement], "agrees": c.agrees, "share": round(c.share, 4)}
            for c in found.consensus
        ],
        "statements": numbers,  # of the columns of the three below
        "aware": [round(float(v), 4) for v in found.group_aware],
        "people": votes.people,
        "votes": len(votes.value),
        "by_group": by_group(votes, found.group, len(found.representative)),
        "weights": [round(float(w), 6) for w in priorities(votes)],
    }


def by_group(votes: Votes, group: Any, groups: int) -> list[list[list[int]]]:
    """[group][statement] → agree, pass, disagree."""
    of = group[votes.person]
    table = np.zeros((groups, votes.statements, 3), dtype=np.int64)
    inside = of >= 0
    np.add.at(table, (of[inside], votes.statement[inside], 1 - votes.value[inside]), 1)
    rows: list[list[list[int]]] = table.tolist()
    return rows


def marks(positions: Any, group: Any) -> list[list[float]]:
    """[x, y, group, people] with x and y in 0 … 1000; alike ones share a mark."""
    low, high = positions.min(0), positions.max(0)
    span = np.where(high > low, high - low, 1.0)
    scaled = (positions - low) / span * 1000
    step = 1.0
    while True:
        at = np.round(scaled / step).astype(np.int64)
        keys = np.column_stack([at, group])
        cells, count = np.unique(keys, axis=0, return_counts=True)
        if len(cells) <= MARKS:
            return [
                [float(x * step), float(y * step), int(g), int(n)]
                for (x, y, g), n in zip(cells.tolist(), count.tolist(), strict=True)
            ]
        step *= 1.5
