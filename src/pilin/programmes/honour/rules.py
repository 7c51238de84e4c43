"""Criteria, weights, days and grounds of the award: data, with their source beside them (`rules.json`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.functional import lazy

from pilin.wording.reading import in_chinese


@cache
def _read() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(Path(__file__).with_name("rules.json").read_text())
    return found


#: Weights by criterion, in their order.
WEIGHTS: Mapping[str, int] = {one["key"]: one["weight"] for one in _read()["criteria"]}
#: Working days, by what they are for.
DAYS: Mapping[str, int] = _read()["days"]
QUORUM = Fraction(*_read()["quorum"])
#: How many days ago a deed may be, how many offices are asked at most, and how many make a committee.
DEED_WITHIN: int = _read()["deed_within_days"]
OFFICES: int = _read()["offices_at_most"]
MEMBERS: int = _read()["members_at_least"]


def source() -> str:
    """Where all of this comes from, in the reader's language."""
    return str(_read()["source" if in_chinese() else "source_en"])


def _called(which: str, key: str) -> str:
    for one in _read()[which]:
        if one["key"] == key:
            return str(one["zh" if in_chinese() else "en"])
    return key


_lazy = lazy(_called, str)


def ordered(weights: Mapping[str, int]) -> dict[str, int]:
    """Weights as a record has them, in the order of today's criteria; those of before come last."""
    known = [key for key in WEIGHTS if key in weights]
    return {key: weights[key] for key in (*known, *(key for key in weights if key not in known))}


def criterion(key: str) -> str:
    return _called("criteria", key)


def ground(key: str) -> str:
    return _called("grounds", key)


def criteria() -> list[tuple[str, Any]]:
    return [(key, _lazy("criteria", key)) for key in WEIGHTS]


def grounds() -> list[tuple[str, Any]]:
    return [(one["key"], _lazy("grounds", one["key"])) for one in _read()["grounds"]]
