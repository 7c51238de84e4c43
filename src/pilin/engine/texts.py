"""Which texts of an entry are somebody's words: they lie beside it and can be struck."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pilin.ledger.log import MAIN, Record

from .procedure import Step
from .programme import registry

#: What no person writes as a sentence or a name: codes, pseudonyms, days, amounts, hashes.
_CODE = re.compile(
    r"[a-z][a-z0-9_:-]*|p-[0-9a-f]+|\d{1,6}(\.\d+)?|\d{4}-\d\d-\d\d([T ][\d:.+Z-]*)?|[0-9a-f]{32,}|"
)


def of(step: Step, body: Mapping[str, Any]) -> dict[str, str]:
    """The words of an entry, by where they stand in it ("data.text", "set.title", "files.0.name").

    Of what a form asks: what it lets people write freely, and the words that are copied from earlier
    entries. Of a row of a register, or where no form asked: all but codes, days and numbers.
    """
    written = step.asks.written if step.asks else None
    found: dict[str, str] = {}
    for name, value in body["data"].items():
        if name in ("struck", "reported", "writers"):  # places of words, not words
            continue
        if written is None or name == "row":
            found |= {p: t for p, t in _texts(value, f"data.{name}") if not _CODE.fullmatch(t)}
        elif name in written or name == "was" or name.endswith("words"):
            found |= dict(_texts(value, f"data.{name}"))
    if title := body["set"].get("title"):
        found["set.title"] = title
    return found | {f"files.{n}.name": file["name"] for n, file in enumerate(body["files"])}


def beside(step: Step, body: Mapping[str, Any]) -> dict[str, str]:
    """All that is laid beside the entry: words, and what ballots say."""
    found = of(step, body)
    for name in step.asks.hidden if step.asks else ():
        found |= dict(_texts(body["data"].get(name, ()), f"data.{name}"))
    return found


def are_ballots(record: Record) -> bool:
    """Whether what lies beside this entry of the main log is not shown with it."""
    if record.log != MAIN or "procedure" not in record.body:
        return False
    rules = registry.get(record.body["kind"], record.body["procedure"])
    step = registry.step(rules, record.body["step"])
    return bool(step and step.asks and step.asks.hidden)


def _texts(value: Any, at: str) -> Iterator[tuple[str, str]]:
    """Every text inside, but the days of a list of days."""
    if isinstance(value, str):
        if value:
            yield at, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if name not in ("date", "day"):
                yield from _texts(inner, f"{at}.{name}")
    elif isinstance(value, (list, tuple)):
        for n, inner in enumerate(value):
            yield from _texts(inner, f"{at}.{n}")
