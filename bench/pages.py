"""Do pages stay as quick when there are a thousand times as many matters?"""

from __future__ import annotations

from bench.installations import Installations, measured, serving
from bench.load import Seen, p95, visit
from bench.table import Table

PAGES = {
    "Border board": "/",
    "List of matters": "/matters/",
    "List, overdue": "/matters/?show=late",
    "List of one side": "/matters/?side=a",
    "Figures": "/figures/",
    "Map": "/map/",
    "Search": "/search/?q=%E8%B7%AF%E7%81%AF",
}
#: p95 of a page made for one person, in milliseconds, at 100,000 matters.
SIGNED_IN = 60
#: Whoever has a session is never given a kept page: each visit makes it anew.
STRANGER = Seen("", "sessionid=none")


def run(installations: Installations) -> Table:
    """p95 in milliseconds at each size; the limit is twice that at the smallest size.

    Signed in, the limit is a time: what a person who works here waits for a page.
    """
    sizes = installations.sizes()
    found: dict[str, list[float]] = {}
    for size in sizes:
        folder = installations.filled(size)
        lines = [line.split("\t") for line in measured("signed_in", folder).splitlines()]
        with serving(folder) as port:
            for name, path in PAGES.items():
                found.setdefault(name, []).append(p95(port, path, seen=STRANGER))
                again = p95(port, path, seen=visit(port, path))
                found.setdefault(f"{name}, again (304)", []).append(again)
            for name, path, cookie, *_ in lines:
                waited = p95(port, path, seen=Seen("", cookie))
                found.setdefault(f"{name}, signed in", []).append(waited)
    columns = (*(f"{n:,} matters, p95 ms" for n in sizes), "largest ÷ smallest", "limit")
    table = Table(("Page", *columns))
    for name, times in found.items():
        limit = f"{SIGNED_IN} ms" if name.endswith("signed in") else "2"
        table.add(name, *(t * 1000 for t in times), times[-1] / times[0], limit)
    return table
