"""An owners' vote from a file."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from .owners import ABSENT, ABSTAIN, NO, YES, Result, SplitVote, count, owner_of
from .tables import Malformed, rows

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
    units: set[str] = set()
    wanted = ("unit", "area", "owner", "vote")
    for line, (unit, area, owner, vote, proxy) in rows(path, wanted, ("proxy",)):
        for column, text in (unit, owner):
            if not text.strip(" ;；、"):
                raise Malformed(path, line, column, "this cell is empty")
        if unit[1] in units:
            raise Malformed(path, line, unit[0], f"unit “{unit[1]}” stands above already")
        units.add(unit[1])
        try:
            size = Fraction(area[1].strip())
        except (ValueError, ZeroDivisionError):
            size = Fraction(0)
        if size <= 0:
            raise Malformed(path, line, area[0], f"“{area[1][:40]}” is no area above nought")
        if vote[1].strip() not in WAYS:
            raise Malformed(path, line, vote[0], f"“{vote[1][:40]}” is no vote")
        if proxy[1].strip() not in PROXIES:
            raise Malformed(path, line, proxy[0], f"“{proxy[1][:40]}” is neither yes nor no")
        areas.append(size)
        owners.append(owner_of(owner[1]))
        proxies.append(PROXIES[proxy[1].strip()])
        votes.append(WAYS[vote[1].strip()])
        lines.append((line, vote[0]))
    if not areas:
        raise Malformed(path, 2, 1, "there are no units")
    try:
        return count(areas, owners, votes, item, proxies)
    except SplitVote as fault:
        raise Malformed(path, *lines[fault.unit], str(fault)) from fault
