"""A draw that anyone can do again by hand: numbers from SHA-256, and what is published before it.

**Numbers.** The n-th number (n = 0, 1, 2 …) of a seed is SHA-256 of the UTF-8 text `SEED,n` (the seed, a
comma, n in decimal) read as a whole number of 256 bits, most significant first:
`printf %s "SEED,0" | sha256sum`. To draw below m, take the next number; if it is not below the greatest
multiple of m that is at most 2²⁵⁶, take the one after it; the rest of its division by m is what is drawn.
(Rivest's sampler for election audits works alike.)

**Draw.** First a ticket below the lottery's tickets: panels stand in the lottery's order and have as many
tickets as it says, the first from 0. Then the persons, type after type in the pool's order: the type's ids,
sorted by code point, are a row; for each place i = 0, 1, … that the panel gives to the type, draw j below
(row's length − i) and swap the ids at i and i + j. The ids at the first places are chosen.

**What it rests on.** Given the published lottery the draw is the same on any machine. The making of the
lottery is the same for the same versions of the solver; another version may find another lottery that is
as fair (with leximin, everybody's probability is the same in all of them). Hence two digests:
`commitment` binds seed, people, quotas, size and fairness; `fingerprint` binds the lottery, without the seed.
Published before the draw, nothing can be changed later. Whoever alone chooses the seed could still try many
before publishing: let it be made of parts that several give, or of dice thrown in public once the
fingerprint is out. A seed that can be guessed hides nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence

from .quotas import People, Pool, Quota
from .sortition import TICKETS, Lottery

BITS = 256


class Numbers:
    """The numbers of a seed, in turn."""

    def __init__(self, seed: str) -> None:
        self.seed = seed
        self._numbers = self._all()

    def _all(self) -> Iterator[int]:
        n = 0
        while True:
            yield int.from_bytes(hashlib.sha256(f"{self.seed},{n}".encode()).digest(), "big")
            n += 1

    def below(self, m: int) -> int:
        """The next number among 0 … m − 1, each as likely."""
        end = 2**BITS - 2**BITS % m
        return next(number for number in self._numbers if number < end) % m


def draw(pool: Pool, lottery: Lottery, seed: str) -> list[str]:
    """The ids drawn, sorted."""
    numbers = Numbers(seed)
    ticket = numbers.below(TICKETS)
    panel = lottery.panels[int((lottery.tickets.cumsum() <= ticket).sum())]
    chosen: list[str] = []
    for ids, places in zip(pool.members, panel, strict=True):
        row = list(ids)
        for i in range(int(places)):
            j = i + numbers.below(len(row) - i)
            row[i], row[j] = row[j], row[i]
        chosen += row[: int(places)]
    return sorted(chosen)


def substitutes(pool: Pool, panel: Sequence[str], seed: str) -> list[list[str]]:
    """Who comes in for somebody who does not take their seat: of each type, in the pool's order, those not
    drawn, in the order of the SHA-256 of `SEED,ID` (in hexadecimal)."""
    drawn = set(panel)
    return [
        sorted(
            (person for person in ids if person not in drawn),
            key=lambda person: hashlib.sha256(f"{seed},{person}".encode()).hexdigest(),
        )
        for ids in pool.members
    ]


def commitment(seed: str, people: People, quotas: Sequence[Quota], size: int, fairness: str) -> str:
    """SHA-256, in hexadecimal, of the JSON text (UTF-8, no spaces, characters beyond ASCII as they are)

    `["pilin lots 1",SEED,SIZE,FAIRNESS,FEATURES,PEOPLE,QUOTAS]`

    FEATURES: names of the features with quotas, sorted. PEOPLE: a list [id, value, …] each, in the order
    of FEATURES, sorted. QUOTAS: [feature, value, min, max] each, sorted.
    """
    return _digest("pilin lots 1", seed, size, fairness, *_content(people, quotas))


def fingerprint(people: People, quotas: Sequence[Quota], lottery: Lottery) -> str:
    """The same of `["pilin lottery 1",FEATURES,PEOPLE,QUOTAS,PANELS]`.

    PANELS: [tickets, [number of the first type, of the second, …]] each, in the lottery's order.
    """
    return _digest("pilin lottery 1", *_content(people, quotas), panels(lottery))


def panels(lottery: Lottery) -> list[tuple[int, list[int]]]:
    """Tickets and people of each type, panel by panel, as plain numbers."""
    rows = zip(lottery.tickets, lottery.panels, strict=True)
    return [(int(tickets), [int(n) for n in panel]) for tickets, panel in rows]


def _content(people: People, quotas: Sequence[Quota]) -> tuple[object, object, object]:
    features = sorted({q.feature for q in quotas})
    rows = [[i, *(people[i][feature] for feature in features)] for i in sorted(people)]
    return features, rows, [[q.feature, q.value, q.least, q.most] for q in sorted(quotas)]


def _digest(*content: object) -> str:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
