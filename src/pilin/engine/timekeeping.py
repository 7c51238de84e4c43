"""Whether the clock of this machine may be believed: what the calendar does cannot be taken back.

A clock 400 days ahead would let silence close thousands of matters in one hour. So deadlines wait while
it is far from where it was last believed, until a person says that it is right (`pilin clock`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from pilin.ledger import log
from pilin.ledger.cosigning import moment
from pilin.ledger.models import Cosigned

from .act import LOG
from .clock_models import ClockSeen

#: How far the clock may have gone on since it was last believed, and how far it may lie behind the
#: newest entry.
LEAP, LAG = timedelta(days=30), timedelta(hours=1)


@dataclass(frozen=True)
class Reading:
    """The clock; when it was last believed, else the time of the newest entry; that of the newest entry
    made since; and how far the clocks of witnesses say it lies from theirs. None where there is none.
    """

    now: datetime
    believed: datetime | None
    newest: datetime | None
    witnessed: timedelta | None = None

    @property
    def off(self) -> timedelta:
        """How far it lies from what may be believed; nothing where it does not, below nothing: behind."""
        if self.newest is not None and self.now < self.newest - LAG:
            return self.now - self.newest
        if self.witnessed is not None and abs(self.witnessed) > LAG:
            return self.witnessed
        gone = self.now - self.believed if self.believed is not None else timedelta()
        return gone if gone > LEAP else timedelta()

    @property
    def against_witnesses(self) -> bool:
        """Whether it is witnesses' clocks that it does not agree with."""
        return bool(self.off) and self.off == self.witnessed


def read(now: datetime | None = None) -> Reading:
    now = now or timezone.now()
    size = log.size(LOG)
    said = _dated(size)
    seen = ClockSeen.objects.filter(pk=1).first()
    apart = _apart(now, seen)
    if seen is None:
        return Reading(now, said, said, apart)
    return Reading(now, seen.at, said if size > seen.size else None, apart)


def _dated(size: int) -> datetime | None:
    """What the last of the first `size` entries says of when it was made."""
    found = log.get(LOG, size - 1) if size else None
    return datetime.fromisoformat(found.body["at"]) if found else None


def _apart(now: datetime, seen: ClockSeen | None) -> timedelta | None:
    """How far the clock lies from that of the witness nearest to it, as far as what it cosigned shows.

    Whoever cosigns does so after the last entry was made, and before now: an entry dated later is of a
    clock ahead, a time later than now of one behind. What did not agree when somebody said that the clock
    is right counts no more. One witness whose clock is wrong stops nothing as long as another's is right.
    """
    found = []
    rows = Cosigned.objects.filter(log=LOG, at__gt=0).exclude(witness="")
    for size, at in rows.values_list("size", "at"):
        theirs, made = moment(at), _dated(size)
        known = seen is not None and size <= seen.size
        if made is not None and made > theirs and not known:
            found.append(made - theirs)
        elif now < theirs and not (known and seen is not None and theirs > seen.at + LAG):
            found.append(now - theirs)
        else:
            found.append(timedelta())
    return min(found, key=abs, default=None)


def believe(now: datetime | None = None) -> None:
    """From here on the clock is taken to be right, whatever entries there are."""
    said = {"at": now or timezone.now(), "size": log.size(LOG)}
    ClockSeen.objects.update_or_create(pk=1, defaults=said)
