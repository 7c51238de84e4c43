"""Do pages stay as quick when there are a thousand times as many matters?"""

from __future__ import annotations

from bench.installations import Installations, serving
from bench.load import Seen, p95, visit
from bench.table import Table

PAGES = {
    "Border board": "/",
    "List of matters": "/matters/",
    "List, overdue": "/matters/?show=late",
    "List of one side": "/matters/?side=a",
    "Search": "/search/?q=%E8%B7%AF%E7%81%AF",
}
#: Whoever has a session is never given a kept page: each visit makes it anew.
STRANGER = Seen("", "sessionid=none")


def run(installations: Installations) -> Table:
    """p95 in milliseconds at each size; the limit is twice that at the smallest size."""
    sizes = installations.sizes()
    found: dict[str, list[float]] = {}
    for size in sizes:
        with serving(installations.filled(size)) as port:
            for name, path in PAGES.items():
                found.setdefault(name, []).append(p95(port, path, seen=STRANGER))
                again = p95(port, path, seen=visit(port, path))
                found.setdefault(f"{name}, again (304)", []).append(again)
    columns = (*(f"{n:,} matters, p95 ms" for n in sizes), "largest ÷ smallest", "limit")
    table = Table(("Page", *columns))
    for name, times in found.items():
        table.add(name, *(t * 1000 for t in times), times[-1] / times[0], "2")
    return table
