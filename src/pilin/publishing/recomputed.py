"""The figures of promises kept, from the entries of a record and the procedures that are declared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import timezone

from pilin.deciding import promises
from pilin.engine.course import STAGES
from pilin.kit.figures import listed_kinds
from pilin.ledger import log, verify


def figures(
    where: str | Path | None, today: date | None = None, since: date | None = None, side: str = ""
) -> dict[str, Any]:
    """As the page of figures gives them as JSON. `where` as for `verify.entries`; None: here.

    Raises OSError and ValueError where the record cannot be read, LookupError where a procedure of
    it is not declared here.
    """
    entries = list(verify.entries(where) if where else (r.body for r in log.read(log.MAIN)))
    day = today or timezone.localdate()
    courses = promises.courses(entries, STAGES, frozenset(listed_kinds()))
    found = promises.figures(courses, day, since, side)
    return as_json(found, names(entries), len(entries), day, since, side)


def names(entries: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    """What registers of the record call organisations, by their number."""
    found: dict[int, str] = {}
    for entry in entries:
        data = entry["data"]
        if data.get("type") in ("organisation", "place") and "name" in data.get("row", ()):
            found[data.get("id") or entry["number"]] = data["row"]["name"]
    return found


def as_json(
    found: Mapping[str, Any],
    named: Mapping[int, str],
    entries: int,
    day: date,
    since: date | None,
    side: str,
) -> dict[str, Any]:
    """Figures with what they are as of; organisations by number, "0" all of them together."""
    offices = {
        str(org): {"name": named.get(org, ""), **row} for org, row in found["offices"].items()
    }
    as_of = {"entries": entries, "day": day.isoformat()}
    asked = {"since": since.isoformat() if since else None, "side": side}
    return {
        "as_of": as_of,
        **asked,
        "now": found["now"],
        "trend": found["trend"],
        "offices": offices,
    }
