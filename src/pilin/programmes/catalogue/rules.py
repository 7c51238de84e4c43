"""Days, stages and sizes of the catalogue: data, with where they come from beside them (`rules.json`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.functional import lazy

from pilin.wording.reading import in_chinese


@cache
def _read() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(Path(__file__).with_name("rules.json").read_text())
    return found


#: Working days, by what they are for.
DAYS: Mapping[str, int] = _read()["days"]
STAGES: tuple[str, ...] = tuple(one["key"] for one in _read()["stages"])
SIZES: tuple[str, ...] = tuple(one["key"] for one in _read()["sizes"])


def _called(which: str, key: str) -> str:
    found = next((one for one in _read()[which] if one["key"] == key), None)
    return str(found["zh" if in_chinese() else "en"]) if found else key


def _source() -> str:
    return str(_read()["source" if in_chinese() else "source_en"])


called, source = lazy(_called, str), lazy(_source, str)


def stages() -> list[tuple[str, Any]]:
    return [(key, called("stages", key)) for key in STAGES]


def stage(key: str) -> str:
    return _called("stages", key) if key else ""


def stage_called(words: str) -> str:
    """The stage a register's words name; "" where they name none."""
    for one in _read()["stages"]:
        if words in (one["zh"], one["en"]) or any(word in words for word in one["words"]):
            return str(one["key"])
    return ""


def bounds(key: str) -> tuple[Decimal, Decimal | None]:
    """From (included) and below, in yuan; None where there is no upper bound."""
    one = next(one for one in _read()["sizes"] if one["key"] == key)
    return Decimal(one["from"]), Decimal(one["below"]) if one["below"] else None
