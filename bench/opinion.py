"""Do opinion groups come out as published, how fast beside red-dwarf, and for a million people?

PILIN_BENCH_DATA names a folder with `polis/`, one folder a conversation as Polis exports it
(comments.csv, votes.csv, participants-votes.csv, any of them gzipped). red-dwarf is in the
dependency group `peers`.
"""

from __future__ import annotations

import csv
import gzip
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench.installations import Installations
from bench.table import Table, Tables

PEOPLE, STATEMENTS, EACH, CAMPS = 1_000_000, 500, 50, 4
ROUNDS = 15
#: Parts of a conversation that are made by leaving out people and votes, and their seed.
PARTS, PARTS_SEED = 50, 11


def run(_installations: Installations) -> Tables:
    """Conversations beside red-dwarf, and a million made-up people; each table in its own process."""
    beside = Table(
        (
            "Conversation",
            "people in the map",
            "votes",
            "agreement with the published groups",
            "of red-dwarf",
            "s",
            "red-dwarf, s",
            "times as fast",
            "limit",
        )
    )
    for line in child("conversations"):
        name, people, votes, ours, theirs, mine, slow = line.split("\t")
        times = float(slow) / float(mine)
        beside.add(
            name,
            f"{int(people):,}",
            f"{int(votes):,}",
            f"{float(ours):.3f}",
            f"{float(theirs):.3f}",
            float(mine),
            float(slow),
            times,
            "≥ red-dwarf, ≥ 10 times",
        )
    parts = Table(
        (
            f"{PARTS} parts of",
            "agreement, mean",
            "of red-dwarf",
            "above it",
            "below it",
            "below by, mean",
            "limit",
        )
    )
    for line in child("parts"):
        name, *numbers = line.split("\t")
        ours, theirs, above, below, by = map(float, numbers)
        parts.add(
            name, f"{ours:.3f}", f"{theirs:.3f}", int(above), int(below), f"{by:.4f}", "≥ red-dwarf"
        )
    large = Table(("Made up", "votes", "what", "measured", "limit"))
    ((people, votes, seconds, peak, found, newest),) = (line.split("\t") for line in child("large"))
    head = (f"{int(people):,} people, {STATEMENTS} statements", f"{int(votes):,}")
    large.add(*head, "opinion_map, s", float(seconds), "30")
    large.add(*head, "most memory of the process, votes included, GB", float(peak), "6")
    large.add(*head, f"agreement with the {CAMPS} camps planted", f"{float(found):.3f}", "")
    large.add(*head, "only the newest votes kept (latest), before that, s", float(newest), "")
    return Tables((beside, parts, large))


