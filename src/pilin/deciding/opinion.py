"""Opinion groups from votes on statements, as Polis finds them.

After Small, Bjorkegren, Erkkilä, Shaw and Megill, "Polis: Scaling deliberation by mapping high
dimensional opinion spaces", Recerca 26(2), 2021, and the published server (math/src/polismath).
Votes are 1 agree, 0 pass, −1 disagree. Statements taken out by moderation count as passed by
everybody, as there.

One thing is done otherwise by default, how positions become groups (`opinion_groups`); with
`polis=True` that too is done as Polis does it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy  # its parts are loaded when they are first used
from numpy.typing import NDArray

from pilin.wording.saying import say

from .kmeans import Floats, Ints
from .opinion_groups import find_groups, polis_groups
from .opinion_statements import Consensus, Representative, tally, what_they_say

FEWEST = 15
#: Votes times statements up to which the whole covariance matrix is made.
DENSE = 5e8
#: People times statements up to which the votes are kept with their empty cells.
SMALL = 4_000_000
#: From so many votes on, centred votes are kept in four bytes instead of eight.
LARGE = 5_000_000


@dataclass(frozen=True)
class Votes:
    """The latest votes: three arrays of the same length, and how many people and statements.

    `person` and `statement` count from 0 in order of arrival, in any integer type (32 bits serve a
    million people best); `value` is 1, 0 or −1. Nobody votes twice on a statement (`latest`). `out`
    names statements taken out by moderation.
    """

    person: Ints
    statement: Ints
    value: NDArray[np.int8]
    people: int
    statements: int
    out: tuple[int, ...] = ()

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Which statements are not taken out, (statements,)."""
        seen = np.ones(self.statements, dtype=np.bool_)
        seen[list(self.out)] = False
        return seen


def latest(
    person: Ints, statement: Ints, value: NDArray[np.int8]
) -> tuple[Ints, Ints, NDArray[np.int8]]:
    """Only the last vote of each person on each statement; the arrays are in order of time."""
    keys = person.astype(np.int64) * (int(np.max(statement, initial=0)) + 1) + statement
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    last = np.ones(len(keys), dtype=np.bool_)
    last[:-1] = keys[1:] != keys[:-1]
    keep = np.sort(order[last])
    return person[keep], statement[keep], value[keep]


@dataclass(frozen=True)
class Axes:
    """What a voter's place is measured from and along; both nought for statements taken out.

    `mean` (statements,) is the mean vote, `along` (statements, 2) the two principal components;
    `voted` is how many statements somebody voted on, `out` how many of these were taken out.
    """

    mean: Floats
    along: Floats
    voted: int
    out: int

    @property
    def end(self) -> int:
        """At which end of the first axis groups are looked for first: 1 where it begins, −1 where it
        ends. It is the one of those who see its heaviest statement otherwise than most: a minority
        stands apart. See decision 0013.
        """
        first = self.along[:, 0]
        heaviest = np.abs(first).argmax()
        return -1 if first[heaviest] * self.mean[heaviest] < 0 else 1

    def place(self, said: Mapping[int, int]) -> tuple[float, float]:
        """Where somebody lies who voted so, by statement (those seen alone): as in `positions`."""
        rows = list(said)
        distance = np.fromiter(said.values(), dtype=np.float64) - self.mean[rows]
        stretch = np.sqrt(self.voted / max(len(rows) + self.out, 1))
        x, y = (distance @ self.along[rows] * stretch).tolist()
        return x, y


@dataclass(frozen=True)
class OpinionMap:
    """`positions` (people, 2); `group` (people,): 0 … k−1 by size, −1 for who is not in the map."""

    positions: Floats
    axes: Axes
    group: Ints
    centres: Floats
    representative: list[list[Representative]]
    consensus: list[Consensus]
    group_aware: Floats  # (statements,): product over groups of the smoothed share that agrees
    silhouette: float


def opinion_map(votes: Votes, seed: int = 0, polis: bool = False) -> OpinionMap:
    """Positions, groups, and what they stand for. Raises ValueError for fewer than two voters.

    `seed` starts the stepwise decomposition that very many votes take; nothing else is random.
    """
    cast = np.bincount(votes.person, minlength=votes.people)
    if (cast > 0).sum() < 2:
        raise ValueError(say("an opinion map needs two people who voted"))
    seen = votes.seen
    positions, axes = _positions(votes, seen, seed)
    inside = _in_map(cast, axes.voted)
    shown = positions[inside]
    found = polis_groups(shown) if polis else find_groups(shown, axes.end)
    raw = np.full(votes.people, -1, dtype=np.int64)
    raw[inside] = found.label
    group, order = _by_size(raw)
    counts = tally(votes.person, votes.statement, votes.value, group, votes.statements)
    return OpinionMap(
        positions,
        axes,
        group,
        found.centres[order],
        **what_they_say(counts, seen),
        silhouette=found.silhouette,
    )


