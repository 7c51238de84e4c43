"""How many taps, fields, pages and screens each job costs, counted on a phone; writes the table of docs/usability.md.

python -m tools.usability [http://127.0.0.1:8000]     (a fresh demo must be running)

The walks are those of `tests/browser/jobs.py`, which the tests take, too. What release 0.3.1 cost stands in the
table already and is kept: its pages are not there to be walked any more.
"""

import re
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.jobs import JOBS
from tests.browser.test_jobs import coming
from tools.browser import find

DOC = Path(__file__).parents[1] / "docs" / "usability.md"


def counted(base: str) -> dict[str, tuple[int, int, int, int]]:
    """Taps, fields typed into, pages and screens of each job, by its name."""
    found = {}
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=find(), args=["--no-sandbox", "--disable-background-networking"]
        )

        def visit(width: int, javascript: bool) -> Page:
            return browser.new_context(
                base_url=base,
                locale="zh-CN",
                viewport={"width": width, "height": 844},
                java_script_enabled=javascript,
            ).new_page()

        for job in JOBS:
            person = job(coming(visit), "81")
            found[job.__name__] = (person.taps, person.typed, person.pages, person.screens)
            for context in browser.contexts:
                context.close()
        browser.close()
    return found


def written(text: str, found: dict[str, tuple[int, int, int, int]]) -> str:
    """The page with its row of each job brought up to date: the last four cells are of today."""
    for name, numbers in found.items():
        row = re.compile(rf"^(\|.*<!-- {name} -->.*\|)(?:[^|\n]*\|){{4}}$", re.M)
        cells = "".join(f" {n} |" for n in numbers)
        text, n = row.subn(lambda m, cells=cells: m[1] + cells, text)
        if n != 1:
            sys.exit(f"{DOC} has no row for {name}")
    return text


if __name__ == "__main__":
    base = (sys.argv[1:] or ["http://127.0.0.1:8000"])[0]
    DOC.write_text(written(DOC.read_text(), counted(base)))
