"""Jobs that pages begin, and one each night: found here by the worker."""

from __future__ import annotations

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from pilin.engine import evidence

from . import backups
from .account_letters import leave
from .manage.carrying import carry

__all__ = ["carry", "leave", "look_at_files"]
_log = logging.getLogger(__name__)


@app.periodic(cron="23 4 * * *")
@app.task(name="site.look_at_files", queueing_lock="look_at_files", pass_context=False)
def look_at_files(timestamp: int) -> int:
    """Hold a share of all evidence to its hashes: `pilin doctor` and /metrics say what is wrong."""
    found = backups.look_at_files(timezone.localdate().toordinal() % evidence.SHARES)
    if found:
        _log.error("%d files of evidence are missing or changed; see `pilin doctor`", found)
    return found
