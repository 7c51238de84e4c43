"""Votes whose last day has passed are closed, so that their last checkpoint enters the record."""

from __future__ import annotations

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from pilin.engine.act import act
from pilin.engine.models import Matter
from pilin.engine.refused import Refused
from pilin.people.actor import HOUSE

from .models import Poll

_log = logging.getLogger(__name__)


@app.periodic(cron="*/5 * * * *")
@app.task(name="intake.close", queueing_lock="intake-close", pass_context=False)
def close(timestamp: int) -> int:
    return close_overdue()


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
