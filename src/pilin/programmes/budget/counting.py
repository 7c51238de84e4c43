"""Ballots counted and explained, and the Pabulib file of them. Knows of no table and no page.

What a budget needs of `pilin.deciding` is asked for here alone.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pilin.deciding.budget import COST, Election
from pilin.deciding.equal_shares import Outcome, equal_shares
from pilin.deciding.greedy import greedy
from pilin.deciding.pabulib import File, write_file
from pilin.wording.values import plain

from .models import EQUAL_SHARES

#: What is left of the shares is spent by most votes first.
COMPLETION = "greedy"


@dataclass(frozen=True)
class Count:
    """What is counted: `amount` and `costs` (by idea) in yuan, `titles` by idea, and every ballot
    as the ideas it names, in an order that stays the same."""

    amount: Decimal
    rule: str
    costs: Mapping[int, Decimal]
    titles: Mapping[int, str]
    ballots: Sequence[Collection[int]]

    @cached_property
    def votes(self) -> Counter[int]:
        return Counter(n for ballot in self.ballots for n in ballot)

    def result(self) -> dict[str, Any]:
        """As it stands in the entry: who won, in order, and what each paid, in exact fractions.

        `each` is what every supporter paid in full, None where the project was bought from what all
        had left; `full` did, `part` gave the rest they had, which came to `rest`. Of those not
        chosen, `had` is what their supporters had left together.
        """
        election, name = self.election, self.names
        number = {word: n for n, word in name.items()}
        shared = None
        if self.rule == EQUAL_SHARES:
            shared = equal_shares(election, COST, COMPLETION)
            order = [number[word] for word in shared.winners]
        else:
            order = [number[word] for word in greedy(election, COST)]
        paid = _Paid(shared) if shared else None
        votes = self.votes
        others = sorted(set(self.costs) - set(order), key=lambda n: (-votes[n], n))
        spent = sum((self.costs[n] for n in order), Decimal(0))

        def told(n: int) -> dict[str, Any]:
            return {
                "idea": n,
                "title": self.titles[n],
                "cost": plain(self.costs[n]),
                "votes": votes[n],
            }

        return {
            "rule": self.rule,
            "satisfaction": COST,
            "completion": COMPLETION if shared else "none",
            "amount": plain(self.amount),
            "left": plain(self.amount - spent),
            "share": str(shared.share) if shared else None,
            "winners": [told(n) | (paid.of(name[n]) if paid else {}) for n in order],
            "others": [
                told(n) | ({"had": str(paid.left[name[n]])} if paid and n in name else {})
                for n in others
            ],
        }

    def file(self, meta: Mapping[str, str], winners: Collection[int]) -> bytes:
        """The election as it was counted, in the Pabulib format."""
        names = self.names
        cells = {word: {"project_id": word, "name": self.titles[n]} for n, word in names.items()}
        with TemporaryDirectory() as folder:
            path = Path(folder) / "election.pb"
            selected = [names[n] for n in winners]
            write_file(path, File(self.election, meta, cells), selected)
            return path.read_bytes()

    @cached_property
    def names(self) -> dict[int, str]:
        """Of ideas somebody named: numbers alike in length, so that of two that tie the one raised
        first has the smaller name and wins."""
        wide = len(str(max(self.costs)))
        return {n: f"{n:0{wide}}" for n in sorted(self.votes)}

    @cached_property
    def election(self) -> Election:
        names = self.names
        costs = {word: Fraction(self.costs[n]) for n, word in names.items()}
        ballots = [{names[n]: 1 for n in sorted(ballot)} for ballot in self.ballots]
        return Election.of(Fraction(self.amount), costs, ballots)


class _Paid:
    """Who paid what under equal shares, added up by project."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.price = {p.name: p.price for p in outcome.purchases}
        self.full: Counter[str] = Counter()
        self.part: Counter[str] = Counter()
        self.rest: dict[str, Fraction] = {}
        self.left: dict[str, Fraction] = dict.fromkeys(outcome.election.names, Fraction(0))
        for voters, ballot in outcome.election.ballots():
            paid = outcome.paid(ballot)
            for name in ballot:
                self.left[name] += voters * (outcome.share - sum(paid.values()))
                if name not in paid:
                    continue
                if paid[name] == self.each(name):
                    self.full[name] += voters
                else:
                    self.part[name] += voters
                    self.rest[name] = self.rest.get(name, Fraction(0)) + voters * paid[name]

    def each(self, name: str) -> Fraction | None:
        price = self.price[name]
        return None if price is None else price * self.outcome.election.cost_of([name])

    def of(self, name: str) -> dict[str, Any]:
        each = self.each(name)
        if each is None:
            return {"each": None}
        return {
            "each": str(each),
            "full": self.full[name],
            "part": self.part[name],
            "rest": str(self.rest.get(name, Fraction(0))),
        }


def own(result: Mapping[str, Any], ballot: Collection[int]) -> tuple[list[Any], Fraction]:
    """What one ballot's share went to, as (winner, yuan), and what was left of it."""
    left, paid = Fraction(result["share"]), []
    for winner in result["winners"]:
        if winner["each"] is not None and winner["idea"] in ballot and left:
            gave = min(left, Fraction(winner["each"]))
            paid.append((winner, gave))
            left -= gave
    return paid, left


def sha256(file: bytes) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(file).hexdigest(), "size": len(file)}
