"""How much of what the server can do at most do our pages reach?"""

from __future__ import annotations

from bench.installations import Installations, bare, serving
from bench.load import Seen, rate, visit
from bench.table import Table


def run(installations: Installations) -> Table:
    """Answers a second of the list of 50 matters, in full and as 304, beside a bare Django view."""
    folder = installations.filled(installations.sizes()[0])
    table = Table(("Page", "answers/s", "bare view, answers/s", "ratio", "limit"))
    with bare(folder) as bare_port, serving(folder) as port:
        path = "/matters/"
        seen = visit(port, path)
        stranger = Seen("", "sessionid=none")  # whoever has a session is not given a kept page
        measured = {
            "List of 50 matters": (lambda: rate(port, path), "≥ 0.1"),
            "The same, made anew at each visit": (lambda: rate(port, path, stranger), ""),
            "The same again (304)": (lambda: rate(port, path, seen), "≥ 0.5"),
            "Border board": (lambda: rate(port, "/"), ""),
        }
        for name, (measure, limit) in measured.items():
            before = rate(bare_port, "/", seconds=3)
            ours = measure()
            most = (before + rate(bare_port, "/", seconds=3)) / 2
            table.add(name, ours, most, ours / most, limit)
    return table
