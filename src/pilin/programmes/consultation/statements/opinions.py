"""The opinion map of a poll, from its newest ballots. Can be made again any time."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

import numpy as np
from django.utils import timezone

from pilin.deciding.opinion import Axes, Votes, opinion_map, priorities
from pilin.deciding.opinion_picture import Picture, picture
from pilin.deciding.opinion_statements import tally
from pilin.intake import replay
from pilin.intake.models import Ballot, Poll, log_of
from pilin.ledger import log
from pilin.programmes.consultation.models import Opinions

from . import lists

#: Marks on the picture; beyond, people near each other share one.
MARKS = 1500


def cast_votes(poll: Poll) -> tuple[Votes, list[int]]:
    """The newest vote of everyone on every statement, and the statement's number of each column."""
    rows = Ballot.objects.filter(poll=poll.pk).order_by("number")
    cast = rows.values_list("voter", "item", "choice")
    numbers = [row.number for row in lists.columns(poll.matter)]
    return _as_votes(cast.iterator(), numbers, set(numbers) - set(poll.items)), numbers


def _as_votes(cast: Iterable[tuple[str, int, str]], numbers: list[int], left: Set[int]) -> Votes:
    column = {number: n for n, number in enumerate(numbers)}
    people: dict[str, int] = {}
    table = np.array(
        [(people.setdefault(v, len(people)), column[s], int(c)) for v, s, c in cast],
        dtype=np.int32,
    ).reshape(-1, 3)
    out = tuple(n for number, n in column.items() if number in left)
    value = table[:, 2].astype(np.int8)
    return Votes(table[:, 0], table[:, 1], value, len(people), len(numbers), out)


def compute(poll: int) -> Opinions | None:
    """Compute the map from what is there now and keep it; None where too few have voted."""
    begun = time.monotonic()
    size = log.size(log_of(poll))
    votes, numbers = cast_votes(Poll.objects.get(pk=poll))
    if votes.people < 2:
        return None
    found = described(votes, numbers)
    made, _new = Opinions.objects.update_or_create(
        poll=poll,
        defaults={
            "size": size,
            "made": timezone.now(),
            "took": time.monotonic() - begun,
            "found": found,
        },
    )
    return made


def recounts() -> Iterator[int]:
    """The polls of which an opinion map is kept that is not the one that its ballots come to."""
    for kept in Opinions.objects.order_by("poll"):
        poll = Poll.objects.filter(pk=kept.poll).first()
        if poll is None:
            yield kept.poll
            continue
        cast = replay.standing(kept.poll, kept.size)
        in_order = sorted(cast.items(), key=lambda one: one[1][2])
        axes = kept.found["axes"]  # of the statements there were then
        numbers = [row.number for row in lists.columns(poll.matter)][: len(axes["mean"])]
        rows = [(*key, choice) for key, (choice, *_rest) in in_order]
        votes = _as_votes(rows, numbers, set(axes["out"]) - set(poll.items))
        found = json.loads(json.dumps(described(votes, numbers)))
        if votes.people < 2 or not _alike(found, kept.found):
            yield kept.poll


def _alike(one: Any, other: Any) -> bool:
    """Whether two maps say the same, but for what is lost in the last digits."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_alike(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    if isinstance(one, float) and isinstance(other, (int, float)):
        return math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-6)
    return bool(one == other)


def described(votes: Votes, numbers: list[int]) -> dict[str, Any]:
    """An opinion map as JSON: what the page draws and says, under the statements' numbers."""
    found = opinion_map(votes)
    groups = len(found.centres)
    counts = tally(votes.person, votes.statement, votes.value, found.group, votes.statements)
    sizes = np.bincount(found.group[found.group >= 0], minlength=groups)
    return {
        **drawn(picture(found, MARKS)),
        "axes": {
            "mean": found.axes.mean.tolist(),
            "along": found.axes.along.tolist(),
            "out": [numbers[n] for n in votes.out],
            "voted": [found.axes.voted, found.axes.out],
        },
        "groups": [
            {
                "size": int(sizes[g]),
                "represents": [
                    {"statement": numbers[r.statement], "agrees": r.agrees} for r in rows
                ],
            }
            for g, rows in enumerate(found.representative)
        ],
        "statements": numbers,  # of the columns of the three below
        "aware": [round(float(v), 4) for v in found.group_aware],
        "weights": [round(float(w), 6) for w in priorities(votes)],
        "by_group": counts[:groups, :, ::-1].tolist(),  # agree, pass, disagree
        "people": votes.people,
        "votes": len(votes.value),
    }


def drawn(shown: Picture) -> dict[str, Any]:
    """Marks [x, y, group, people] and the outline of each group, x and y in 0 … 1000.

    `frame` is what the picture was fitted by: its lowest x and y, and how far it reaches from there.
    """
    low, high = shown.marks.min(0), shown.marks.max(0)
    for corners in shown.outlines:
        low, high = np.minimum(low, corners.min(0)), np.maximum(high, corners.max(0))
    span = np.where(high > low, high - low, 1.0)
    marks = ((shown.marks - low) / span * 1000).round(1).tolist()
    return {
        "marks": [
            [*at, int(g), int(n)] for at, g, n in zip(marks, shown.group, shown.people, strict=True)
        ],
        "outlines": [((c - low) / span * 1000).round(1).tolist() for c in shown.outlines],
        "frame": [low.tolist(), span.tolist()],
    }


def place_of(found: Mapping[str, Any], said: Mapping[int, str]) -> tuple[float, float] | None:
    """Where somebody lies on the picture, in 0 … 1000, from their answers by statement's number.

    None for who answered nothing that counts, and on a map kept before places could be told.
    """
    kept = found.get("axes") or {}
    column = {number: n for n, number in enumerate(found["statements"])}
    votes = {
        column[number]: int(choice)
        for number, choice in said.items()
        if number in column and number not in kept.get("out", ())
    }
    if not votes or not kept:
        return None
    # A map kept before this was told counts every statement as voted on.
    voted, out = kept.get("voted") or (len(kept["mean"]), len(kept["out"]))
    axes = Axes(np.array(kept["mean"]), np.array(kept["along"]), voted, out)
    low, span = (np.array(row) for row in found["frame"])
    x, y = ((np.array(axes.place(votes)) - low) / span * 1000).tolist()
    return x, y
