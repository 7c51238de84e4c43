"""Jobs that pages begin, one each night, one each minute: found here by the worker."""

from __future__ import annotations

import logging

from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from pilin.engine import evidence
from pilin.ledger import witnessed

from . import backups
from .account_letters import leave
from .manage.carrying import carry

__all__ = ["be_witnessed", "carry", "leave", "look_at_files", "take_up"]
_log = logging.getLogger(__name__)


@app.periodic(cron="23 4 * * *")
@app.task(name="site.look_at_files", queueing_lock="look_at_files", pass_context=False)
def look_at_files(timestamp: int) -> int:
    """Hold a share of all evidence to its hashes: `pilin doctor` and /metrics say what is wrong."""
    found = backups.look_at_files(timezone.localdate().toordinal() % evidence.SHARES)
    if found:
        _log.error("%d files of evidence are missing or changed; see `pilin doctor`", found)
    return found


@app.periodic(cron="* * * * *")
@app.task(name="site.be_witnessed", queueing_lock="be_witnessed", pass_context=False)
def be_witnessed(timestamp: int) -> int:
    """Have the record's newest checkpoint cosigned by whoever witnesses it."""
    return witnessed.ask()


#: Seconds without a sign after which a worker is taken for dead; it gives one every ten.
SILENT = 60


@app.periodic(cron="* * * * *")
@app.task(name="site.take_up", queueing_lock="take_up", pass_context=True)
async def take_up(context: JobContext, timestamp: int) -> int:
    """Have what a killed worker had begun done by another: a workbook goes on where it stopped.

    What comes again by itself each minute or night does not need it, and is let go.
    """
    jobs, done = context.app.job_manager, 0
    for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=SILENT):
        if job.id is None or job.id == context.job.id:
            continue
        if job.queueing_lock is None:
            await jobs.retry_job(job)
            done += 1
        else:
            await jobs.finish_job(job, Status.FAILED, delete_job=True)
    return done
