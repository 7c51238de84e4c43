"""What is cast in votes that run enters the record each minute. Votes whose last day has passed are closed,
so that their last checkpoint enters it; once they can be contested no more, their keys are destroyed."""

from __future__ import annotations

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from pilin.engine import builtin
from pilin.engine.act import act
from pilin.engine.models import Matter
from pilin.engine.refused import Refused
from pilin.people.actor import HOUSE

from . import marking, pseudonyms
from .models import Poll, PollKey

_log = logging.getLogger(__name__)


@app.periodic(cron="*/5 * * * *")
@app.task(name="intake.close", queueing_lock="intake-close", pass_context=False)
def close(timestamp: int) -> int:
    return close_overdue()


@app.periodic(cron="* * * * *")
@app.task(name="intake.mark", queueing_lock="intake-mark", pass_context=False)
def mark(timestamp: int) -> int:
    return marking.mark()


@app.periodic(cron="17 3 * * *")
@app.task(name="intake.unlink", queueing_lock="intake-unlink", pass_context=False)
def unlink(timestamp: int) -> int:
    return unlink_due()


def unlink_due() -> int:
    """Destroy the key of every vote that can be contested no more; gives how many were."""
    today, done = timezone.localdate(), 0
    for poll in Poll.objects.filter(closed=True, pk__in=PollKey.objects.values("poll")):
        day = pseudonyms.destroyed_on(poll)
        if day and day <= today:
            act(HOUSE, poll.matter, builtin.UNLINK, {"poll": poll.pk})
            done += 1
    return done


def close_overdue() -> int:
    """Close every vote whose time is up; gives how many were."""
    done = 0
    rows = Poll.objects.filter(closed=False, until__lt=timezone.now()).order_by("pk")
    for matter in Matter.objects.filter(pk__in=rows.values("matter"), is_open=True):
        step = next((s.name for s in matter.rules.steps if s.ends_vote), "")
        try:
            act(HOUSE, matter, step)
            done += 1
        except Refused as why:
            _log.warning("the vote of matter %s stays open: %s", matter.pk, why)
    return done
