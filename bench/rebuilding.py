"""How fast are the read tables made again from the ledger, beside only reading it?"""

from __future__ import annotations

import os
import time

from bench.installations import Installations, measured
from bench.table import Table

MATTERS = 100_000


def run(installations: Installations) -> Table:
    """`pilin rebuild` of 100,000 made-up matters, against reading their entries as JSON."""
    folder = installations.filled(min(MATTERS, installations.largest))
    size, bare, ours = map(float, measured("rebuilding", folder).split()[-3:])
    table = Table(("Entries", "only read, s", "rebuild, s", "entries a second", "aim"))
    table.add(f"{size:,.0f}", bare, ours, f"{size / ours:,.0f}", "10,000")
    return table


def measure() -> None:
    from pilin.run import environment

    environment.setup()
    from pilin.engine.rebuild import rebuild
    from pilin.ledger import log

    start = time.perf_counter()
    size = sum(1 for _ in log.read("main"))
    bare = time.perf_counter() - start
    start = time.perf_counter()
    if rebuild() != size:
        raise SystemExit("not all entries were replayed")
    print(size, bare, time.perf_counter() - start)


if __name__ == "__main__":
    os.environ.setdefault("PILIN_LANG", "en")
    measure()
