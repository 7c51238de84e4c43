"""Opinion maps made again as votes come in, beside the pages."""

from __future__ import annotations

import contextlib

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from pilin.intake.models import Poll
from pilin.intake.news import on_ballots

from .models import Opinions
from .statements.opinions import compute

#: Seconds between a ballot and the map that has it, at least and at most (its own time apart).
SOONEST, LATEST = 2, 600


@app.task(name="consultation.opinions", pass_context=False)
def opinions(poll: int) -> None:
    compute(poll)


@on_ballots
def ballots_came(poll: int) -> None:
    """One computation waits at most: two seconds, or ten times as long as the last one took."""
    if not Poll.objects.filter(pk=poll, shape="stance").exists():
        return
    lock = f"opinions-{poll}"
    took = Opinions.objects.filter(poll=poll).values_list("took", flat=True).first() or 0
    wait = min(max(SOONEST, 10 * took), LATEST)
    later = app.configure_task(
        "consultation.opinions", queueing_lock=lock, lock=lock, schedule_in={"seconds": int(wait)}
    )
    with contextlib.suppress(AlreadyEnqueued):
        later.defer(poll=poll)
