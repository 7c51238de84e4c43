"""Once a minute: issuers are asked, and stations that let their hour pass are named."""

from __future__ import annotations

from procrastinate.contrib.django import app

from . import polling


@app.periodic(cron="* * * * *")
@app.task(name="warning.poll", queueing_lock="warning-poll", pass_context=False)
def poll(timestamp: int) -> int:
    return polling.poll()


@app.periodic(cron="* * * * *")
@app.task(name="warning.late", queueing_lock="warning-late", pass_context=False)
def late(timestamp: int) -> int:
    return polling.name_the_late()
