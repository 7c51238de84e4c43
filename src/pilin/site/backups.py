"""When the last backup and the last drill were, and which files are wrong: for whoever watches."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from django.conf import settings

from pilin.engine import evidence

PLACE = "backups.json"
WRONG = "wrong files"


def note(what: str) -> None:
    """`what`, a backup or a drill, went well a moment ago."""
    _write({**_read(), what: time.time()})


def _write(found: dict[str, Any]) -> None:
    path = Path(settings.DATA) / PLACE
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(found))
    beside.replace(path)


def last_age(what: str) -> float | None:
    """Seconds since then; None where there was none."""
    at = _read().get(what)
    return None if at is None else max(0.0, time.time() - at)


def wrong_files() -> dict[str, str]:
    """Files of evidence that were missing or not as they were when last looked at, by their hashes."""
    found: dict[str, str] = _read().get(WRONG, {})
    return found


def look_at_files(share: int) -> int:
    """Look at one share of all files, and remember what is wrong with it; gives how many are."""
    seen = wrong_files()
    rest = {sha256: what for sha256, what in seen.items() if evidence.share_of(sha256) != share}
    wrong = evidence.wrong(share)
    if seen or wrong:
        _write({**_read(), WRONG: rest | wrong})
    return len(wrong)


def _read() -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((Path(settings.DATA) / PLACE).read_text())
    except (OSError, ValueError):
        return {}
    return found
