"""Settings from one file, the same for the service and the command line.

`/etc/pilin.env`, or what PILIN_CONFIG names ("" for none): NAME=value a line, as systemd reads it. What
stands in the environment already counts more.
"""

from __future__ import annotations

import os
from pathlib import Path

from dotenv import dotenv_values

from pilin.wording.saying import say

PLACE = "/etc/pilin.env"
_taken: list[str] = []


class Unreadable(Exception):
    """The file is there, and cannot be read."""


def path() -> Path | None:
    """The file, where there is to be one."""
    named = os.environ.get("PILIN_CONFIG", PLACE)
    return Path(named) if named else None


def load() -> None:
    """Take the settings of the file into the environment. Raises Unreadable."""
    where = path()
    if where is None or not (where.exists() or "PILIN_CONFIG" in os.environ):
        return
    try:
        with where.open(encoding="utf-8") as lines:
            found = dotenv_values(stream=lines, interpolate=False)
    except (OSError, UnicodeDecodeError) as fault:
        if isinstance(fault, PermissionError) and "PILIN_DATA" in os.environ:
            return  # systemd has read it for us
        raise Unreadable(
            say("the settings in {where} cannot be read: {why}", where=where, why=fault)
        ) from fault
    for name, value in found.items():
        if value is not None and name not in os.environ:
            os.environ[name] = value
            _taken.append(name)


def forget() -> None:
    """Leave aside what came from the file: for what is no part of the installation it is about."""
    for name in _taken:
        os.environ.pop(name, None)
    _taken.clear()
