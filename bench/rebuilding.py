"""How fast are the read tables made again from the ledger, beside only reading it?"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable
from typing import Any

from bench.installations import Installations, measured
from bench.table import Table

MATTERS = 100_000


def run(installations: Installations) -> Table:
    """`pilin rebuild` of 100,000 made-up matters, against reading their entries as JSON; and how long
    somebody waited at most who read the newest matters all the while."""
    folder = installations.filled(min(MATTERS, installations.largest))
    size, bare, ours, waited = map(float, measured("rebuilding", folder).split()[-4:])
    heads = ("Entries", "only read, s", "rebuild, s", "entries a second", "aim", "longest wait, s")
    table = Table(heads)
    table.add(f"{size:,.0f}", bare, ours, f"{size / ours:,.0f}", "10,000", f"{waited:.2f}")
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
    ours = time.perf_counter() - start
    print(size, bare, ours, longest_wait(rebuild))


def longest_wait(rebuild: Callable[[], int]) -> float:
    """Seconds that a reader in a process of its own waited at most during another rebuild."""
    spawn = multiprocessing.get_context("spawn")
    ended, result = spawn.Event(), spawn.Queue()
    reader = spawn.Process(target=_read, args=(ended, result))
    reader.start()
    result.get(timeout=60)  # it has read once
    rebuild()
    ended.set()
    longest: float = result.get(timeout=60)
    reader.join()
    return longest


def _read(ended: Any, result: Any) -> None:
    from pilin.run import environment

    environment.setup()
    from pilin.engine.models import Matter

    longest = 0.0
    while not ended.is_set():
        start = time.perf_counter()
        if len(Matter.objects.order_by("-last").values_list("title")[:30]) != 30:
            raise SystemExit("a reader found too little")
        if not longest:
            result.put(0.0)
        longest = max(longest, time.perf_counter() - start) if longest else 1e-9
        time.sleep(0.01)
    result.put(longest)


if __name__ == "__main__":
    os.environ.setdefault("PILIN_LANG", "en")
    measure()
