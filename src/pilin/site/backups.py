"""When the last backup and the last drill were: for the doctor and for whoever watches."""

from __future__ import annotations

import json
import time
from pathlib import Path

from django.conf import settings

PLACE = "backups.json"


def note(what: str) -> None:
    """`what`, a backup or a drill, went well a moment ago."""
    found = {**_read(), what: time.time()}
    path = Path(settings.DATA) / PLACE
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(found))
    beside.replace(path)


def last_age(what: str) -> float | None:
    """Seconds since then; None where there was none."""
    at = _read().get(what)
    return None if at is None else max(0.0, time.time() - at)


def _read() -> dict[str, float]:
    try:
        found: dict[str, float] = json.loads((Path(settings.DATA) / PLACE).read_text())
    except (OSError, ValueError):
        return {}
    return found
