"""The owners' vote, counted as Article 278 of the Civil Code of China does.

Owners of two thirds of the floor area, and two thirds of the owners by number, must take part. An
ordinary matter passes with more than half of the area that took part and of the owners who took part;
items (6) to (8) with three quarters of both. "以上" includes the number itself (Article 1259); "过半数"
does not.

How owners are counted: the Supreme People's Court's interpretation on condominium ownership (法释〔2009〕7号,
revised 2020), Article 9: by number of units, each as one; whoever owns several units is one. A unit
owned together is one owner with one vote.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

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


TAKES_PART = Threshold(Fraction(2, 3), False, "Civil Code, Art. 278 (2), first sentence")
ORDINARY = Threshold(Fraction(1, 2), True, "Civil Code, Art. 278 (2), third sentence")
WEIGHTY = Threshold(Fraction(3, 4), False, "Civil Code, Art. 278 (2), second sentence")
#: Items of Article 278 (1) that need three quarters: raising the maintenance fund, altering or
#: rebuilding, changing the use of common parts or running a business on them.
WEIGHTY_ITEMS = (6, 7, 8)


@dataclass(frozen=True)
class Tally:
    """Area (in the unit of the register) and owners, of one side of the count."""

    area: Fraction
    owners: int


@dataclass(frozen=True)
class Result:
    """The count with its arithmetic. `valid`: enough took part; `passed`: and enough agreed."""

    whole: Tally
    took_part: Tally
    agreed: Tally
    against: Tally
    abstained: Tally
    needed: Threshold
    valid: bool
    passed: bool

    def as_json(self) -> dict[str, Any]:
        def say(tally: Tally) -> dict[str, Any]:
            return {"area": float(tally.area), "owners": tally.owners}

        parts = ("whole", "took_part", "agreed", "against", "abstained")
        return {
            **{name: say(getattr(self, name)) for name in parts},
            "takes_part": {"share": str(TAKES_PART.share), "article": TAKES_PART.article},
            "needed": {
                "share": str(self.needed.share),
                "more_than": self.needed.strict,
                "article": self.needed.article,
            },
            "valid": self.valid,
            "passed": self.passed,
        }


class SplitVote(ValueError):
    """An owner of several units voted two ways: `owner`, and the index of the unit that differs."""

    def __init__(self, owner: str, unit: int) -> None:
        super().__init__(f"“{owner}” votes two ways")
        self.owner, self.unit = owner, unit


def count(
    areas: Sequence[Fraction], owners: Sequence[str], votes: Sequence[str], item: int
) -> Result:
    """Count one vote. One element a unit: its area, its owner (those of a unit owned together under
    one name), and the owner's vote: yes, no, abstain, or "" for who did not take part.

    `item` is the number in Article 278 (1), 1 to 9. Raises ValueError for another number, arrays of
    different lengths, an area that is not above nought, an unknown vote; SplitVote.
    """
    if item not in range(1, 10):
        raise ValueError(f"Article 278 (1) has items 1 to 9, not {item}")
    if not len(areas) == len(owners) == len(votes):
        raise ValueError("areas, owners and votes differ in number")
    ballots: dict[str, str] = {}
    sums = dict.fromkeys((YES, NO, ABSTAIN, ABSENT), Fraction(0))
    for n, (area, owner, vote) in enumerate(zip(areas, owners, votes, strict=True)):
        if area <= 0:
            raise ValueError(f"unit {n + 1} has no area")
        if vote not in sums:
            raise ValueError(f"“{vote}” is no vote")
        if ballots.setdefault(owner, vote) != vote:
            raise SplitVote(owner, n)
        sums[vote] += area
    people = {way: sum(v == way for v in ballots.values()) for way in sums}
    each = {way: Tally(sums[way], people[way]) for way in sums}
    whole = Tally(sum(sums.values(), Fraction(0)), len(ballots))
    took_part = Tally(whole.area - sums[ABSENT], whole.owners - people[ABSENT])
    needed = WEIGHTY if item in WEIGHTY_ITEMS else ORDINARY
    valid = _both(TAKES_PART, took_part, whole)
    passed = valid and _both(needed, each[YES], took_part)
    return Result(whole, took_part, each[YES], each[NO], each[ABSTAIN], needed, valid, passed)


def _both(threshold: Threshold, part: Tally, whole: Tally) -> bool:
    by_number = threshold.reached(Fraction(part.owners), Fraction(whole.owners))
    return by_number and threshold.reached(part.area, whole.area)
