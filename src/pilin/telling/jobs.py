"""Each minute: those who follow something are told, and what is due leaves."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from . import following, plan, sending


@app.periodic(cron="* * * * *")
@app.task(name="loop.letters", queueing_lock="letters", pass_context=False)
def letters(timestamp: int) -> int:
    following.spread()
    plan.plan(timezone.now())
    return sending.send()
