"""Is a fair lottery found while a clerk waits, and is it the same as another program finds?"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import resource
import time
from collections.abc import Callable
from importlib.util import find_spec
from multiprocessing.connection import Connection

import numpy as np

from bench.installations import Installations
from bench.table import Table
from pilin.deciding.quotas import Quota, pool
from pilin.deciding.sortition import LEXIMIN, MAXIMIN, lottery

PEOPLE, PLACES, LIMIT = 1_000, 40, 60
#: Who is asked for longer than this is left.
PATIENCE = 900
#: Shares of each value among those the panel is to look like.
SHARES = {
    "gender": [0.5, 0.5],
    "age": [0.16, 0.2, 0.22, 0.24, 0.18],
    "schooling": [0.45, 0.35, 0.2],
    "town": [0.25, 0.2, 0.2, 0.15, 0.12, 0.08],
    "home": [0.6, 0.28, 0.12],
}
Asked = tuple[dict[str, dict[str, str]], list[Quota]]


def made_up(seed: int = 1) -> Asked:
    """A pool of volunteers who are not as the population is, and quotas that are within one place."""
    random = np.random.default_rng(seed)
    people: dict[str, dict[str, str]] = {f"{n:04d}": {} for n in range(PEOPLE)}
    quotas = []
    for feature, shares in SHARES.items():
        lean = np.array(shares) * random.lognormal(0, 0.6, len(shares))
        values = random.choice(len(shares), PEOPLE, p=lean / lean.sum())
        for person, value in zip(people.values(), values, strict=True):
            person[feature] = f"v{value}"
        for value, share in enumerate(shares):
            places = round(share * PLACES, 6)
            low, high = int(np.floor(places)), int(np.ceil(places))
            even = low == high
            quotas.append(Quota(feature, f"v{value}", low - even, high + even))
    return people, quotas


def ours(asked: Asked, fairness: str) -> float:
    people, quotas = asked
    found = pool(people, quotas, PLACES)
    return float(min(lottery(found, fairness).probabilities(found)))


def peer(asked: Asked, backend: str) -> float:
    """sortition-algorithms with the same pool and quotas."""
    from sortition_algorithms.committee_generation import find_distribution_maximin
    from sortition_algorithms.features import read_in_features
    from sortition_algorithms.people import read_in_people
    from sortition_algorithms.settings import Settings

    people, quotas = asked
    rows = [
        {"feature": q.feature, "value": q.value, "min": str(q.least), "max": str(q.most)}
        for q in quotas
    ]
    features, *_names = read_in_features(list(rows[0]), rows, PLACES)
    pool_rows = [{"id": i, **values} for i, values in people.items()]
    settings = Settings(id_column="id", columns_to_keep=[])
    read, _report = read_in_people(list(pool_rows[0]), pool_rows, features, settings)
    panels, chances, _report = find_distribution_maximin(features, read, PLACES, [], backend)
    total = dict.fromkeys(people, 0.0)
    for panel, chance in zip(panels, chances, strict=True):
        for person in panel:
            total[person] += chance
    return min(total.values())


def timed(
    asked: Asked, count: Callable[[Asked, str], float], how: str
) -> tuple[float, float, float] | None:
    """Least probability, seconds, processor seconds of a process of its own; None: too long."""
    here, there = multiprocessing.get_context("spawn").Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(
        target=_measure, args=(there, asked, count, how)
    )
    process.start()
    there.close()
    try:
        return here.recv() if here.poll(PATIENCE) else None
    finally:
        process.kill()
        process.join()


def _measure(
    pipe: Connection, asked: Asked, count: Callable[[Asked, str], float], how: str
) -> None:
    with open(os.devnull, "w") as nothing, contextlib.redirect_stdout(nothing):
        start = time.perf_counter()
        least = count(asked, how)
        used = resource.getrusage(resource.RUSAGE_SELF)
        pipe.send((least, time.perf_counter() - start, used.ru_utime + used.ru_stime))


def run(_installations: Installations) -> Table:
    """40 of 1,000 people with five features: seconds, and the least likely person's probability."""
    asked = made_up()
    table = Table(("Lottery", "s", "processor s", "least probability", "÷ ours", "limit, s"))
    measured = {
        "Pilin, maximin": (ours, MAXIMIN, LIMIT),
        "Pilin, leximin": (ours, LEXIMIN, ""),
        "sortition-algorithms, maximin": (peer, "highspy", ""),
    }
    first = None
    for name, (count, how, limit) in measured.items():
        if count is peer and find_spec("sortition_algorithms") is None:
            table.add(name, "not installed", "", "", "", limit)
            continue
        found = timed(asked, count, how)
        if found is None:
            table.add(name, f"> {PATIENCE}", "", "", "", limit)
            continue
        least, seconds, processor = found
        first = first or processor
        table.add(name, seconds, processor, f"{least:.6f}", processor / first, limit)
    return table
