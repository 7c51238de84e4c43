"""Readers of what strangers send, tried with inputs that coverage leads: `make fuzz`.

    python -m tools.fuzz [--runs N] [TARGET …]

Each target of `tests/fuzz/targets.py` gets N inputs (a million where nothing is said, fewer where one
takes long) in a process of its own. What one fails on is printed, for `FOUND` in
`tests/fuzz/test_targets.py`, and the exit code is 1. atheris (Apache-2.0) is in the group `fuzz`.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pilin.run import environment

ROOT = Path(__file__).parents[1]
#: Inputs of those that take long, as a part of the others'.
SLOW = {"workbook": 20, "workbook_part": 20, "record": 5, "receipt": 2, "checkpoint": 2}
LONGEST, SECONDS, MEMORY = 4096, 20, 2048


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--runs", type=int, default=1_000_000)
    asked.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    asked.add_argument("targets", nargs="*")
    said = asked.parse_args()
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilin.settings")
    os.environ.setdefault("PILIN_DATA", tempfile.mkdtemp(prefix="pilin-fuzz-"))
    if said.one:
        return one(said.targets[0], said.runs)
    environment.declared()
    from tests.fuzz.targets import TARGETS

    failed = [name for name in said.targets or TARGETS if not tried(name, said.runs)]
    return 1 if failed else 0


def tried(name: str, runs: int) -> bool:
    """Whether a target failed on none of its inputs; says how many there were, and what it failed on."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "tools.fuzz", "--one", "--runs", str(runs), name],
            cwd=ROOT,
            env={**os.environ, "PILIN_FUZZ": folder},
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        inputs = last(r"stat::number_of_executed_units:\s*(\d+)", done.stderr)
        edges = last(r"cov: (\d+)", done.stderr)
        took = time.monotonic() - begun
        print(f"{name}: {inputs} inputs, {edges} edges reached, {took:.0f} s", flush=True)
        if done.returncode == 0:
            return True
        told = re.search(r"=== Uncaught Python exception.*?(?=\n==|\Z)", done.stdout, re.DOTALL)
        print(told.group() if told else done.stderr[-3000:])
        for crash in Path(folder).glob("*-*"):
            print(f"{crash.name}: {crash.read_bytes()!r}")
    return False


def last(pattern: str, said: str) -> str:
    found = re.findall(pattern, said)
    return f"{int(found[-1]):,}" if found else "?"


def one(name: str, runs: int) -> int:
    import atheris

    with atheris.instrument_imports(include=["pilin"]):
        environment.declared()
        from tests.fuzz.targets import TARGETS
    target, folder = TARGETS[name], Path(os.environ["PILIN_FUZZ"])
    seeds = folder / "seeds"
    seeds.mkdir()
    for n, seed in enumerate(target.seeds):
        (seeds / str(n)).write_bytes(seed)
    longest = max(LONGEST, *(2 * len(seed) for seed in target.seeds))
    options = {
        "runs": runs // SLOW.get(name, 1),
        "max_len": longest,
        "timeout": SECONDS,
        "rss_limit_mb": MEMORY,
        "artifact_prefix": f"{folder}/",
        "print_final_stats": 1,
        "seed": 1,
    }
    atheris.Setup(
        ["fuzz", *(f"-{key}={value}" for key, value in options.items()), str(seeds)], target.run
    )
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
