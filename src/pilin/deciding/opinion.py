"""Opinion groups from votes on statements, as Polis finds them.

After Small, Bjorkegren, Erkkilä, Shaw and Megill, "Polis: Scaling deliberation by mapping high
dimensional opinion spaces", Recerca 26(2), 2021, and the published server (math/src/polismath).
Votes are 1 agree, 0 pass, −1 disagree.

Two things are done otherwise by default. Groups are found on the people themselves from many seeded
starts, which find better optima than Polis' single start on base clusters; and of several numbers of
groups that are about as good, the smallest is taken. `polis=True` does both as Polis does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import LinearOperator, eigsh
from scipy.spatial import cKDTree

from .kmeans import Floats, Ints, inertia, lloyd, silhouette, spread_starts

#: z of a one-sided test at 90 %, as Polis uses it.
Z90 = 1.2816
BASES = 100
FEWEST = 15
MOST_GROUPS = 5
#: Within so much of the best mean silhouette, fewer groups are preferred.
AS_GOOD = 0.05
#: From so many people on, the base clusters are found on a fine grid instead of on every point.
MANY = 60_000
GRID = 400
#: Votes times statements up to which the whole covariance matrix is made.
DENSE = 5e8


@dataclass(frozen=True)
class Votes:
    """The latest votes: three arrays of the same length, and how many people and statements.

    `person` and `statement` count from 0 in order of arrival; `value` is 1, 0 or −1. `out` names
    statements taken out by moderation.
    """

    person: Ints
    statement: Ints
    value: NDArray[np.int8]
    people: int
    statements: int
    out: tuple[int, ...] = ()


def latest(
    person: Ints, statement: Ints, value: NDArray[np.int8]
) -> tuple[Ints, Ints, NDArray[np.int8]]:
    """Only the last vote of each person on each statement; the arrays are in order of time."""
    keys = person.astype(np.int64) * (int(np.max(statement, initial=0)) + 1) + statement
    _unique, first = np.unique(keys[::-1], return_index=True)
    keep = np.sort(len(keys) - 1 - first)
    return person[keep], statement[keep], value[keep]


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
    statement: int
    agrees: bool
    share: float
    test: float


@dataclass(frozen=True)
class OpinionMap:
    """`positions` (people, 2); `group` (people,): 0 … k−1 by size, −1 for who is not in the map."""

    positions: Floats
    group: Ints
    centres: Floats
    representative: list[list[Representative]]
    consensus: list[Consensus]
    group_aware: Floats  # (statements,): product over groups of the smoothed share that agrees
    silhouette: float


def opinion_map(votes: Votes, seed: int = 0, starts: int = 30, polis: bool = False) -> OpinionMap:
    """Positions, groups, and what they stand for. Raises ValueError for fewer than two voters."""
    matrix, seen = _matrix(votes)
    counts = np.diff(matrix.indptr)
    if (counts > 0).sum() < 2:
        raise ValueError("an opinion map needs two people who voted")
    positions = _positions(votes, matrix, seen)
    cast = np.bincount(votes.person, minlength=votes.people)  # those on what was taken out too
    inside = _in_map(cast, votes.statements)
    crowd = _crowd(positions[inside])
    labels, centres, score = _groups(crowd, seed, 0 if polis else starts)
    raw = np.full(votes.people, -1, dtype=np.int64)
    raw[inside] = labels[crowd.cell]
    group, order = _by_size(raw)
    return OpinionMap(
        positions,
        group,
        centres[order],
        *_statements(matrix, group, votes),
        silhouette=score,
    )


def _matrix(votes: Votes) -> tuple[sparse.csr_matrix, NDArray[np.bool_]]:
    """Votes + 2 as CSR (so that a pass is no empty cell), without statements taken out."""
    seen = np.ones(votes.statements, dtype=np.bool_)
    seen[list(votes.out)] = False
    keep = seen[votes.statement]
    data = votes.value[keep].astype(np.float32) + 2
    where = (votes.person[keep], votes.statement[keep])
    shape = (votes.people, votes.statements)
    return sparse.csr_matrix((data, where), shape=shape), seen


def _positions(votes: Votes, matrix: sparse.csr_matrix, seen: NDArray[np.bool_]) -> Floats:
    """Projection on two principal components; a missing vote is its column's mean.

    Centred, a missing vote is nought: the centred matrix is as sparse as the votes, and a person's
    projection is the sum over the statements they voted on, stretched by √(statements / votes).
    """
    cast = np.bincount(matrix.indices, minlength=votes.statements)
    sums = np.bincount(matrix.indices, matrix.data - 2, votes.statements)
    mean = np.divide(sums, cast, out=np.zeros(votes.statements), where=cast > 0)
    centred = matrix.copy()
    centred.data = (matrix.data - 2 - mean[matrix.indices]).astype(np.float32)
    components = _components(centred)
    number = np.diff(matrix.indptr) + int((~seen).sum())
    stretch = np.sqrt(votes.statements / np.maximum(number, 1))
    projected: Floats = np.asarray(centred @ components, dtype=np.float64) * stretch[:, None]
    return projected


def _components(centred: sparse.csr_matrix) -> Floats:
    """The two leading right singular vectors, (statements, 2); signs so that sums are positive."""
    m = centred.shape[1]
    if m <= 2:
        return np.eye(m, 2)
    if centred.nnz * m < DENSE or m < 8:
        gram = np.asarray((centred.T @ centred).todense(), dtype=np.float64)
        found = np.linalg.eigh(gram)[1][:, :-3:-1]
    else:
        back = centred.T.tocsr()
        product = LinearOperator((m, m), matvec=lambda v: back @ (centred @ v), dtype=np.float32)
        start = np.ones(m, dtype=np.float32)
        found = eigsh(product, k=2, which="LA", v0=start, tol=1e-4)[1][:, ::-1]
    signs = np.sign(found.sum(0))
    signs[signs == 0] = 1
    return np.asarray(found * signs, dtype=np.float64)


def _in_map(counts: Ints, statements: int) -> NDArray[np.bool_]:
    """Whoever voted on min(7, statements); at least fifteen people, those with most votes."""
    inside = counts >= min(7, statements)
    wanted = min(FEWEST, int((counts > 0).sum()))
    if inside.sum() < wanted:
        most = np.lexsort((np.arange(len(counts)), -counts))[:wanted]
        inside[most] = True
    return inside


@dataclass(frozen=True)
class _Crowd:
    """Points with weights; the point of each person; base clusters and the base of each point."""

    points: Floats
    weights: Floats
    cell: Ints
    bases: Floats
    members: Floats
    base: Ints


def _crowd(positions: Floats) -> _Crowd:
    """Base clusters start from the first hundred distinct rows, as Polis' do."""
    points, weights = positions, np.ones(len(positions))
    cell: Ints = np.arange(len(positions))
    if len(positions) > MANY:
        points, weights, cell = _grid(positions)
    _distinct, first = np.unique(points, axis=0, return_index=True)
    centres, labels = lloyd(points, weights, points[np.sort(first)[:BASES]])
    used, base = np.unique(labels, return_inverse=True)
    members = np.bincount(base, weights).astype(np.float64)
    return _Crowd(points, weights, cell, centres[used], members, base)


