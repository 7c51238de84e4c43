"""Who wants to know that ballots came in: told after the commit, at most every other second a poll."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

EVERY = 2.0  # seconds
_wanted: list[Callable[[int], None]] = []
_told: dict[int, float] = {}
_log = logging.getLogger(__name__)


def on_ballots(function: Callable[[int], None]) -> Callable[[int], None]:
    """Register what is called with a poll after ballots of it were committed."""
    _wanted.append(function)
    return function


def is_due(poll: int) -> bool:
    """Whether those who want to know are to be told now; where they are, nobody else need tell them."""
    now = time.monotonic()
    if now - _told.get(poll, -EVERY) < EVERY:
        return False
    _told[poll] = now
    return True


def spread(poll: int) -> None:
    """Tell. A ballot is counted whatever becomes of this."""
    for function in _wanted:
        try:
            function(poll)
        except Exception:
            _log.exception("news of ballots were not taken")


def tell(poll: int) -> None:
    if is_due(poll):
        spread(poll)
