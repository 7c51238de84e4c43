"""By when a question is answered: each has so many working days, and the first that waits sets the due day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilin.engine import workdays as calendar
from pilin.engine.models import Enquiry
from pilin.engine.procedure import Due
from pilin.engine.situation import Situation

from .rules import DAYS


def answer_by(asked: date) -> date:
    return calendar.after(asked, DAYS["answer"])


def waiting(key: int) -> Iterator[tuple[int, date]]:
    """The questions that nobody has looked at, oldest first: number, and the day by which each is answered."""
    rows = Enquiry.objects.filter(matter=key, settled=None).order_by("id")
    for number, at in rows.values_list("id", "asked"):
        yield number, answer_by(timezone.localtime(at).date())


def _first(s: Situation) -> date:
    """With the question that is being asked."""
    earlier = next((day for _n, day in waiting(s.the_matter.pk)), None)
    return earlier or answer_by(s.today)


def _others(s: Situation) -> list[date]:
    """Without the question that is being answered."""
    settled = int(s.data.get("question") or 0)
    return [day for number, day in waiting(s.the_matter.pk) if number != settled]


def _next(s: Situation) -> date | None:
    return next(iter(_others(s)), s.the_matter.due)


def is_last(s: Situation) -> bool:
    return not _others(s)


first = Due(_("when the first question that waits has to be answered"), _first)
following = Due(_("when the next question has to be answered"), _next)
