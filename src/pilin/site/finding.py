"""What a check of `pilin doctor` finds."""

from __future__ import annotations

from dataclasses import dataclass

OK, WARN, FAIL = "ok", "warn", "fail"


@dataclass(frozen=True)
class Finding:
    """One thing looked at: how it is, and what to do."""

    state: str
    what: str
    advice: str = ""
