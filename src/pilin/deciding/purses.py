"""What each group of voters has left while equal shares are spent: in floats, and exactly.

Every price paid is kept exactly, as a whole number over one common denominator. What a group has left is
then its share less the prices it paid in full, or nothing once it has given all; so sums over groups
are exact for the price of a few long multiplications. The floats beside them are a proven distance
from the truth, `error`: they find what to look at and decide nothing that lies closer.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
ROUNDING = 2.0**-53


class Purses:
    """The money of groups: `money` (groups) in floats, nought for who is not `solvent` (groups,
    bool): has given all. Who has paid to the last penny may stand a rounding below nought.

    `costs`: of projects, whole numbers of 1/`fine`. `weight` (groups); `start` (groups + 1), `project` and
    `value` (entries) of the ballots, values whole. `dense` (groups, projects + 1), for an election small
    enough, has the values once more, and ones as its last column.
    """

    def __init__(
        self,
        share: Fraction,
        costs: list[int],
        fine: int,
        weight: Floats,
        ballots: tuple[Indices, Indices, Floats],
        dense: Floats | None,
    ) -> None:
        self.costs, self.weight, self.dense = costs, weight, dense
        self.start, self.project, self.value = ballots
        self.money = np.full(len(weight), float(share))
        self.solvent = np.ones(len(weight), dtype=np.bool_)
        self.common = lcm(share.denominator, fine)
        self.share = share.numerator * (self.common // share.denominator)
        self.finer = self.common // fine  # than what costs are counted in
        self.paid: dict[int, int] = {}  # project → price of one value, over `common`
        self.rounding = self.error = 4 * ROUNDING * float(share)

    def together(self, groups: Indices) -> int:
        """What `groups` have left together: exactly, over `common`."""
        groups = groups[self.solvent[groups]]
        if not len(groups):
            return 0
        if self.dense is not None:
            sums = self.weight[groups].dot(self.dense[groups]).tolist()
            spent = sum([price * int(sums[n]) for n, price in self.paid.items()])
            return int(sums[-1]) * self.share - spent
        weights = self.weight[groups]
        total = int(weights.sum()) * self.share
        if self.paid:
            first = self.start[groups]
            length = self.start[groups + 1] - first
            ends = length.cumsum()
            entries = (first - ends + length).repeat(length) + np.arange(ends[-1])
            values = weights.repeat(length) * self.value[entries]
            counts = np.bincount(self.project[entries], values, len(self.costs)).tolist()
            for n, price in self.paid.items():
                total -= price * int(counts[n])
        return total

    def one(self, group: int) -> int:
        """What one voter of a group has left: exactly, over `common`."""
        if not self.solvent[group]:
            return 0
        part = slice(self.start[group], self.start[group + 1])
        pairs = zip(self.project[part].tolist(), self.value[part].tolist(), strict=True)
        return self.share - sum(self.paid[n] * int(value) for n, value in pairs if n in self.paid)

    def missing(self, n: int, poor: Indices) -> int:
        """What project `n` still costs when `poor` have given all: exactly, over `common`."""
        return self.costs[n] * self.finer - (self.together(poor) if len(poor) else 0)

    def pay(self, n: int, groups: Indices, value: Floats, poor: Indices, rest: int) -> None:
        """Project `n` is bought by `groups`, a voter of each valuing it so: `poor` give all, the others
        share what is missing by their value, which comes to `rest` over all of them."""
        missing = self.missing(n, poor)
        finer = rest // gcd(missing, rest)
        if finer > 1:
            self.common, self.share = self.common * finer, self.share * finer
            self.finer *= finer
            self.paid = {j: price * finer for j, price in self.paid.items()}
        self.paid[n] = missing * finer // rest
        self.money[groups] -= self.paid[n] / self.common * value
        if len(poor):
            self.money[poor] = 0.0
            self.solvent[poor] = False
        self.error += self.rounding
