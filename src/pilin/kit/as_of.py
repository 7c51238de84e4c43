"""What numbers of a page know of: the newest entry, and its time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pilin.database import elsewhere
from pilin.ledger import log


def as_of(newest: int | None = None) -> dict[str, Any]:
    """For `components/as_of.html`: of the whole record, or of what an entry `newest` was the last to concern.

    Nothing on a neighbour's pages: these say already how old the copy is.
    """
    if elsewhere.where() is not None:
        return {}
    size = log.size(log.MAIN)
    last = log.get(log.MAIN, size - 1 if newest is None else newest) if size else None
    at = datetime.fromisoformat(last.body["at"]) if last else None
    return {
        "entries": size,
        "number": last.number if last else None,
        "at": at,
        "part": newest is not None,
    }
