"""Quotas of a panel chosen by lot: what they ask, whether they can be met, what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy  # its parts are loaded when they are first used
from numpy.typing import NDArray

from pilin.wording.saying import say

Counts = NDArray[np.int64]
People = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, order=True)
class Quota:
    """Of the people with this value of this feature, at least `least` and at most `most` are chosen."""

    feature: str
    value: str
    least: int
    most: int

    def __str__(self) -> str:
        return f"{self.feature} “{self.value}”"


class Unmet(ValueError):
    """No panel meets the quotas. `changes`: the smallest set of new quotas that some panel meets."""

    def __init__(self, why: str, changes: Sequence[Quota] = ()) -> None:
        super().__init__(why)
        self.changes = tuple(changes)


@dataclass(frozen=True)
class Pool:
    """People with the same features are one type; nothing here depends on the order of a file.

    `features` are those with quotas, by name; `types[t]` their values, sorted; `members[t]` the ids of
    type t, sorted; `rows` (1 + quotas, types) counts the panel and each quota, between `low` and `high`.
    Strings are compared by code point.
    """

    size: int
    quotas: tuple[Quota, ...]
    features: tuple[str, ...]
    types: tuple[tuple[str, ...], ...]
    members: tuple[tuple[str, ...], ...]

    @cached_property
    def numbers(self) -> Counts:
        """People of each type, (types,)."""
        return np.array([len(ids) for ids in self.members], dtype=np.int64)

    @cached_property
    def rows(self) -> scipy.sparse.csr_array:
        place = {feature: n for n, feature in enumerate(self.features)}
        rows = [[1] * len(self.types)]
        rows += [[int(t[place[q.feature]] == q.value) for t in self.types] for q in self.quotas]
        return scipy.sparse.csr_array(np.array(rows, dtype=np.int64))

    @cached_property
    def low(self) -> Counts:
        return np.array([self.size, *(q.least for q in self.quotas)], dtype=np.int64)

    @cached_property
    def high(self) -> Counts:
        return np.array([self.size, *(q.most for q in self.quotas)], dtype=np.int64)

    def met_by(self, panel: Counts) -> bool:
        """Whether so many of each type, (types,), are a panel that meets every quota."""
        sums = self.rows @ panel
        there = bool(((panel >= 0) & (panel <= self.numbers)).all())
        return there and bool(((sums >= self.low) & (sums <= self.high)).all())


def pool(people: People, quotas: Sequence[Quota], size: int) -> Pool:
    """The types of `people` (features by id) under these quotas.

    Raises ValueError for quotas that contradict themselves or a person whose value has no quota, Unmet
    if there are fewer people than places.
    """
    kept = tuple(sorted(quotas))
    known = {(q.feature, q.value) for q in kept}
    if len(known) < len(kept) or any(not 0 <= q.least <= q.most for q in kept):
        raise ValueError(say("a quota stands twice, or its minimum is above its maximum"))
    if not 0 < size <= len(people):
        raise Unmet(
            say("{n} places cannot be filled from {people} people", n=size, people=len(people))
        )
    features = tuple(sorted({q.feature for q in kept}))
    types: dict[tuple[str, ...], list[str]] = {}
    for person in sorted(people):
        values = tuple(people[person][feature] for feature in features)
        strange = next((p for p in zip(features, values, strict=True) if p not in known), None)
        if strange:
            raise ValueError(
                say(
                    "“{person}”: {of} “{value}” has no quota",
                    person=person,
                    of=strange[0],
                    value=strange[1],
                )
            )
        types.setdefault(values, []).append(person)
    order = sorted(types)
    return Pool(size, kept, features, tuple(order), tuple(tuple(types[t]) for t in order))


def implied_size(quotas: Sequence[Quota]) -> int | None:
    """The one panel size that the sums of minima and maxima of every feature leave; else None."""
    least, most = _sums(quotas)
    if not quotas or max(least.values()) != min(most.values()):
        return None
    return max(least.values())


def _sums(quotas: Sequence[Quota]) -> tuple[dict[str, int], dict[str, int]]:
    features = {q.feature for q in quotas}
    least = {f: sum(q.least for q in quotas if q.feature == f) for f in features}
    most = {f: sum(q.most for q in quotas if q.feature == f) for f in features}
    return least, most


def must_be_met(found: Pool) -> None:
    """Raises Unmet, with the smallest change that helps, if no panel meets the quotas."""
    changes = _relaxed(found)
    if not changes:
        return
    words = []
    for old, new in changes:
        there = sum(
            len(ids)
            for values, ids in zip(found.types, found.members, strict=True)
            if values[found.features.index(old.feature)] == old.value
        )
        known = say(" (the pool has {n})", n=there) if there < old.least else ""
        if new.least < old.least:
            words.append(
                say(
                    "minimum of {quota} from {was} to {now}",
                    quota=old,
                    was=old.least,
                    now=new.least,
                )
                + known
            )
        if new.most > old.most:
            words.append(
                say("maximum of {quota} from {was} to {now}", quota=old, was=old.most, now=new.most)
            )
    said = "; ".join(words)
    why = say(
        "no panel of {n} meets all quotas. The smallest change that helps: {changes}",
        n=found.size,
        changes=said,
    )
    raise Unmet(why, [new for _old, new in changes])


def _relaxed(found: Pool) -> list[tuple[Quota, Quota]]:
    """Old and new quotas such that some panel meets them, moved by as few places in all as can be, and
    of such as few of them as can be.

    One integer programme over (types + 3 · quotas,): the panel, by how much each minimum is lowered and
    each maximum raised, whether the quota is moved. It always has a solution: any `size` people.
    """
    types, quotas = len(found.types), len(found.quotas)
    each, none = scipy.sparse.eye_array(quotas), scipy.sparse.csr_array((1 + quotas, quotas))
    slack = scipy.sparse.vstack([none[:1], each])
    far = scipy.sparse.diags_array(np.maximum(found.low[1:], found.size).astype(np.float64))
    apart = scipy.sparse.csr_array((quotas, types))
    result = scipy.optimize.milp(
        np.concatenate([np.zeros(types), np.ones(2 * quotas), np.full(quotas, 0.5 / quotas)]),
        integrality=np.ones(types + 3 * quotas),
        bounds=scipy.optimize.Bounds(
            0, np.concatenate([found.numbers, np.full(2 * quotas, np.inf), np.ones(quotas)])
        ),
        constraints=[
            scipy.optimize.LinearConstraint(_beside(found.rows, slack, none, none), lb=found.low),
            scipy.optimize.LinearConstraint(_beside(found.rows, none, -slack, none), ub=found.high),
            scipy.optimize.LinearConstraint(_beside(apart, each, each, -far), ub=0),
        ],
        options={"mip_rel_gap": 0},
    )
    if result.x is None:
        raise ArithmeticError(say("the solver stopped: {why}", why=result.message))
    down, up = np.rint(result.x[types:]).astype(np.int64).reshape(3, quotas)[:2]
    moved = [
        (q, Quota(q.feature, q.value, q.least - int(less), q.most + int(more)))
        for q, less, more in zip(found.quotas, down, up, strict=True)
    ]
    return [(old, new) for old, new in moved if old != new]


def _beside(*blocks: scipy.sparse.sparray) -> scipy.sparse.csr_array:
    return scipy.sparse.hstack(blocks).tocsr()
