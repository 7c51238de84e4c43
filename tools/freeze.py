"""Keeps this release's record as files, for every later release to restore and rebuild.

python -m tools.freeze            makes both records, each in a data folder of its own
python -m tools.freeze demo       only that one

A record that is there is never written again.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

RECORDS = {
    "demo": ["demo", "--no-serve"],
    "simulated": ["simulate", "--matters", "300", "--people", "60", "--seed", "7"],
}
ROOT = Path(__file__).parents[1]


def target(name: str) -> Path:
    return ROOT / "tests" / "records" / version("pilin") / name


def make(name: str) -> None:
    """Fill an empty installation and keep its record. Runs in a process of its own."""
    from pilin.cli import main as pilin

    pilin(RECORDS[name], standalone_mode=False)

    from django.conf import settings

    from pilin.engine.rebuild import rebuild
    from pilin.intake.check import check
    from pilin.ledger.verify import check_database
    from tests import record_beside
    from tests.records import record

    def digests() -> dict[str, object]:
        return {table: record.digest(table, columns) for table, columns in record.tables().items()}

    report = check_database("main")
    check(report)
    before = digests()
    rebuild()
    if report.problems or digests() != before:
        sys.exit(f"{name}: a record that does not hold is not kept. {report.problems}")
    made = Path(settings.DATA) / "record"
    record.write(made, version("pilin"))
    record_beside.write(made)
    shutil.copytree(made, target(name))
    print(f"{target(name).relative_to(ROOT)} is kept.")


def run(name: str) -> None:
    """Make one record in a data folder and on a server that are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="pilin-freeze-", ignore_cleanup_errors=True) as data:
        theirs = ("PILIN_", "DATABASE_URL", "XDG_RUNTIME_DIR")
        plain = {k: v for k, v in os.environ.items() if not k.startswith(theirs)}
        env = {**plain, "PILIN_DATA": data, "PILIN_LANG": "zh"}
        script = f"from tools.freeze import make; make({name!r})"
        subprocess.run([sys.executable, "-c", script], env=env, cwd=ROOT, check=True)


def main(names: list[str]) -> int:
    names = names or list(RECORDS)
    if unknown := set(names) - set(RECORDS):
        sys.exit(f"There is no record {', '.join(sorted(unknown))}.")
    if there := [name for name in names if target(name).exists()]:
        sys.exit(f"Release {version('pilin')} has its record already: {', '.join(there)}.")
    for name in names:
        run(name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
