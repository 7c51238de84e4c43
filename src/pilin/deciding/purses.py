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
    """The money of groups: `money` (groups) in floats, nought for who is `broke` (groups, bool): has
    given all.

    `weight` (groups); `start` (groups + 1), `project` and `value` (entries) of the ballots, values whole.
    """

    def __init__(
        self,
        share: Fraction,
        costs: tuple[Fraction, ...],
        weight: Floats,
        start: Indices,
        project: Indices,
        value: Floats,
    ) -> None:
        self.share, self.costs, self.weight = share, costs, weight
        self.start, self.project, self.value = start, project, value
        self.money = np.full(len(weight), float(share))
        self.broke = np.zeros(len(weight), dtype=np.bool_)
        self.common = lcm(share.denominator, *{cost.denominator for cost in costs})
        self.paid: dict[int, int] = {}  # project → price of one value, over `common`
        self.error = 4 * ROUNDING * float(share)

    def over_common(self, amount: Fraction) -> int:
        return amount.numerator * (self.common // amount.denominator)

    def together(self, groups: Indices) -> int:
        """What `groups` have left together: exactly, over `common`."""
        groups = groups[~self.broke[groups]]
        if not len(groups):
            return 0
        total = int(self.weight[groups].sum()) * self.over_common(self.share)
        if self.paid:
            first = self.start[groups]
            length = self.start[groups + 1] - first
            ends = length.cumsum()
            entries = np.repeat(first - ends + length, length) + np.arange(ends[-1])
            weights = np.repeat(self.weight[groups], length) * self.value[entries]
            counts = np.bincount(self.project[entries], weights, len(self.costs)).tolist()
            total -= sum(price * int(counts[n]) for n, price in self.paid.items())
        return total

    def one(self, group: int) -> int:
        """What one voter of a group has left: exactly, over `common`."""
        if self.broke[group]:
            return 0
        part = slice(self.start[group], self.start[group + 1])
        pairs = zip(self.project[part].tolist(), self.value[part].tolist(), strict=True)
        spent = sum(self.paid[n] * int(value) for n, value in pairs if n in self.paid)
        return self.over_common(self.share) - spent

    def missing(self, n: int, poor: Indices) -> int:
        """What project `n` still costs when `poor` have given all: exactly, over `common`."""
        return self.over_common(self.costs[n]) - self.together(poor)

    def pay(self, n: int, poor: Indices, rich: Indices, value: Floats, rest: int) -> None:
        """Project `n` is bought: `poor` give all, `rich` share what is missing by their `value`, which
        comes to `rest` over all their voters."""
        missing = self.missing(n, poor)
        finer = rest // gcd(missing, rest)
        self.common *= finer
        self.paid = {j: price * finer for j, price in self.paid.items()}
        self.paid[n] = missing * finer // rest
        self.money[poor] = 0.0
        self.broke[poor] = True
        paid = self.paid[n] / self.common * value
        self.money[rich] = np.maximum(self.money[rich] - paid, 0.0)
        self.error += 4 * ROUNDING * float(self.share)
