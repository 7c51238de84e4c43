"""What statements say about groups: what stands for each, and what all agree on.

The counts and tests of Small, Bjorkegren, Erkkilä, Shaw and Megill 2021, sections "Representative
comments" and "Group-informed consensus", and of the published server (repness.clj).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .kmeans import Floats, Ints

#: z of a one-sided test at 90 %, as Polis uses it.
Z90 = 1.2816
MOST = 5
#: Votes counted at a time, so that memory does not grow with them.
AT_ONCE = 4_000_000

Bools = NDArray[np.bool_]
#: Votes per group, statement, and value: disagree, pass, agree.
Tally = NDArray[np.int64]


@dataclass(frozen=True)
class Representative:
    """A statement that tells a group from the rest: `agrees` says how; shares and tests as Polis."""

    statement: int
    agrees: bool
    share: float  # p: smoothed share of the group that votes so
    share_test: float
    ratio: float  # share over that of everybody else
    ratio_test: float


@dataclass(frozen=True)
class Consensus:
    """A statement most people agree (disagree) on."""

    statement: int
    agrees: bool
    share: float
    test: float


def tally(person: Ints, statement: Ints, value: NDArray[np.int8], group: Ints, m: int) -> Tally:
    """Votes counted: (groups + 1, m, 3), of disagree, pass, agree.

    `group` (people,) counts from 0; the last row is of those in none (−1).
    """
    groups = int(np.max(group, initial=-1)) + 1
    row = np.where(group >= 0, group, groups) * (3 * m)
    counts = np.zeros((groups + 1) * m * 3, dtype=np.int64)
    for at in range(0, len(person), AT_ONCE):
        part = slice(at, at + AT_ONCE)
        cells = row[person[part]] + 3 * statement[part].astype(np.int64) + (value[part] + 1)
        counts += np.bincount(cells, minlength=len(counts))
    return counts.reshape(groups + 1, m, 3)


@dataclass(frozen=True)
class Sides:
    """Agreeing and disagreeing with each statement, as rows of (2, statements)."""

    votes: Floats
    cast: Floats

    @classmethod
    def of(cls, counts: Tally) -> Sides:
        """From one group's counts (statements, 3)."""
        return cls(counts[:, [2, 0]].T.astype(np.float64), counts.sum(1).astype(np.float64))

    @property
    def share(self) -> Floats:
        """(n + 1)/(S + 2)."""
        return (self.votes + 1) / (self.cast + 2)

    @property
    def share_test(self) -> Floats:
        """One-proportion z against a half, with one vote added: 2√(S+1)·((n+1)/(S+1) − ½)."""
        return 2 * np.sqrt(self.cast + 1) * ((self.votes + 1) / (self.cast + 1) - 0.5)

    def ratio_test(self, rest: Sides) -> Floats:
        """Two-proportion z, with one vote added everywhere."""
        n, s, others, cast = self.votes, self.cast, rest.votes, rest.cast
        pooled = (n + others + 2) / (s + cast + 2)
        with np.errstate(divide="ignore", invalid="ignore"):
            z = (n + 1) / (s + 1) - (others + 1) / (cast + 1)
            z = z / np.sqrt(pooled * (1 - pooled) * (1 / (s + 1) + 1 / (cast + 1)))
        return np.nan_to_num(z, nan=0.0, posinf=0.0, neginf=0.0)


def representative(own: Sides, rest: Sides, seen: Bools) -> list[Representative]:
    """Up to five statements for a group, those on which it agrees first.

    Enough is a ratio test and a share test above z90 in the direction of the larger ratio test.
    They are ordered by ratio × its test × share × its test. The best one agreed on comes first
    whatever the tests say; where there is neither, the one of the largest ratio test stands in.
    """
    share, share_test = own.share, own.share_test
    ratio, ratio_test = share / rest.share, own.ratio_test(rest)
    against = (ratio_test[1] >= ratio_test[0]).astype(np.int64)
    every = np.arange(len(seen))

    def told(of: Floats) -> Floats:
        return np.asarray(of[against, every])

    weight = told(ratio) * told(ratio_test) * told(share) * told(share_test)
    enough = seen & (told(ratio_test) > Z90) & (told(share_test) > Z90)
    order = np.flatnonzero(enough)[np.argsort(-weight[enough], kind="stable")]
    first = _best_agreed(share[0], share_test[0], ratio[0], ratio_test[0], seen & own.votes.any(0))
    if first is None and not len(order) and seen.any():
        first = int(np.argmax(np.where(seen, ratio_test.max(0), -np.inf)))
    chosen = ([] if first is None else [first]) + [int(s) for s in order if s != first]
    rows = [
        Representative(
            s,
            not against[s],
            *(float(x[against[s], s]) for x in (share, share_test, ratio, ratio_test)),
        )
        for s in chosen[:MOST]
    ]
    return [r for r in rows if r.agrees] + [r for r in rows if not r.agrees]


def _best_agreed(p: Floats, pt: Floats, r: Floats, rt: Floats, voted: Bools) -> int | None:
    """The statement a group agrees on most tellingly, found in their order as the server does.

    Something that looks good starts; it gives way to a larger share × test, or, once it is agreed
    on more than elsewhere, to a larger product of all four.
    """
    best: int | None = None
    weight, product = p * pt, p * pt * r * rt
    for s in np.flatnonzero(voted):
        if best is None:
            better = pt[s] > Z90 or (r[s] > 1 and p[s] > 0.5)
        else:
            measure = product if r[best] > 1 else weight
            better = measure[s] > measure[best]
        if better:
            best = int(s)
    return best


def consensus(everybody: Sides, seen: Bools) -> list[Consensus]:
    """Statements most people agree (disagree) on: p > ½ and z > z90, five of each, by p·z."""
    share, test = everybody.share, everybody.share_test
    found = []
    for side in (0, 1):
        p, z = share[side], test[side]
        good = np.flatnonzero(seen & (p > 0.5) & (z > Z90))
        best = good[np.argsort(-(p * z)[good], kind="stable")][:MOST]
        found += [Consensus(int(s), side == 0, float(p[s]), float(z[s])) for s in best]
    return found


def what_they_say(counts: Tally, seen: Bools) -> dict[str, Any]:
    """From a `tally`: what stands for each group, consensus, group-aware consensus.

    Consensus counts everybody who voted, the rest who is in the map. Group-aware consensus is the
    product over groups of the smoothed share that agrees; 0 for statements taken out.
    """
    inside = counts[:-1]
    own = [Sides.of(part) for part in inside]
    rest = [Sides.of(inside.sum(0) - part) for part in inside]
    aware = np.prod([one.share[0] for one in own], axis=0)
    return {
        "representative": [representative(a, b, seen) for a, b in zip(own, rest, strict=True)],
        "consensus": consensus(Sides.of(counts.sum(0)), seen),
        "group_aware": np.where(seen, aware, 0.0),
    }