def child(what: str) -> list[str]:
    threads = "2" if what == "large" else "1"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bench.opinion", what],
        env={**os.environ, "OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"the benchmark of opinion groups ({what}) did not end well")
    return done.stdout.splitlines()


def polis_folders() -> list[Path]:
    folder = os.environ.get("PILIN_BENCH_DATA")
    found = sorted(path for path in Path(folder, "polis").glob("*/")) if folder else []
    if not found:
        raise SystemExit(
            "PILIN_BENCH_DATA must name a folder with polis/, one folder a conversation"
            " (comments.csv, votes.csv, participants-votes.csv); the open data of Polis has them"
        )
    return found


def opened(path: Path) -> str:
    """A file's text, gzipped or not."""
    if path.exists():
        return path.read_text(encoding="utf-8-sig")
    with gzip.open(path.with_name(f"{path.name}.gz"), "rt", encoding="utf-8-sig") as text:
        return text.read()


def peer() -> Any:
    try:
        from reddwarf.implementations.polis import run_pipeline
    except ImportError:
        raise SystemExit("red-dwarf is missing: uv sync --group peers brings it") from None
    return run_pipeline


def conversations() -> Iterator[tuple[Any, ...]]:
    """Name, people, votes, agreement of ours and theirs, seconds of ours and theirs.

    Timed is the way from the newest votes in memory, each program's in the form it takes, to groups
    and what they stand for; the best of fifteen rounds by turns, in processor time on one thread (other
    work on the machine does not count). Agreement is the adjusted Rand index
    (Hubert and Arabie 1985) over whoever has a published group and is in both maps.
    """
    run_pipeline = peer()
    from pilin.deciding.opinion import opinion_map

    for folder in polis_folders():
        votes, ids, published = read(folder)
        told = as_told(votes, ids)
        found, theirs, mine, their_seconds = by_turns(
            lambda votes=votes: opinion_map(votes),
            lambda told=told, out=list(votes.out): run_pipeline(
                votes=told, mod_out_statement_ids=out
            ),
        )
        shared, *agreement = agreements(published, ids, found, theirs)
        yield folder.name, shared, len(votes.value), *agreement, mine, their_seconds


def parts() -> Iterator[tuple[Any, ...]]:
    """Name, mean agreement of ours and theirs, parts in which ours is above and below, and by how much.

    A part leaves out 20, 40 or 60 % of the people and none, 15 or 30 % of the votes, by lot from a
    fixed seed; published groups are those of the whole.
    """
    run_pipeline = peer()
    from pilin.deciding.opinion import Votes, opinion_map

    for folder in polis_folders():
        votes, ids, published = read(folder)
        random = np.random.default_rng(PARTS_SEED)
        found = []
        for _part in range(PARTS):
            people, cast = random.choice([0.4, 0.6, 0.8]), random.choice([0.7, 0.85, 1.0])
            stays = random.random(votes.people) < people
            kept = stays[votes.person] & (random.random(len(votes.value)) < cast)
            old, person = np.unique(votes.person[kept], return_inverse=True)
            part = Votes(
                person,
                votes.statement[kept],
                votes.value[kept],
                len(old),
                votes.statements,
                votes.out,
            )
            own = [ids[p] for p in old]
            theirs = run_pipeline(votes=as_told(part, own), mod_out_statement_ids=list(votes.out))
            found.append(agreements(published, own, opinion_map(part), theirs)[1:])
        ours, peers = np.array(found).T
        less = np.maximum(peers - ours - 1e-9, 0)
        above = int((ours > peers + 1e-9).sum())
        yield folder.name, ours.mean(), peers.mean(), above, int((less > 0).sum()), less.mean()


def read(folder: Path) -> tuple[Any, list[int], dict[int, str]]:
    """Votes, ids of people, and the published group of each id."""
    from pilin.deciding.opinion_files import read_votes

    with tempfile.TemporaryDirectory() as place:
        for name in ("votes.csv", "comments.csv"):
            Path(place, name).write_text(opened(folder / name), encoding="utf-8")
        votes, ids = read_votes(Path(place, "votes.csv"), Path(place, "comments.csv"))
    rows = csv.DictReader(opened(folder / "participants-votes.csv").splitlines())
    return votes, ids, {int(r["participant"]): r["group-id"] for r in rows if r["group-id"]}


def as_told(votes: Any, ids: list[int]) -> list[dict[str, int]]:
    """Votes in the form red-dwarf takes."""
    return [
        {"participant_id": ids[p], "statement_id": int(s), "vote": int(v), "modified": n}
        for n, (p, s, v) in enumerate(zip(votes.person, votes.statement, votes.value, strict=True))
    ]


def agreements(
    published: dict[int, str], ids: list[int], ours: Any, theirs: Any
) -> tuple[int, float, float]:
    """How many people are in all three, and the agreement of ours and theirs with the published."""
    from sklearn.metrics import adjusted_rand_score

    their_group = theirs.participants_df["cluster_id"].dropna().to_dict()
    our_group = {p: g for p, g in zip(ids, ours.group.tolist(), strict=True) if g >= 0}
    shared = sorted(published.keys() & their_group.keys() & our_group.keys())
    right = [published[p] for p in shared]
    ari = [adjusted_rand_score(right, [g[p] for p in shared]) for g in (our_group, their_group)]
    return len(shared), float(ari[0]), float(ari[1])


def by_turns(ours: Callable[[], Any], theirs: Callable[[], Any]) -> tuple[Any, Any, float, float]:
    """What both give, and the least seconds each took; the first round is not counted."""
    found = [ours(), theirs()]
    least = [np.inf, np.inf]
    for _round in range(ROUNDS):
        for n, compute in enumerate((ours, theirs)):
            start = time.process_time()
            compute()
            least[n] = min(least[n], time.process_time() - start)
    return found[0], found[1], least[0], least[1]


def made_up(seed: int = 7) -> tuple[Any, Any]:
    """Votes of people in four camps: two questions that cross, each told by half the statements."""
    from pilin.deciding.opinion import Votes

    random = np.random.default_rng(seed)
    camp = random.integers(0, CAMPS, PEOPLE)
    sides = np.column_stack([camp % 2, camp // 2])  # of each of the two questions
    told = random.integers(0, 2, STATEMENTS)  # which statement turns on which, and how clearly
    lean = random.uniform(-0.6, 0.6, STATEMENTS).astype(np.float32)
    parts: list[tuple[Any, Any, Any]] = []
    for start in range(0, PEOPLE, 50_000):
        block = slice(start, min(start + 50_000, PEOPLE))
        shape = (block.stop - start, STATEMENTS)
        person, statement = np.nonzero(random.random(shape, dtype=np.float32) < EACH / STATEMENTS)
        towards = 2 * sides[block][person, told[statement]] - 1
        agree = (1 + towards * lean[statement]) / 2 > random.random(len(person), dtype=np.float32)
        value = np.where(agree, 1, -1).astype(np.int8)
        value[random.random(len(person), dtype=np.float32) < 0.1] = 0
        parts.append(((person + start).astype(np.int32), statement.astype(np.int32), value))
    columns = []
    for n in range(3):
        columns.append(np.concatenate([part[n] for part in parts]))
    return Votes(columns[0], columns[1], columns[2], PEOPLE, STATEMENTS), camp


def large() -> Iterator[tuple[Any, ...]]:
    """People, votes, seconds, gigabytes at the most, agreement with what was planted, latest()."""
    from sklearn.metrics import adjusted_rand_score

    from pilin.deciding.opinion import latest, opinion_map

    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    votes, camp = made_up()
    start = time.perf_counter()
    found = opinion_map(votes)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    agreement = adjusted_rand_score(camp, found.group)
    start = time.perf_counter()
    kept = latest(votes.person, votes.statement, votes.value)
    newest = time.perf_counter() - start
    if len(kept[0]) != len(votes.person):
        raise SystemExit("nobody voted twice, and yet votes were dropped")
    yield PEOPLE, len(votes.person), seconds, peak, agreement, newest


if __name__ == "__main__":
    for row in {"conversations": conversations, "parts": parts, "large": large}[sys.argv[1]]():
        print(*row, sep="\t", flush=True)
