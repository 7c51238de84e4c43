"""What happens because time has passed: silence closes, and what is overdue climbs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from pilin.people.actor import CLOCK

from . import workdays
from .act import act
from .builtin import CLIMB
from .models import Matter
from .programme import registry
from .refused import Refused

#: Working days between a reminder, the superior and the public agenda.
PATIENCE = 3


def tick(now: datetime | None = None, limit: int = 10_000) -> int:
    """Take the steps the calendar is due to take, at most `limit`; gives how many. Safe to run at any time.

    Each matter is its own transaction: one that fails does not hold up the rest, and a run that is
    cut short goes on where it stopped.
    """
    now = now or timezone.now()
    today = timezone.localtime(now).date()
    taken = 0
    for matter in _each(_passed(today)):
        if taken >= limit:
            break
        for name in _next(matter, today):
            try:
                act(CLOCK, matter.pk, name, at=now)
            except Refused:
                continue  # somebody was faster
            taken += 1
            break
    for look_after in registry.each("daily"):
        look_after(today)
    return taken


def _each(rows: QuerySet[Matter]) -> Iterator[Matter]:
    """In their order, a thousand at a time: those that cannot climb yet keep nobody waiting."""
    last: Matter | None = None
    while True:
        after = Q() if last is None else Q(due__gt=last.due) | Q(due=last.due, pk__gt=last.pk)
        found = list(rows.filter(after)[:1_000])
        yield from found
        if len(found) < 1_000:
            return
        last = found[-1]


def _passed(today: date) -> QuerySet[Matter]:
    """What is overdue and can still climb, or may be ended by the calendar however high it is."""
    ends = Q(pk=None)
    rows = Matter.objects.filter(is_open=True, due__lt=today)
    for rules in registry.procedures:
        timed = [n for s in rules.steps if "clock" in s.by.kinds for n in s.source or ()]
        ends |= Q(kind=rules.kind, procedure=rules.version, state__in=timed)
    return rows.filter(Q(climbed__lt=3) | ends).order_by("due", "pk")


def _next(matter: Matter, today: date) -> Iterator[str]:
    yield from (s.name for s in matter.rules.steps_from(matter.state) if "clock" in s.by.kinds)
    since = matter.climbed_on
    if matter.climbed == len(CLIMB):
        return
    if matter.climbed == 0 or (since and workdays.between(since, today) >= PATIENCE):
        yield CLIMB[matter.climbed]
