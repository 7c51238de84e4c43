"""An owners' vote from a file."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from pilin.wording.identity import difference, identity
from pilin.wording.saying import say

from .owners import ABSENT, ABSTAIN, NO, YES, Result, SplitVote, count, owners_in, together
from .tables import Malformed, rows, stands_above

WAYS = {
    "yes": YES,
    "同意": YES,
    "no": NO,
    "反对": NO,
    "abstain": ABSTAIN,
    "弃权": ABSTAIN,
    "": ABSENT,
}
PROXIES = {"": False, "no": False, "否": False, "yes": True, "是": True}


def read_owners(path: Path, item: int) -> Result:
    """The owners' vote of a file with columns unit, area, owner, vote (yes, no, abstain or empty),
    and if you like proxy (yes where somebody else cast it with a written authorisation).

    A unit comes once; units of one owner bear the same name and the same vote. Those who own a unit
    together stand in its cell apart by semicolons, in any order. Other columns are not read.
    """
    areas, owners, votes, proxies, lines = [], [], [], [], []
    units: dict[str, str] = {}
    seen: set[str] = set()
    names: dict[str, str] = {}
    wanted = ("unit", "area", "owner", "vote")
    for line, (unit, area, owner, vote, proxy) in rows(path, wanted, ("proxy",)):
        for column, text in (unit, owner):
            if not text.strip(" ;；、"):
                raise Malformed(path, line, column, say("this cell is empty"))
        before = units.setdefault(identity(unit[1]), unit[1])
        if before != unit[1]:
            why = say(
                "“{unit}” and “{before}” above are one unit: they differ by {apart}",
                unit=unit[1],
                before=before,
                apart=difference(before, unit[1]),
            )
            raise Malformed(path, line, unit[0], why)
        if identity(unit[1]) in seen:
            raise Malformed(path, line, unit[0], stands_above(unit[1]))
        seen.add(identity(unit[1]))
        try:
            size = Fraction(area[1].strip())
        except (ValueError, ZeroDivisionError):
            size = Fraction(0)
        if size <= 0:
            raise Malformed(
                path, line, area[0], say("“{text}” is no area above nought", text=area[1][:40])
            )
        said = identity(vote[1])
        if said not in WAYS:
            raise Malformed(path, line, vote[0], say("“{text}” is no vote", text=vote[1][:40]))
        if identity(proxy[1]) not in PROXIES:
            raise Malformed(
                path, line, proxy[0], say("“{text}” is neither yes nor no", text=proxy[1][:40])
            )
        areas.append(size)
        # Spellings that look alike are one owner; told by the first.
        alike = (names.setdefault(identity(name), name.strip()) for name in owners_in(owner[1]))
        owners.append(together(alike))
        proxies.append(PROXIES[identity(proxy[1])])
        votes.append(WAYS[said])
        lines.append((line, vote[0]))
    if not areas:
        raise Malformed(path, 2, 1, say("there are no units"))
    try:
        return count(areas, owners, votes, item, proxies)
    except SplitVote as fault:
        raise Malformed(path, *lines[fault.unit], str(fault)) from fault