def _grid(points: Floats) -> tuple[Floats, Floats, Ints]:
    """Points gathered in the cells of a fine grid: mean of each cell, members, cell of each point."""
    low, high = points.min(0), points.max(0)
    steps = np.where(high > low, (high - low) / GRID, 1.0)
    at = np.minimum(((points - low) / steps).astype(np.int64), GRID - 1)
    _cells, first, cell = np.unique(
        at[:, 0] * GRID + at[:, 1], return_index=True, return_inverse=True
    )
    order = np.argsort(first, kind="stable")  # in order of arrival
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    cell = place[cell]
    members = np.bincount(cell).astype(np.float64)
    means = np.column_stack([np.bincount(cell, points[:, d]) for d in (0, 1)]) / members[:, None]
    return means, members, cell


def _groups(crowd: _Crowd, seed: int, starts: int) -> tuple[Ints, Floats, float]:
    """Group of each point, centres, and mean silhouette over the base clusters.

    k = 2 … min(5, 2 + ⌊bases/12⌋). Without `starts`, as Polis: on base clusters, from the first k.
    """
    tried: list[tuple[float, Ints, Floats]] = []
    bases = crowd.bases
    for k in range(2, min(MOST_GROUPS, 2 + len(bases) // 12) + 1):
        if k > len(bases):
            break
        if starts:
            centres, labels = _partition(crowd, k, seed, starts)
            of_base = cKDTree(centres).query(bases)[1]
        else:
            centres, of_base = lloyd(bases, crowd.members, bases[:k].copy())
            labels = of_base[crowd.base]
        tried.append((silhouette(bases, of_base), labels, centres))
    if not tried:
        return np.zeros(len(crowd.points), dtype=np.int64), bases.mean(0, keepdims=True), -1.0
    best = max(score for score, *_rest in tried)
    enough = best - (AS_GOOD if starts else 0)
    score, labels, centres = next(found for found in tried if found[0] >= enough)
    return labels, centres, score


def _partition(crowd: _Crowd, k: int, seed: int, starts: int) -> tuple[Floats, Ints]:
    """The best of many starts: each is tried on the base clusters, the best goes on on the people."""
    random = np.random.default_rng([seed, k])
    tries = [
        lloyd(crowd.bases, crowd.members, spread_starts(crowd.bases, crowd.members, k, random), 60)
        for _ in range(starts)
    ]
    ends = [lloyd(crowd.points, crowd.weights, centres, 60) for centres in _different(tries)]
    return min(ends, key=lambda found: inertia(crowd.points, crowd.weights, *found))


def _different(tries: list[tuple[Floats, Ints]], most: int = 4) -> list[Floats]:
    """Centres of the few best distinct outcomes."""
    seen: dict[tuple[float, ...], Floats] = {}
    for centres, _labels in tries:
        seen.setdefault(tuple(np.round(np.sort(centres, axis=0).ravel(), 3)), centres)
    return list(seen.values())[:most]


def _by_size(group: Ints) -> tuple[Ints, Ints]:
    """Groups renumbered, the largest first; also gives the old number of each."""
    sizes = np.bincount(group[group >= 0])
    order = np.argsort(-sizes, kind="stable")
    new = np.empty_like(order)
    new[order] = np.arange(len(order))
    return np.where(group >= 0, new[np.maximum(group, 0)], -1), order


def _counts(matrix: sparse.csr_matrix, rows: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
    """Per statement: agrees, disagrees, votes cast by these people."""
    people = np.repeat(rows, np.diff(matrix.indptr))
    columns, data = matrix.indices[people], matrix.data[people]
    m = matrix.shape[1]
    agrees = np.bincount(columns[data == 3], minlength=m).astype(np.float64)
    disagrees = np.bincount(columns[data == 1], minlength=m).astype(np.float64)
    return agrees, disagrees, np.bincount(columns, minlength=m).astype(np.float64)


def _share(n: Floats, s: Floats) -> Floats:
    return (n + 1) / (s + 2)


def _share_test(n: Floats, s: Floats) -> Floats:
    """One-proportion z against a half, with one vote added."""
    return 2 * np.sqrt(s + 1) * ((n + 1) / (s + 1) - 0.5)


def _ratio_test(n: Floats, s: Floats, others: Floats, cast: Floats) -> Floats:
    """Two-proportion z, with one vote added everywhere."""
    a, b = (n + 1) / (s + 1), (others + 1) / (cast + 1)
    pooled = (n + others + 2) / (s + cast + 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (a - b) / np.sqrt(pooled * (1 - pooled) * (1 / (s + 1) + 1 / (cast + 1)))
    return np.nan_to_num(z, nan=0.0, posinf=0.0, neginf=0.0)


def _statements(
    matrix: sparse.csr_matrix, group: Ints, votes: Votes
) -> tuple[list[list[Representative]], list[Consensus], Floats]:
    groups = int(np.max(group)) + 1
    found = [_counts(matrix, group == g) for g in range(groups)]
    total = [np.sum([f[n] for f in found], axis=0) for n in range(3)]
    seen = np.ones(votes.statements, dtype=np.bool_)
    seen[list(votes.out)] = False
    representative, aware = [], np.ones(votes.statements)
    for own in found:
        rest = [total[n] - own[n] for n in range(3)]
        representative.append(_representative(own, rest, seen))
        aware *= _share(own[0], own[2])
    return representative, _consensus(total, seen), np.where(seen, aware, 0.0)


def _representative(
    own: list[Floats] | tuple[Floats, ...], rest: list[Floats], seen: NDArray[np.bool_]
) -> list[Representative]:
    """Up to five statements, those on which the group agrees first."""
    measures = []
    for n in (0, 1):  # agrees, disagrees
        share = _share(own[n], own[2])
        ratio = share / _share(rest[n], rest[2])
        measures.append(
            (
                share,
                _share_test(own[n], own[2]),
                ratio,
                _ratio_test(own[n], own[2], rest[n], rest[2]),
            )
        )
    agrees, disagrees = measures
    rows = []
    for s in np.flatnonzero(seen & (own[2] > 0)):
        says = bool(agrees[3][s] > disagrees[3][s])
        one = Representative(int(s), says, *(float(x[s]) for x in (agrees if says else disagrees)))
        if one.ratio_test > Z90 and one.share_test > Z90:
            rows.append(one)
    rows.sort(key=lambda r: -r.ratio * r.ratio_test * r.share * r.share_test)
    rows = rows[:5]
    return [r for r in rows if r.agrees] + [r for r in rows if not r.agrees]


def _consensus(total: list[Floats], seen: NDArray[np.bool_]) -> list[Consensus]:
    """Statements most people agree (disagree) on: p > ½ and z, five of each, by p·z."""
    found = []
    for n, says in ((0, True), (1, False)):
        share, test = _share(total[n], total[2]), _share_test(total[n], total[2])
        good = np.flatnonzero(seen & (share > 0.5) & (test > Z90))
        best = sorted(good, key=lambda s: -share[s] * test[s])[:5]
        found += [Consensus(int(s), says, float(share[s]), float(test[s])) for s in best]
    return found


def priorities(votes: Votes) -> Floats:
    """How much each statement should be shown next, as Polis weighs it; (statements,).

    [(1 − p)(E + 1)a · (1 + 8·2^(−S/5))]² with a = (A+1)/(S+2), p = (P+1)/(S+2) and E the extremity
    of a lone disagreement, √n·|(−1 − mean)·pc|. Statements taken out have none.
    """
    matrix, seen = _matrix(votes)
    agrees, disagrees, cast = _counts(matrix, np.ones(votes.people, dtype=np.bool_))
    mean = np.divide(agrees - disagrees, cast, out=np.zeros_like(cast), where=cast > 0)
    centred = matrix.copy()
    centred.data = (matrix.data - 2 - mean[matrix.indices]).astype(np.float32)
    components = _components(centred) if cast.sum() else np.zeros((votes.statements, 2))
    lone = (-1 - mean)[:, None] * components
    extremity = np.sqrt(votes.statements) * np.sqrt((lone**2).sum(1))
    a, p = (agrees + 1) / (cast + 2), (cast - agrees - disagrees + 1) / (cast + 2)
    weight = ((1 - p) * (extremity + 1) * a * (1 + 8 * 2 ** (-cast / 5))) ** 2
    return np.where(seen, weight, 0.0)
