"""Are budgets counted as the reference counts them, and how much faster?

PILIN_BENCH_DATA is a folder whose `pabulib/` has elections (.pb or .pb.gz), which are no part of Pilin; the
reference, pabutools, is in the dependency group `peers`.
"""

from __future__ import annotations

import gzip
import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

from bench.installations import Installations
from bench.table import Table
from pilin.deciding.budget import Election
from pilin.deciding.equal_shares import COMPLETIONS, equal_shares
from pilin.deciding.greedy import greedy
from pilin.deciding.pabulib import read_election

T = TypeVar("T")
NAMES = {
    "cost": "Cost_Sat",
    "cardinality": "Cardinality_Sat",
    "points": "Additive_Cardinal_Sat",
}
GREEDY = "greedy rule"
COLUMNS = ("Election", "What", "Pilin, s", "pabutools, s", "ratio", "aim", "winners")


def run(installations: Installations) -> Table:
    """Seconds of processor time, in the same run: ours, and reading for both, the median of as many times
    as take half a second; a rule of the reference once, for it may change what it is given. Rules
    begin with what each has read; ballots that are alike have been put together by us while reading,
    by the reference where it says so."""
    folder = Path(os.environ.get("PILIN_BENCH_DATA", "/nowhere")) / "pabulib"
    found = sorted([*folder.glob("*.pb"), *folder.glob("*.pb.gz")])
    if not found:
        raise SystemExit(
            "“shares” needs PILIN_BENCH_DATA: a folder with pabulib/, elections as .pb or .pb.gz"
        )
    table = Table(COLUMNS)
    for path in found:
        one_election(path, table)
    return table


def one_election(path: Path, table: Table) -> None:
    reading, election = timed(lambda: read_election(path))
    name = f"{path.name.split('.')[0].replace('_', ' ')}, {election.voters:,} voters"
    measured = {}
    for satisfaction in [s for s in NAMES if s != "points" or (election.points != 1).any()]:
        for rule in (*COMPLETIONS, GREEDY):
            work = ours(election, satisfaction, rule)
            measured[satisfaction, rule] = timed(work)
    parsing, (instance, profile) = timed(lambda: parsed(path))

    def row(what: str, mine: float, theirs: float, aim: str = "≥ 50", same: str = "") -> None:
        table.add(name, what, mine, theirs, theirs / mine, aim, same)

    row("reading", reading, parsing, "")
    for (satisfaction, rule), (mine, winners) in measured.items():
        seconds, found = timed(theirs(instance, profile, satisfaction, rule), 0)
        what = rule if rule == GREEDY else f"equal shares, {rule}"
        row(f"{what}, by {satisfaction}", mine, seconds, same=alike(winners, found))
        if (satisfaction, rule) == ("cost", "none"):
            both = reading + mine, parsing + seconds
            row("reading, and equal shares by cost", *both, "", alike(winners, found))
    mine, winners = measured["cost", "none"]
    if hasattr(profile, "as_multiprofile"):
        grouped = profile.as_multiprofile()
        seconds, found = timed(theirs(instance, grouped, "cost", "none"), 0)
        what = "equal shares, none, by cost; like ballots together in pabutools too"
        row(what, mine, seconds, same=alike(winners, found))


def ours(election: Election, satisfaction: str, rule: str) -> Callable[[], list[str]]:
    if rule == GREEDY:
        return lambda: greedy(election, satisfaction)
    return lambda: equal_shares(election, satisfaction, rule).winners


def theirs(instance: Any, profile: Any, satisfaction: str, rule: str) -> Callable[[], list[str]]:
    from pabutools import rules
    from pabutools.election import satisfaction as kinds

    kind: dict[str, Any] = {"sat_class": getattr(kinds, NAMES[satisfaction])}
    shares, by_worth = rules.method_of_equal_shares, rules.greedy_utilitarian_welfare

    def count() -> list[str]:
        if rule == GREEDY:
            found = by_worth(instance, profile, **kind)
        elif rule == "greedy":
            both = [shares, by_worth]
            found = rules.completion_by_rule_combination(instance, profile, both, [kind, kind])
        else:
            growth = 1 if rule == "add1" else None
            found = shares(instance, profile, voter_budget_increment=growth, **kind)
        return [project.name for project in found]

    return count


def parsed(path: Path) -> Any:
    from pabutools.election import parse_pabulib
    from pabutools.election.pabulib import parse_pabulib_from_string

    if path.suffix != ".gz":
        return parse_pabulib(str(path))
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as text:
        return parse_pabulib_from_string(text.read())


def alike(ours: list[str], theirs: list[str]) -> str:
    """The same winners, and whether in the same order."""
    if ours == theirs:
        return "same, in order"
    return "same" if sorted(ours) == sorted(theirs) else "OTHERS"


def timed(work: Callable[[], T], least: float = 0.5) -> tuple[float, T]:
    """Done again until that many seconds are spent."""
    seconds: list[float] = []
    while not seconds or sum(seconds) < least:
        start = time.process_time()
        found = work()
        seconds.append(time.process_time() - start)
    return median(seconds), found
