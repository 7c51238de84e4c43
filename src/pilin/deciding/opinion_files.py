"""Votes of a Polis export, and an opinion map as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from pilin.wording.saying import say

from .opinion import OpinionMap, Votes, latest
from .tables import Malformed, number, rows


def read_votes(path: Path, comments: Path | None = None) -> tuple[Votes, list[int]]:
    """Votes from a Polis export: columns timestamp, comment-id, voter-id, vote.

    A later row of one person on one statement replaces the earlier one; statements whose
    `moderated` is −1 in the comments file are taken out. Also gives the id of each person.
    """
    ids = range(0, 2**31)
    cast: list[tuple[int, int, int, int]] = []
    for line, cells in rows(path, ("timestamp", "voter-id", "comment-id", "vote")):
        when = number(path, line, cells[0], range(-(2**62), 2**62))
        who, what = (number(path, line, c, ids) for c in cells[1:3])
        cast.append((when, who, what, number(path, line, cells[3], range(-1, 2))))
    if not cast:
        raise Malformed(path, 2, 1, say("there are no votes"))
    cast.sort(key=lambda row: row[0])  # stable: rows of one moment keep their order
    table = np.array([row[1:] for row in cast], dtype=np.int64)
    people, person = np.unique(table[:, 0], return_inverse=True)
    out: list[int] = []
    statements = int(np.max(table[:, 1])) + 1
    if comments:
        for line, cells in rows(comments, ("comment-id", "moderated")):
            statement = number(comments, line, cells[0], ids)
            statements = max(statements, statement + 1)
            if number(comments, line, cells[1], range(-1, 2)) == -1:
                out.append(statement)
    kept = latest(person, table[:, 1], table[:, 2].astype(np.int8))
    return Votes(*kept, len(people), statements, tuple(out)), [int(p) for p in people]


def opinion_json(found: OpinionMap, people: list[int]) -> dict[str, Any]:
    """participant → group, the groups with what they stand for, and what all groups agree on."""
    sizes = np.bincount(found.group[found.group >= 0], minlength=len(found.representative))
    aware = np.argsort(-found.group_aware, kind="stable")[:5]
    return {
        "participants": {
            str(p): int(g) for p, g in zip(people, found.group, strict=True) if g >= 0
        },
        "groups": [
            {"group": n, "size": int(sizes[n]), "representative": [vars(r) for r in statements]}
            for n, statements in enumerate(found.representative)
        ],
        "consensus": [vars(c) for c in found.consensus],
        "group_aware_consensus": [
            {"statement": int(s), "value": float(found.group_aware[s])} for s in aware
        ],
        "silhouette": found.silhouette,
    }
