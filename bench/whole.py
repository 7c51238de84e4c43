"""What does it cost to check a record whole, meaning and all, beside rebuilding its tables?"""

from __future__ import annotations

import os
import resource
import time

from bench.installations import Installations, measured
from bench.table import Table

#: A matter has some three entries.
MATTERS, SMALL = 345_000, 35_000


def run(installations: Installations) -> Table:
    """`pilin verify` and `pilin rebuild` of a million entries, each in a process of its own, and of a tenth
    of it: how much memory the checking process took at most."""
    heads = ("Entries", "rebuild, s", "verify, s", "ratio", "aim", "verify's memory at most, MB")
    table = Table(heads)
    for matters in (SMALL, MATTERS):
        folder = installations.filled(min(matters, installations.largest))
        os.environ["PILIN_BENCH_WHOLE"] = "rebuild"
        size, rebuilt, _memory = map(float, measured("whole", folder).split()[-3:])
        os.environ["PILIN_BENCH_WHOLE"] = "verify"
        size, checked, memory = map(float, measured("whole", folder).split()[-3:])
        table.add(
            f"{size:,.0f}", rebuilt, checked, checked / rebuilt, "≤ 1.5", f"{memory / 1024:.0f}"
        )
    return table


def measure(what: str) -> None:
    from pilin.run import environment

    environment.setup()
    from pilin.engine.rebuild import rebuild
    from pilin.publishing import whole

    start = time.perf_counter()
    if what == "rebuild":
        size = rebuild()
    else:
        report, _ballots = whole.check()
        if not report.ok:
            raise SystemExit(f"the record does not hold: {report.problems[:3]}")
        size = report.size
    took = time.perf_counter() - start
    print(size, took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


if __name__ == "__main__":
    os.environ.setdefault("PILIN_LANG", "en")
    measure(os.environ["PILIN_BENCH_WHOLE"])
