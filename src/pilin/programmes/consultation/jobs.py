"""Opinion maps made again as votes come in, beside the pages."""

from __future__ import annotations

import contextlib

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from pilin.intake.models import Poll
from pilin.intake.news import on_ballots

from .statements.opinions import compute


@app.task(name="consultation.opinions", pass_context=False)
def opinions(poll: int) -> None:
    compute(poll)


@on_ballots
def ballots_came(poll: int) -> None:
    """One computation waits at most, two seconds after the first ballot it has not seen."""
    if not Poll.objects.filter(pk=poll, shape="stance").exists():
        return
    lock = f"opinions-{poll}"
    later = app.configure_task(
        "consultation.opinions", queueing_lock=lock, lock=lock, schedule_in={"seconds": 2}
    )
    with contextlib.suppress(AlreadyEnqueued):
        later.defer(poll=poll)
