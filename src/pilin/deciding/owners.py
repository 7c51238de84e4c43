"""Votes of the owners of a building: so much of the area and so many of the owners must take part, and agree.

The thresholds are data, a `Law`, each with its article. `CIVIL_CODE` is that of China: by Article 278 of
the Civil Code, owners of two thirds of the floor area and two thirds of the owners by number must take
part; an ordinary matter passes with more than half of the area that took part and of the owners who took
part, items (6) to (8) with three quarters of both. "以上" includes the number itself (Article 1259);
"过半数" does not.

Who counts for how much: the Supreme People's Court's interpretation on condominium ownership (法释〔2009〕7号,
revised 2020). Area is that of the land register (Article 8). Owners are counted by number of units, each
as one; several units of one buyer are one, and so are all that the developer has not sold or not handed
over (Article 9): they bear one name here. A unit owned together is one unit and so one owner with one
vote: its owner is all of them (`together`), who is another owner than any of them alone.

Abstaining is taking part: the article asks who takes part in the vote, and who of these agrees; whoever
hands in a ballot takes part, and with an abstention does not agree.

Somebody else may hand in an owner's ballot with a written authorisation (建房〔2009〕274号, the ministry's
rules on owners' assemblies): it is the owner's ballot, and counts as any other.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pilin.wording.saying import gettext_noop, say

YES, NO, ABSTAIN, ABSENT = "yes", "no", "abstain", ""


@dataclass(frozen=True)
class Threshold:
    """A share of what took part; `strict`: more than it, else at least it. `article` says where."""

    share: Fraction
    strict: bool
    article: str

    def reached(self, part: Fraction, whole: Fraction) -> bool:
        """Whether `part` of `whole` reaches it; nothing of nothing does not."""
        needed = self.share * whole
        return whole > 0 and (part > needed if self.strict else part >= needed)


@dataclass(frozen=True)
class Law:
    """What a law asks: how much must take part, and how much agree on each of its numbered items."""

    takes_part: Threshold
    ordinary: Threshold
    weighty: Threshold
    items: Collection[int]
    weighty_items: Collection[int]

    def needed(self, item: int) -> Threshold:
        return self.weighty if item in self.weighty_items else self.ordinary


CIVIL_CODE = Law(
    takes_part=Threshold(
        Fraction(2, 3), False, gettext_noop("Civil Code, Art. 278 (2), first sentence")
    ),
    ordinary=Threshold(
        Fraction(1, 2), True, gettext_noop("Civil Code, Art. 278 (2), third sentence")
    ),
    weighty=Threshold(
        Fraction(3, 4), False, gettext_noop("Civil Code, Art. 278 (2), second sentence")
    ),
    items=range(1, 10),
    # Raising the maintenance fund, altering or rebuilding, changing the use of common parts or
    # running a business on them.
    weighty_items=(6, 7, 8),
)


@dataclass(frozen=True)
class Tally:
    """Area (in the unit of the register) and owners, of one side of the count."""

    area: Fraction
    owners: int


@dataclass(frozen=True)
class Comparison:
    """One line of the arithmetic: `part` of `whole` against a threshold. `of`: "area" or "owners"."""

    of: str
    part: Fraction
    whole: Fraction
    threshold: Threshold

    @property
    def reached(self) -> bool:
        return self.threshold.reached(self.part, self.whole)

    def as_json(self) -> dict[str, Any]:
        share = self.part / self.whole if self.whole else Fraction(0)
        return {
            "of": self.of,
            "part": exact(self.part),
            "whole": exact(self.whole),
            "share": str(share),
            "threshold": str(self.threshold.share),
            "more_than": self.threshold.strict,
            "needed": exact(self.threshold.share * self.whole),
            "reached": self.reached,
            "article": self.threshold.article,
        }


@dataclass(frozen=True)
class Result:
    """The count with its arithmetic. `valid`: enough took part; `passed`: and enough agreed.

    `by_proxy` is what of those who took part did so through somebody else.
    """

    whole: Tally
    took_part: Tally
    agreed: Tally
    against: Tally
    abstained: Tally
    by_proxy: Tally
    law: Law
    needed: Threshold

    @property
    def participation(self) -> tuple[Comparison, Comparison]:
        return _both(self.law.takes_part, self.took_part, self.whole)

    @property
    def agreement(self) -> tuple[Comparison, Comparison]:
        return _both(self.needed, self.agreed, self.took_part)

    @property
    def valid(self) -> bool:
        return all(line.reached for line in self.participation)

    @property
    def passed(self) -> bool:
        return self.valid and all(line.reached for line in self.agreement)

    def as_json(self) -> dict[str, Any]:
        """Areas as numbers for reading, and in `arithmetic` exactly: a decimal, or a fraction."""

        def say(tally: Tally) -> dict[str, Any]:
            whole = tally.area.denominator == 1
            area = int(tally.area) if whole else float(tally.area)
            return {"area": area, "owners": tally.owners}

        def threshold(asked: Threshold) -> dict[str, Any]:
            return {
                "share": str(asked.share),
                "more_than": asked.strict,
                "article": asked.article,
            }

        parts = ("whole", "took_part", "agreed", "against", "abstained", "by_proxy")
        return {
            **{name: say(getattr(self, name)) for name in parts},
            "takes_part": threshold(self.law.takes_part),
            "needed": threshold(self.needed),
            "arithmetic": {
                "took_part": [line.as_json() for line in self.participation],
                "agreed": [line.as_json() for line in self.agreement],
            },
            "valid": self.valid,
            "passed": self.passed,
        }


class SplitVote(ValueError):
    """An owner of several units voted two ways: `owner`, and the index of the unit that differs."""

    def __init__(self, owner: str, unit: int) -> None:
        super().__init__(say("“{owner}” votes two ways", owner=owner))
        self.owner, self.unit = owner, unit


def together(names: Iterable[str]) -> str:
    """The one owner that those who own a unit together are: the same in whatever order."""
    return ";".join(sorted({name.strip() for name in names} - {""}))


def owners_in(cell: str) -> list[str]:
    """The names in a register's cell: one, or several apart by semicolons or 、."""
    return [name for name in re.split("[;；、]", cell) if name.strip()]


