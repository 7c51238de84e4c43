"""The greedy rule: most satisfaction for the money first.

Goel, Krishnaswamy, Sakshuwong and Aitamurto, "Knapsack Voting for Participatory Budgeting", ACM TEAC 7(2),
2019, and what most cities do; with cost satisfaction it goes by votes, with cardinality by votes for
the money.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from .budget import COST, Election


def greedy(election: Election, satisfaction: str = COST, already: Sequence[str] = ()) -> list[str]:
    """Names of projects in the order they are bought: by satisfaction for their cost, the smaller name
    first in a tie, each if what is left pays for it; nobody need have wanted it.

    What was bought `already` is paid for first and not named again. Counted in fractions throughout.
    Raises ValueError for an unknown satisfaction, KeyError for an unknown name.
    """
    weights = election.weight[election.group].astype(np.float64)
    values = election.values(satisfaction)
    # Exact: these are whole numbers below 2⁵³ (`Election.of` sees to it).
    totals = np.bincount(election.project, weights * values, minlength=len(election.names))

    def worth(n: int) -> tuple[int, Fraction]:
        """Whether it costs nothing, then satisfaction for the money; nought for the unwanted."""
        total = int(totals[n]) * election.unit(satisfaction, n)
        if total <= 0 or not election.costs[n]:
            return int(total > 0), Fraction(0)
        return 0, total / election.costs[n]

    left, bought = election.budget - election.cost_of(already), []
    order = sorted(range(len(election.names)), key=worth, reverse=True)  # stable: ties by name
    for n in order:
        if election.names[n] not in already and election.costs[n] <= left:
            bought.append(election.names[n])
            left -= election.costs[n]
    return bought