def _means(votes: Votes, seen: NDArray[np.bool_]) -> Floats:
    """Mean vote on each statement; 0 where nobody voted and for those taken out."""
    cast = np.bincount(votes.statement, minlength=votes.statements)
    sums = np.bincount(votes.statement, votes.value, votes.statements)
    wanted = seen & (cast > 0)
    return np.divide(sums, cast, out=np.zeros(votes.statements), where=wanted)


def _centred(votes: Votes, mean: Floats, seen: NDArray[np.bool_]) -> Any:
    """Votes less their statement's mean, people × statements seen, as a csr_matrix or an array.

    A missing vote takes that mean (the published imputation), nought once centred: the matrix is as
    sparse as the votes. A small one is quicker with its empty cells.
    """
    person, statement, value = votes.person, votes.statement, votes.value
    if votes.out:
        keep = seen[statement]
        person, value = person[keep], value[keep]
        statement, mean = (np.cumsum(seen) - 1)[statement[keep]], mean[seen]
    means: NDArray[Any] = mean.astype(np.float32 if len(person) > LARGE else np.float64)
    data, shape = value - means[statement], (votes.people, len(mean))
    if shape[0] * shape[1] <= SMALL:
        whole = np.zeros(shape)
        whole[person, statement] = data
        return whole
    return scipy.sparse.csr_matrix((data, (person, statement)), shape=shape)


def _positions(votes: Votes, seen: NDArray[np.bool_], seed: int) -> tuple[Floats, Axes]:
    """Projection of the votes cast on two principal components, (people, 2), and what it is made by.

    Stretched by √(statements / votes cast), so that who voted on little is not drawn to the middle;
    statements taken out count as voted on by everybody, as there. Those nobody voted on are none:
    a server knows statements by their votes alone.
    """
    mean = _means(votes, seen)
    centred = _centred(votes, mean, seen)
    components = _components(centred, seed).astype(centred.dtype)
    cast = np.bincount(votes.person[seen[votes.statement]], minlength=votes.people)
    voted = np.bincount(votes.statement, minlength=votes.statements) > 0
    out = int((voted & ~seen).sum())
    stretch = np.sqrt(voted.sum() / np.maximum(cast + out, 1))
    projected: Floats = np.asarray(centred @ components, dtype=np.float64) * stretch[:, None]
    along = np.zeros((votes.statements, 2))
    along[seen if votes.out else slice(None)] = components
    return projected, Axes(mean, along, int(voted.sum()), out)


def _components(centred: Any, seed: int) -> Floats:
    """The two leading right singular vectors, (statements seen, 2); signs so that sums are positive.

    By the covariance matrix, or for very many votes by Lanczos' iterations, which need only
    products with the sparse matrix (ARPACK: Lehoucq, Sorensen and Yang 1998).
    """
    m = centred.shape[1]
    if m <= 2:
        return np.eye(m, 2)
    dense = isinstance(centred, np.ndarray)
    if dense or centred.nnz * m < DENSE or m < 8:
        gram = centred.T @ centred
        gram = (gram if dense else gram.toarray()).astype(np.float64)
        found = scipy.linalg.eigh(gram, subset_by_index=(m - 2, m - 1))[1][:, ::-1]
    else:
        back = centred.T  # the same arrays read by columns
        product = scipy.sparse.linalg.LinearOperator(
            (m, m), matvec=lambda v: back @ (centred @ v), dtype=np.float32
        )
        start = np.random.default_rng(seed).random(m, dtype=np.float32) + 0.5
        found = scipy.sparse.linalg.eigsh(product, k=2, which="LA", v0=start, tol=1e-4)[1][:, ::-1]
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


def _by_size(group: Ints) -> tuple[Ints, Ints]:
    """Groups renumbered, the largest first; also gives the old number of each."""
    sizes = np.bincount(group[group >= 0])
    order = np.argsort(-sizes, kind="stable")
    new = np.empty_like(order)
    new[order] = np.arange(len(order))
    return np.where(group >= 0, new[np.maximum(group, 0)], -1), order


def priorities(votes: Votes, seed: int = 0) -> Floats:
    """How much each statement should be shown next, as Polis weighs it; (statements,).

    [(1 − p)(E + 1)a · (1 + 8·2^(−S/5))]² with a = (A+1)/(S+2), p = (P+1)/(S+2) and E the extremity
    of a lone disagreement, √n·|(−1 − mean)·pc|. Statements taken out have none.
    """
    seen = votes.seen
    nobody = np.full(votes.people, -1, dtype=np.int64)
    counts = tally(votes.person, votes.statement, votes.value, nobody, votes.statements)[0]
    passes, agrees = counts[:, 1], counts[:, 2]
    cast = counts.sum(1)
    mean = _means(votes, seen)
    components: Any = np.zeros((votes.statements, 2))
    if cast[seen].sum():
        components[seen] = _components(_centred(votes, mean, seen), seed)
    lone = (-1 - mean)[:, None] * components
    extremity = np.sqrt(votes.statements) * np.sqrt((lone**2).sum(1))
    a, p = (agrees + 1) / (cast + 2), (passes + 1) / (cast + 2)
    weight = ((1 - p) * (extremity + 1) * a * (1 + 8 * 2 ** (-cast / 5))) ** 2
    return np.where(seen, weight, 0.0)
