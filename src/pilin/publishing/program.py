"""What runs here, in the record: the release, its procedures, and its Chinese, by their hashes.

Whoever runs the service can change the program as well as the record. Then either the next start enters
that another program runs from here on, for all to see, or `verify` says that it is not the one entered.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import translation

import pilin
from pilin.engine.act import act
from pilin.engine.procedure import Procedure, Step
from pilin.engine.programme import registry
from pilin.ledger import log
from pilin.people.actor import HOUSE

ROOT = Path(pilin.__file__).parent
STEP = "release"


def entered() -> dict[str, Any] | None:
    """The newest entry that says what runs; None where none does."""
    with connection.cursor() as cursor:
        row = cursor.execute(
            "SELECT number FROM ledger_entry WHERE log = %s AND body LIKE %s"
            " ORDER BY number DESC LIMIT 1",
            [log.MAIN, f'%"kind":"manage"%"step":"{STEP}"%'],
        ).fetchone()
    found = log.get(log.MAIN, row[0]) if row else None
    return found.body if found else None


def enter() -> int | None:
    """Enter what runs, where the newest entry says something else; gives the entry's number."""
    said, here = entered(), now()
    if said is not None and said["data"] == here:
        return None
    return act(HOUSE, "manage", STEP, here).number


def differing() -> tuple[int, list[str]] | None:
    """The entry that says what runs, and which of its words are not what runs here; None where all are."""
    said, here = entered(), now()
    if said is None:
        return None
    names = [name for name in here if said["data"].get(name) != here[name]]
    return (said["number"], names) if names else None


@functools.cache
def now() -> dict[str, str]:
    """What runs here: the release, and SHA-256 in hex of its files, its procedures and its catalogue."""
    return {
        "release": importlib.metadata.version("pilin"),
        "program": _hash(_files(p for p in ROOT.rglob("*") if p.suffix in _SHOWN)),
        "procedures": _hash([json.dumps(list(_procedures()), ensure_ascii=False)]),
        "catalogue": _hash(_files(ROOT.rglob("*.po"))),
    }


@functools.cache
def code() -> str:
    """SHA-256 in hex of what reads entries and writes tables: all that is code, and no page or sentence."""
    return _hash(_files(p for p in ROOT.rglob("*") if p.suffix in (".py", ".sql")))


#: What the program is made of; what is made from these, or beside them when it is tried, is left out.
_SHOWN = {".py", ".html", ".txt", ".css", ".js", ".svg", ".typ", ".sql"}


def _files(paths: Iterable[Path]) -> Iterator[str]:
    """Each with its hash, in the order of their names."""
    for path in sorted(paths):
        name = path.relative_to(ROOT)
        if path.is_file() and "tests" not in name.parts:
            yield f"{name.as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def _hash(texts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode())
    return digest.hexdigest()


def _procedures() -> Iterator[list[Any]]:
    """How each kind of matter moves, as far as it can be said: in English, whatever people read."""
    with translation.override("en"):
        for kind in registry.kinds():
            procedure = registry.latest(kind)
            if procedure is not None:
                yield [kind, procedure.version, _states(procedure), *map(_step, procedure.steps)]
        yield ["", 0, [], *map(_step, registry.built_in.values())]


def _states(procedure: Procedure) -> list[tuple[str, str, bool]]:
    return [(name, state.stage, state.closed) for name, state in procedure.states.items()]


def _step(step: Step) -> list[Any]:
    """Everything of a step that can be written down: who, from where to where, what it asks and says."""
    ends = [
        (to, str(holder.title) if holder else "", str(due.title) if due else "", closes)
        for to, holder, due, closes in step.ends()
    ]
    return [
        step.name,
        sorted(step.source) if step.source is not None else None,
        sorted(step.by.kinds),
        str(step.by.title),
        ends,
        list(step.asks.base_fields) if step.asks else [],
        list(step.payload_type.names()),
        step.evidence,
        [str(audience.title) for audience in step.told],
    ]
