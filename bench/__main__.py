"""Runs the benchmarks asked for and prints their tables."""

from __future__ import annotations

import argparse
import importlib
import os
import re
import tempfile
from pathlib import Path

import bench
from bench.installations import Installations
from bench.table import Table, Tables

NAMES = (
    "pages",
    "rate",
    "signed_in",
    "steps",
    "posting",
    "crowd",
    "verifying",
    "whole",
    "rebuilding",
    "importing",
    "letters",
    "neighbours",
    "ballots",
    "lots",
    "opinion",
    "shares",
    "policies",
    "chain",
)
PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=bench.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--largest", type=int, default=1_000_000)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    unknown = set(asked.names) - set(NAMES)
    if unknown:
        parser.error(f"there is no benchmark called {', '.join(sorted(unknown))}")
    os.environ["PILIN_LANG"] = "en"
    with tempfile.TemporaryDirectory(prefix="pilin-bench-") as folder:
        installations = Installations((asked.keep or Path(folder)).resolve(), asked.largest)
        for name in asked.names or NAMES:
            table = importlib.import_module(f"bench.{name}").run(installations)
            print(table.markdown(), flush=True)
            if asked.write:
                write(name, table)


def write(name: str, table: Table | Tables) -> None:
    """Put a table between its marks in docs/benchmarks.md."""
    start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    text = PAGE.read_text()
    new = f"{start}\n{table.markdown()}\n{end}"
    PAGE.write_text(re.sub(f"{start}.*?{end}", lambda _: new, text, flags=re.DOTALL))


if __name__ == "__main__":
    main()
