"""Whether the clock of this machine may be believed: what the calendar does cannot be taken back.

A clock 400 days ahead would let silence close thousands of matters in one hour. So deadlines wait while
it is far from where it was last believed, until a person says that it is right (`pilin clock`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from pilin.ledger import log

from .act import LOG
from .clock_models import ClockSeen

#: How far the clock may have gone on since it was last believed, and how far it may lie behind the
#: newest entry.
LEAP, LAG = timedelta(days=30), timedelta(hours=1)


@dataclass(frozen=True)
class Reading:
    """The clock; when it was last believed, else the time of the newest entry; and that of the
    newest entry made since. None where there is none.
    """

    now: datetime
    believed: datetime | None
    newest: datetime | None

    @property
    def off(self) -> timedelta:
        """How far it lies from what may be believed; nothing where it does not, below nothing: behind."""
        if self.newest is not None and self.now < self.newest - LAG:
            return self.now - self.newest
        gone = self.now - self.believed if self.believed is not None else timedelta()
        return gone if gone > LEAP else timedelta()


def read(now: datetime | None = None) -> Reading:
    now = now or timezone.now()
    size = log.size(LOG)
    newest = log.get(LOG, size - 1) if size else None
    said = datetime.fromisoformat(newest.body["at"]) if newest else None
    seen = ClockSeen.objects.filter(pk=1).first()
    if seen is None:
        return Reading(now, said, said)
    return Reading(now, seen.at, said if size > seen.size else None)


def believe(now: datetime | None = None) -> None:
    """From here on the clock is taken to be right, whatever entries there are."""
    said = {"at": now or timezone.now(), "size": log.size(LOG)}
    ClockSeen.objects.update_or_create(pk=1, defaults=said)
