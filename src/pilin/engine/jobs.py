"""Jobs that run beside the pages: deadlines each hour, a sweep each night."""

from __future__ import annotations

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from . import clock, drafts, evidence, small, timekeeping

_log = logging.getLogger(__name__)
#: Matters the calendar takes on in one run.
AN_HOUR = 1_000


@app.periodic(cron="7 * * * *")
@app.task(name="loop.deadlines", queueing_lock="deadlines", pass_context=False)
def deadlines(timestamp: int) -> int:
    """Let silence close what it closes, and what is overdue climb.

    Not while the clock is not to be believed; and so many an hour, so that somebody can see it.
    """
    reading = timekeeping.read()
    if reading.off:
        _log.error("deadlines wait: the clock is off by %s; see `pilin clock`", reading.off)
        return 0
    taken = clock.tick(limit=AN_HOUR)
    timekeeping.believe(reading.now)
    return taken


@app.periodic(cron="41 3 * * *")
@app.task(name="loop.sweep", queueing_lock="sweep", pass_context=False)
def sweep(timestamp: int) -> int:
    """Remove the files of steps that did not come about, and drafts that were left."""
    now = timezone.now()
    return evidence.sweep(now) + small.sweep(now - evidence.SPARED) + drafts.sweep(now)