def owner_of(cell: str) -> str:
    """The owner a register's cell names."""
    return together(owners_in(cell))


def exact(value: Fraction) -> str:
    """A number without loss: as a decimal where it ends (0.5), else as a fraction (1000/3)."""
    rest, places = value.denominator, 0
    for prime in (2, 5):
        power = 0
        while rest % prime == 0:
            rest, power = rest // prime, power + 1
        places = max(places, power)
    if rest != 1:
        return str(value)
    digits = f"{abs(value.numerator) * 10**places // value.denominator:0{places + 1}d}"
    sign = "-" if value < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def count(
    areas: Sequence[Fraction],
    owners: Sequence[str],
    votes: Sequence[str],
    item: int,
    proxies: Sequence[bool] | None = None,
    law: Law = CIVIL_CODE,
) -> Result:
    """Count one vote. One element a unit: its area, its owner (those of a unit owned together under
    one name, see `together`), the owner's vote (yes, no, abstain, or "" for who did not take part),
    and whether somebody else cast it.

    `item` is the number in the law's list (of Article 278 (1): 1 to 9). Raises ValueError for another
    number, arrays of different lengths, an area that is not above nought, an unknown vote; SplitVote.
    """
    if item not in law.items:
        raise ValueError(
            say(
                "there is no item {n}: {least} to {most}",
                n=item,
                least=min(law.items),
                most=max(law.items),
            )
        )
    proxies = [False] * len(areas) if proxies is None else proxies
    if not len(areas) == len(owners) == len(votes) == len(proxies):
        raise ValueError(say("areas, owners and votes differ in number"))
    ballots: dict[str, tuple[str, bool]] = {}
    sums = dict.fromkeys((YES, NO, ABSTAIN, ABSENT), Fraction(0))
    through = Fraction(0)
    for n, (area, owner, vote, proxy) in enumerate(zip(areas, owners, votes, proxies, strict=True)):
        if area <= 0:
            raise ValueError(say("unit {n} has no area", n=n + 1))
        if vote not in sums:
            raise ValueError(say("“{text}” is no vote", text=vote))
        if ballots.setdefault(owner, (vote, proxy)) != (vote, proxy):
            raise SplitVote(owner, n)
        sums[vote] += area
        through += area if proxy and vote != ABSENT else 0
    people = {way: sum(vote == way for vote, _proxy in ballots.values()) for way in sums}
    each = {way: Tally(sums[way], people[way]) for way in sums}
    whole = Tally(sum(sums.values(), Fraction(0)), len(ballots))
    took_part = Tally(whole.area - sums[ABSENT], whole.owners - people[ABSENT])
    by_proxy = Tally(through, sum(proxy and vote != ABSENT for vote, proxy in ballots.values()))
    return Result(
        whole, took_part, each[YES], each[NO], each[ABSTAIN], by_proxy, law, law.needed(item)
    )


def _both(threshold: Threshold, part: Tally, whole: Tally) -> tuple[Comparison, Comparison]:
    return (
        Comparison("area", part.area, whole.area, threshold),
        Comparison("owners", Fraction(part.owners), Fraction(whole.owners), threshold),
    )
