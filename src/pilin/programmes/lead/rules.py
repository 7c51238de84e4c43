"""Days and standings of lead projects: data, with where they come from beside them (`rules.json`)."""

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
#: Calendar days before the end of a quarter from which its account may be given.
OPENS_BEFORE_END: int = _read()["opens_before_end"]
_STANDINGS: Mapping[str, Mapping[str, str]] = {one["key"]: one for one in _read()["standings"]}
BEHIND = "behind"


def _source() -> str:
    return str(_read()["source" if in_chinese() else "source_en"])


def _standing(key: str) -> str:
    """Sign and word, since neither stands for itself on every page."""
    one = _STANDINGS.get(key)
    return f"{one['sign']} {one['zh' if in_chinese() else 'en']}" if one else key


source, standing = lazy(_source, str), lazy(_standing, str)


def standings() -> list[tuple[str, Any]]:
    return [(key, standing(key)) for key in _STANDINGS]
