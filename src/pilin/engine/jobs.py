"""Jobs that run beside the pages: deadlines each hour, a sweep each night."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from . import clock, drafts, evidence, small


@app.periodic(cron="7 * * * *")
@app.task(name="loop.deadlines", queueing_lock="deadlines", pass_context=False)
def deadlines(timestamp: int) -> int:
    """Let silence close what it closes, and what is overdue climb."""
    return clock.tick()


@app.periodic(cron="41 3 * * *")
@app.task(name="loop.sweep", queueing_lock="sweep", pass_context=False)
def sweep(timestamp: int) -> int:
    """Remove the files of steps that did not come about, and drafts that were left."""
    now = timezone.now()
    return evidence.sweep(now) + small.sweep(now - evidence.SPARED) + drafts.sweep(now)
