"""Panels chosen by lot under quotas, as fairly to each person as the quotas allow.

Flanigan, Gölz, Gupta, Hennig and Procaccia, "Fair algorithms for selecting citizens' assemblies", Nature
596 (2021): of all lotteries over panels that meet the quotas, *maximin* takes one whose least likely
person is as likely as can be; *leximin* then makes the next least likely as likely as can be, and so on,
which fixes everybody's probability.

Whoever is alike in all features has the same probability, so a panel is how many it has of each type. The
lottery is found by column generation: a linear programme weighs the panels known, its prices ask an
integer programme for a panel that would help, until none does. Two things shorten that. Fractions of
people allowed, the best probabilities are one small linear programme: no lottery does better, and one that
reaches them needs no further proof. And a point of such fractions can mostly be taken apart into whole
panels, one on its face at a time (Carathéodory; Grötschel, Lovász and Schrijver 1988), which gives the
panels to begin with.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import scipy  # its parts are loaded when they are first used
from numpy.typing import NDArray

from pilin.wording.saying import say

from .quotas import Counts, Pool, must_be_met

MAXIMIN, LEXIMIN = "maximin", "leximin"
#: A lottery is so many tickets, numbered from 0; each panel has a whole number of them.
TICKETS = 1_000_000
#: Probabilities are counted in those of an equal lottery, size / people; what differs less is equal.
SAME = 1e-6
#: By so much a level once reached may be missed later, so that rounding closes no way.
SLACK = 1e-7
#: A panel that gains no more than this does not help.
PROOF = 1e-8
#: What tickets cannot show is reached.
CLOSE = 1e-5
#: A panel that helps need not be the best one; only the proof that none helps asks for that.
ROUGH = 0.2
#: Ways tried to take a point apart.
TURNS = 8
EXACT = {"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9}

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Lottery:
    """`panels` (panels, types): how many of each type, rows in ascending order; `tickets` (panels,) of
    TICKETS. `most`: no lottery gives the least likely person more than that (people who can be on no
    panel apart)."""

    panels: Counts
    tickets: Counts
    most: float

    def probabilities(self, pool: Pool) -> list[Fraction]:
        """Of a person of each type, exactly as the tickets have it."""
        sums = self.tickets @ self.panels
        return [Fraction(int(s), TICKETS * int(n)) for s, n in zip(sums, pool.numbers, strict=True)]


def lottery(pool: Pool, fairness: str = MAXIMIN) -> Lottery:
    """The fairest lottery over panels that meet the quotas.

    Raises ValueError for another fairness, Unmet (quotas.py) if no panel meets them.
    """
    if fairness not in (MAXIMIN, LEXIMIN):
        raise ValueError(f"fairness is maximin or leximin, not {fairness}")
    must_be_met(pool)
    search = _Search(pool, fairness)
    search.cover()
    weights, level = search.lottery()
    panels, tickets = _tickets(np.array(search.panels), weights)
    return Lottery(panels, tickets, level / search.scale)


def _tickets(panels: Counts, weights: Floats) -> tuple[Counts, Counts]:
    """Weights as whole tickets by largest remainder, a tie to the panel that comes first."""
    order = np.lexsort(panels.T[::-1])
    panels, shares = panels[order], weights[order] / weights.sum() * TICKETS
    tickets = np.floor(shares + SAME).astype(np.int64)
    left = TICKETS - int(tickets.sum())
    # Remainders that differ by a solver's noise only are a tie.
    most = np.argsort(-np.round(shares - tickets, 4), kind="stable")
    tickets[most[:left]] += 1
    used = tickets > 0
    return panels[used], tickets[used]


class _Search:
    """Panels found so far, and the programmes over them. A level is a probability in `scale`."""

    def __init__(self, pool: Pool, fairness: str) -> None:
        self.pool, self.fairness = pool, fairness
        self.rows, self.low, self.high = pool.rows, pool.low, pool.high
        self.numbers = pool.numbers
        self.scale = self.numbers.sum() / pool.size
        self.share: Floats = self.scale / self.numbers  # of one place to the level of a type
        self.panels: list[Counts] = []
        self.known: set[bytes] = set()
        self.reached: Flags = np.zeros(len(self.numbers), dtype=np.bool_)

    def add(self, panel: Counts) -> bool:
        """Keep a panel; False if it was known."""
        if panel.tobytes() in self.known:
            return False
        self.known.add(panel.tobytes())
        self.panels.append(panel)
        self.reached |= panel > 0
        return True

    def best(
        self,
        worth: Floats,
        within: tuple[Floats, Floats] | None = None,
        limits: tuple[Floats, Floats] | None = None,
        gap: float = 0.0,
    ) -> Counts | None:
        """A panel (types,) worth most, perhaps within bounds of types and of rows; None: there is none."""
        low, high = limits or (self.low, self.high)
        found = scipy.optimize.milp(
            -worth,
            integrality=np.ones(len(worth)),
            bounds=scipy.optimize.Bounds(*(within or (0, self.numbers))),
            constraints=scipy.optimize.LinearConstraint(self.rows, low, high),
            options={"mip_rel_gap": gap},
        )
        if found.x is None:
            return None
        panel: Counts = np.rint(found.x).astype(np.int64)
        if not self.pool.met_by(panel):
            raise ArithmeticError(say("the solver gave a panel that does not meet the quotas"))
        return panel

    def cover(self) -> None:
        """Panels until each type is on one, or can be on none."""
        while not self.reached.all():
            waiting = (~self.reached).astype(np.float64)
            panel = self.best(waiting, gap=ROUGH)
            if panel is None or not panel @ waiting:
                return
            self.add(panel)

    def fractions(self) -> tuple[float, Floats]:
        """The first level and the expected places of each type (types,) at the best lottery over panels
        with fractions of people."""
        fixed, first = np.where(self.reached, np.nan, 0.0), None
        while True:
            level, prices, places = self.relaxed(fixed)
            first = level if first is None else first
            self.fix(fixed, level, prices)
            if self.fairness == MAXIMIN or not np.isnan(fixed).any():
                return first, places

    def fix(self, fixed: Floats, level: float, prices: Floats) -> None:
        """Types that have a price cannot rise above the level: it is theirs."""
        free = np.isnan(fixed)
        fixed[free & (prices > prices[free].max() / 100)] = level

    def relaxed(self, fixed: Floats) -> tuple[float, Floats, Floats]:
        """Greatest level of the types not fixed, fractions of people allowed; prices; places."""
        free = np.isnan(fixed)
        column = scipy.sparse.csr_array(free.astype(np.float64)[:, None])
        none = scipy.sparse.csr_array((len(self.low), 1))
        levels = scipy.sparse.hstack([-scipy.sparse.diags_array(self.share), column])
        above = scipy.sparse.hstack([self.rows, none])
        found = scipy.optimize.linprog(
            np.append(np.zeros(len(free)), -1.0),
            A_ub=scipy.sparse.vstack([levels, above, -above]).tocsr(),
            b_ub=np.concatenate(
                [np.where(free, 0.0, SLACK - np.nan_to_num(fixed)), self.high, -self.low]
            ),
            bounds=[
                *((0, n * r) for n, r in zip(self.numbers, self.reached, strict=True)),
                (0, None),
            ],
            options=EXACT,
        )
        _solved(found)
        return -found.fun, -found.ineqlin.marginals[: len(free)], found.x[:-1]

    def take_apart(self, places: Floats, turn: int = 0) -> None:
        """Panels of which `places` (types,) is a mean, as far as such are found.

        Each panel lies on the smallest face around what is left; as much of it is taken away as stays
        within bounds and quotas, so that what is left lies on a smaller face. Where a face has no
        panel, another way down may: `turn` chooses it.
        """
        favour = np.random.default_rng(turn).uniform(0.5, 1.5, len(places)) if turn else 1.0
        while True:
            down, up = np.floor(places + SAME), np.ceil(places - SAME)
            sums = self.rows @ places
            low = np.where(sums > self.high - SAME, self.high, self.low)
            high = np.where(sums < self.low + SAME, self.low, self.high)
            panel = self.best((places - down) * favour, (down, up), (low, high), gap=ROUGH)
            if panel is None:
                return
            self.add(panel)
            part = min(
                _part(places, panel, down, up), _part(sums, self.rows @ panel, self.low, self.high)
            )
            if part > 1 - SAME or part < SAME:
                return
            places = (places - part * panel) / (1 - part)

    def weigh(self, base: Floats, free: Flags) -> tuple[float, Floats, float, Floats]:
        """Weights of the panels known by which each type has a level of at least `base`, and all
        `free` ones as much more as can be: that, the types' prices, a panel's price, the weights."""
        levels = np.array(self.panels).T * self.share[:, None]
        found = scipy.optimize.linprog(
            np.append(np.zeros(len(self.panels)), -1.0),
            A_ub=np.column_stack([-levels, free]),
            b_ub=-base,
            A_eq=np.append(np.ones(len(self.panels)), 0.0)[None],
            b_eq=[1.0],
            bounds=[*((0, None) for _ in self.panels), (None, None)],
            options=EXACT,
        )
        _solved(found)
        return -found.fun, -found.ineqlin.marginals, -found.eqlin.marginals[0], found.x[:-1]

    def generate(
        self, base: Floats, free: Flags, most: float
    ) -> tuple[float, float, Floats, Floats]:
        """The same over all panels that meet the quotas, adding those that help, until none does or,
        for maximin, `most` is reached: what is reached, a bound of it, prices, weights."""
        while True:
            reached, prices, price, weights = self.weigh(base, free)
            worth = prices * self.share
            # Who cannot rise is read from prices, and prices prove it only once no panel helps.
            enough = self.fairness == MAXIMIN and reached > most - SAME
            for gap in () if enough else (ROUGH, 0.0):
                panel = self.best(worth, gap=gap)
                if panel is None:
                    raise ArithmeticError(say("the solver lost the panels it had found"))
                gain = float(panel @ worth) - price
                if not gap:
                    most = min(most, reached + max(gain, 0.0))
                if gain > PROOF and self.add(panel):
                    break
            else:
                return reached, most, prices, np.maximum(weights, 0.0)

    def lottery(self) -> tuple[Floats, float]:
        """Weights of the panels, and the bound of the first level."""
        first, places = self.fractions()
        for turn in range(TURNS):
            self.take_apart(places, turn)
            if self.fairness == MAXIMIN:
                break
            missed, _prices, _price, weights = self.weigh(places * self.share, self.reached)
            if missed > -CLOSE:
                return np.maximum(weights, 0.0), first
        fixed = np.where(self.reached, np.nan, 0.0)
        level, first, prices, weights = self.generate(np.zeros(len(fixed)), self.reached, first)
        while self.fairness == LEXIMIN:
            self.fix(fixed, level, prices)
            free = np.isnan(fixed)
            if not free.any():
                break
            base = np.where(free, 0.0, np.nan_to_num(fixed) - SLACK)
            level, _most, prices, weights = self.generate(base, free, self.scale)
        return weights, first


def _part(
    whole: Floats, part: Floats | Counts, low: Floats | Counts, high: Floats | Counts
) -> float:
    """How much of `part` can be taken out of `whole` so that the rest, made whole again, keeps within
    `low` … `high`."""
    with np.errstate(divide="ignore", invalid="ignore"):
        over = np.where(part < whole - SAME, (high - whole) / (high - part), 1.0)
        under = np.where(part > whole + SAME, (whole - low) / (part - low), 1.0)
    return float(min(over.min(), under.min()))


def _solved(found: object) -> None:
    if getattr(found, "x", None) is None:
        raise ArithmeticError(say("the solver stopped: {why}", why=getattr(found, "message", "")))
