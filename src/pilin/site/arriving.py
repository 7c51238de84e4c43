"""How visitors arrive, as the service has seen it: whether a proxy says for whom it asks."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from django.conf import settings

PLACE = "arriving.json"
#: How often each process writes down what it sees, and how long that is believed, seconds.
SELDOM, KEPT = 60.0, 86_400.0
HERE = ("127.0.0.1", "::1")
#: By a proxy on this machine, by one elsewhere (or whoever pretends to be one), and with none.
NEAR, FAR, PLAIN = "near", "far", "plain"
_written: dict[str, float] = {}


def note(environ: dict[str, Any]) -> None:
    """A request has come: how is written down now and then, and nothing of whom it is from."""
    named = [one for one in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if one.strip()]
    here = environ.get("REMOTE_ADDR") in HERE
    way = PLAIN if not named else NEAR if here else FAR
    now = time.monotonic()
    if now - _written.get(way, -SELDOM) < SELDOM:
        return
    _written[way] = now
    path = Path(settings.DATA) / PLACE
    beside = path.with_suffix(".new")
    try:
        beside.write_text(json.dumps(_read() | {way: [time.time(), len(named)]}))
        beside.replace(path)
    except OSError:
        return  # a full disk keeps nobody from a page


def seen() -> dict[str, int]:
    """Of each way somebody came within a day: how many addresses the newest named."""
    since = time.time() - KEPT
    return {way: named for way, (at, named) in _read().items() if at > since}


def _read() -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((Path(settings.DATA) / PLACE).read_text())
    except (OSError, ValueError):
        return {}
    return found
