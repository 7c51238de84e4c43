"""What pages begin and do not wait for: a large workbook."""

from __future__ import annotations

import logging
import time

from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from pilin.people.actor import HOUSE
from pilin.workbook import importing
from pilin.workbook.errors import WorkbookError

from . import incoming

_log = logging.getLogger(__name__)


@app.task(name="site.carry", pass_context=False)
def carry(key: str) -> None:
    """Carry out a workbook that was confirmed in a page, and say there how far it has come."""
    one = incoming.find(key)
    if one is None or one.state != incoming.UNDER_WAY:
        return
    told = time.monotonic()

    def tell(done: int, of_all: int) -> None:
        nonlocal told
        if time.monotonic() - told > 1:
            told = time.monotonic()
            assert one is not None
            one.now(done=done, all=of_all)

    try:
        found = importing.plan(one.path, answers=one.names)
        entries = importing.carry_out(found, HOUSE, progress=tell)
    except (WorkbookError, OSError) as reason:
        # The page says of which row and why: both are words of somebody.
        _log.warning("a workbook stopped", exc_info=reason)
        one.now(state=incoming.FAILED, said=str(reason))
    except Exception:
        said = _("It stopped on the way. Bring the workbook in again: what is missing is added.")
        one.now(state=incoming.FAILED, said=said)
        raise
    else:
        one.now(state=incoming.DONE, said=str(entries))
