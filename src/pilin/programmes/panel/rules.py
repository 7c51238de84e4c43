"""Days and bounds of panels: data, with where they come from beside them (`rules.json`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
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
#: Seats at least and at most, and people on a roll.
FEWEST, MOST_SEATS = _read()["seats"]
MOST: int = _read()["roll_at_most"]


def _source() -> str:
    return str(_read()["source" if in_chinese() else "source_en"])


source = lazy(_source, str)
