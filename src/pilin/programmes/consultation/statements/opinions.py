"""The opinion map of a poll, from its newest ballots. Can be made again any time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from django.utils import timezone

from pilin.deciding.opinion import Votes, opinion_map, priorities
from pilin.intake.models import Poll, log_of
from pilin.ledger import log
from pilin.programmes.consultation.models import Opinions, Statement

#: The draw of starts is the same each time, so that the same votes give the same map.
SEED = 0
#: Marks on the picture at most; beyond, people near each other share one.
MARKS = 1500


@dataclass(frozen=True)
class Cast:
    """Votes as arrays, with the pseudonym of each person (in order of arrival)."""

    votes: Votes
    voters: list[str]


def cast_votes(poll: int) -> Cast:
    """The newest vote of everyone on every statement; statements count from 0 here."""
    with connection.cursor() as cursor:
        rows = cursor.execute(
            "SELECT voter, item - 1, choice::smallint FROM intake_ballot WHERE poll = %s"
            " ORDER BY number",
            [poll],
        ).fetchall()
        matter = cursor.execute("SELECT matter FROM intake_poll WHERE id = %s", [poll]).fetchone()
    seen: dict[str, int] = {}
    person = np.fromiter((seen.setdefault(r[0], len(seen)) for r in rows), np.int64, len(rows))
    statement = np.fromiter((r[1] for r in rows), np.int64, len(rows))
    value = np.fromiter((r[2] for r in rows), np.int8, len(rows))
    known = Statement.objects.filter(matter=matter[0] if matter else None)
    shown = set(known.filter(status="shown").values_list("number", flat=True))
    if not Poll.objects.filter(pk=poll, closed=False).exists():  # shown when it was closed
        shown = set(Poll.objects.get(pk=poll).items)
    most = max(known.count(), int(np.max(statement, initial=-1)) + 1)
    out = tuple(n - 1 for n in range(1, most + 1) if n not in shown)
    return Cast(Votes(person, statement, value, len(seen), most, out), list(seen))


def compute(poll: int) -> Opinions | None:
    """Compute the map from what is there now and keep it; None where too few have voted."""
    size = log.size(log_of(poll))
    cast = cast_votes(poll)
    people = np.bincount(cast.votes.person) if len(cast.votes.person) else np.zeros(0)
    if (people > 0).sum() < 2:
        return None
    found = described(cast.votes)
    made, _new = Opinions.objects.update_or_create(
        poll=poll, defaults={"size": size, "made": timezone.now(), "found": found}
    )
    return made


def described(votes: Votes) -> dict[str, Any]:
    """An opinion map as JSON: what the page draws and says."""
    found = opinion_map(votes, SEED)
    inside = found.group >= 0
    sizes = np.bincount(found.group[inside], minlength=len(found.representative))
    return {
        "marks": marks(found.positions[inside], found.group[inside]),
        "groups": [
            {
                "size": int(sizes[g]),
                "represents": [
                    {"statement": r.statement + 1, "agrees": r.agrees, "share": round(r.share, 4)}
                    for r in rows
                ],
            }
            for g, rows in enumerate(found.representative)
        ],
        "consensus": [
            {"statement": c.statement + 1, "agrees": c.agrees, "share": round(c.share, 4)}
            for c in found.consensus
        ],
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
