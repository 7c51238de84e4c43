"""The demo: the workbook is imported and one matter goes the whole way round the loop."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

import pilin
from pilin.engine import clock
from pilin.engine.act import LOG
from pilin.ledger import log
from pilin.people.models import Account
from pilin.publishing.gazette import issued
from pilin.workbook import importing

from . import cast, consultations, deliberation, residents_budget, shared_work
from .days import DAYS
from .story import Say, Story

WORKBOOK = Path(pilin.__file__).parents[2] / "examples" / "pinghu-jinshan.xlsx"


class NotItsOwn(Exception):
    """The data folder or the database holds what the demo did not make."""


def play(tell: Say) -> None:
    """Import the workbook, play the story, and leave some matters on their way.

    All in one transaction: a demo that was cut off starts afresh. Played once only. Raises NotItsOwn
    where there is anything that it did not make.
    """
    if cast.is_enrolled():
        tell(_("The demo is already set up."))
        return
    if log.size(LOG) or Account.objects.exists():
        raise NotItsOwn(
            _(
                "%(folder)s holds a record or accounts that the demo did not make. The demo has a data"
                " folder of its own: leave PILIN_DATA and DATABASE_URL out, or name an empty one."
            )
            % {"folder": settings.DATA}
        )
    start = timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0)
    start -= timedelta(days=DAYS)
    with transaction.atomic():
        tell(_("Importing %(file)s") % {"file": WORKBOOK.name})
        plan = importing.plan(WORKBOOK)
        importing.carry_out(plan, at=start)
        for line in plan.lines():
            tell("  " + line)
        tell(_("Setting up stations, halls and roles (roles, not names)"))
        people = cast.enrol(start)
        tell(_("One matter goes round the loop:"))
        consultations.whole_loop(Story(people, start, tell))
        tell(_("Some more matters are under way, so that there is something to do"))
        quietly = Story(people, start, None)
        consultations.others(quietly)
        shared_work.play(quietly)
        deliberation.play(quietly)
        residents_budget.play(quietly)
        clock.tick()
        tell(_("An issue of the gazette is printed"))
        issued.publish(start.date(), timezone.localdate() - timedelta(days=1))
