"""Pools, quotas and published lotteries from files; a drawn panel as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pilin.wording.identity import identity
from pilin.wording.saying import say

from .drawing import commitment, draw, fingerprint, panels, substitutes
from .quotas import People, Pool, Quota, implied_size, pool
from .sortition import TICKETS, Lottery, lottery
from .tables import Malformed, number, rows, stands_above, text_of

MOST = 1_000_000


def read_quotas(path: Path) -> list[Quota]:
    """A file with columns feature, value, min, max; each value of a feature once."""
    found: dict[tuple[str, str], Quota] = {}
    for line, (feature, value, least, most) in rows(path, ("feature", "value", "min", "max")):
        for column, text in (feature, value):
            if not text.strip():
                raise Malformed(path, line, column, say("this cell is empty"))
        quota = (feature[1].strip(), value[1].strip())
        key = (identity(feature[1]), identity(value[1]))
        if key in found:
            raise Malformed(path, line, value[0], stands_above(str(found[key])))
        low = number(path, line, least, range(MOST + 1))
        high = number(path, line, most, range(MOST + 1))
        if high < low:
            raise Malformed(
                path,
                line,
                most[0],
                say("the maximum {most} is below the minimum {least}", most=high, least=low),
            )
        found[key] = Quota(*quota, low, high)
    if not found:
        raise Malformed(path, 2, 1, say("there are no quotas"))
    return list(found.values())


def read_people(path: Path, quotas: Sequence[Quota]) -> People:
    """A file with a column `id` and one for each feature with quotas; others are not looked at.

    An id comes once; every value has a quota.
    """
    features = sorted({q.feature for q in quotas})
    known = {(q.feature, identity(q.value)): q.value for q in quotas}
    seen: set[str] = set()
    found: dict[str, dict[str, str]] = {}
    for line, ((column, person), *cells) in rows(path, ("id", *features)):
        person = person.strip()
        if not person:
            raise Malformed(path, line, column, say("this cell is empty"))
        if identity(person) in seen:
            raise Malformed(path, line, column, stands_above(person))
        values = {}
        for feature, (at, text) in zip(features, cells, strict=True):
            value = known.get((feature, identity(text)))
            if value is None:
                why = say("{of} “{value}” has no quota", of=feature, value=text[:40])
                raise Malformed(path, line, at, why)
            values[feature] = value
        found[person] = values
        seen.add(identity(person))
    if not found:
        raise Malformed(path, 2, 1, say("there are no people"))
    return found


def size_of(quotas: Sequence[Quota], size: int | None) -> int:
    """The size asked for, or the only one the quotas leave. Raises ValueError if there are several."""
    implied = implied_size(quotas) if size is None else size
    if implied is None:
        raise ValueError(
            say("the quotas leave more than one size of the panel, or none: give --size")
        )
    return implied


def read_lottery(path: Path, found: Pool) -> Lottery:
    """The lottery of a result published before, checked panel by panel against this pool.

    Raises Malformed for a file that is none, ValueError for one that does not fit.
    """
    try:
        said = json.loads(text_of(path))["lottery"]
        return lottery_of(said, found, path.name)
    except (KeyError, TypeError, OverflowError, json.JSONDecodeError, NoLottery) as fault:
        raise Malformed(path, 1, 1, say("this is no lottery ({why})", why=fault)) from fault


class NoLottery(ValueError):
    """What was published has not the shape of a lottery."""


def lottery_of(said: Mapping[str, Any], found: Pool, name: str) -> Lottery:
    """A lottery as `lots` gives it, checked panel by panel against this pool; `name` is where it stands.

    Raises NoLottery, ValueError for one that does not fit.
    """
    try:
        types = [tuple(t) for t in said["types"]]
        table = [(int(t), [int(n) for n in panel]) for t, panel in said["panels"]]
        most = float(said["most"])
    except (ValueError, KeyError, TypeError, OverflowError) as fault:
        raise NoLottery(str(fault)) from fault
    if types != list(found.types):
        raise ValueError(say("{file}: the lottery was made for other people or quotas", file=name))
    for n, (tickets, panel) in enumerate(table):
        fits = len(panel) == len(types) and all(0 <= places <= found.size for places in panel)
        if tickets < 1 or not fits or not found.met_by(np.array(panel, dtype=np.int64)):
            raise ValueError(say("{file}: panel {n} does not meet the quotas", file=name, n=n + 1))
    if sum(tickets for tickets, _panel in table) != TICKETS:
        raise ValueError(say("{file}: these are not {n} tickets", file=name, n=TICKETS))
    sizes = np.array([tickets for tickets, _panel in table], dtype=np.int64)
    return Lottery(np.array([panel for _t, panel in table], dtype=np.int64), sizes, most)


def lots(
    people: People,
    quotas: Sequence[Quota],
    size: int,
    seed: str,
    fairness: str,
    published: Path | None = None,
    drawn: bool = True,
) -> dict[str, Any]:
    """What is published: the digests and the lottery before the draw; with the panel after it.

    A `published` lottery is checked and used as it is, without a solver. Raises ValueError, Unmet.
    """
    found = pool(people, quotas, size)
    made = read_lottery(published, found) if published else lottery(found, fairness)
    chances = made.probabilities(found)
    before = {
        "size": size,
        "fairness": fairness,
        "commitment": commitment(seed, people, quotas, size, fairness),
        "fingerprint": fingerprint(people, quotas, made),
        "minimum": float(min((c for c in chances if c), default=0)),
        "never": sorted(
            i for ids, c in zip(found.members, chances, strict=True) if not c for i in ids
        ),
        "probabilities": {
            i: float(c)
            for i, c in sorted(
                (i, c) for ids, c in zip(found.members, chances, strict=True) for i in ids
            )
        },
        "lottery": {
            "tickets": TICKETS,
            "features": list(found.features),
            "types": [list(t) for t in found.types],
            "panels": panels(made),
            "most": made.most,
        },
    }
    return {"seed": seed, **_drawn(found, made, seed), **before} if drawn else before


def drawn_from(
    people: People, quotas: Sequence[Quota], size: int, published: Mapping[str, Any], seed: str
) -> dict[str, Any]:
    """The panel and the substitutes a seed draws from a lottery that was published. Raises ValueError."""
    found = pool(people, quotas, size)
    return _drawn(found, lottery_of(published, found, say("the lottery")), seed)


def _drawn(found: Pool, made: Lottery, seed: str) -> dict[str, Any]:
    panel = draw(found, made, seed)
    return {"panel": panel, "substitutes": substitutes(found, panel, seed)}
