"""Listings that fit one another, and why."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from pilin.engine.search import similarity
from pilin.wording.reading import short_day

from .models import OPPOSITE, Placement

#: Listings that are looked through for one.
MOST = 500


@dataclass(frozen=True)
class Match:
    """Another listing, with a score from 0 to 1 and the reasons for it in words."""

    placement: Placement
    score: float
    reasons: list[str]


def matches(own: Placement, most: int = 5) -> list[Match]:
    """Listings of the other direction that fit, best first.

    A like field counts half (Dice coefficient of its words): without it nothing fits. Days together
    count a quarter, by how many of those sought are offered; and another that it lies across the border.
    """
    rows = Placement.objects.filter(
        direction=OPPOSITE[own.direction],
        matter__state="listed",
        start__lte=own.until,
        until__gte=own.start,
    ).exclude(matter__org=own.matter.org_id)
    found = [_weigh(own, other) for other in rows.select_related("matter__org")[:MOST]]
    found = [m for m in found if m.score > 0]
    return sorted(found, key=lambda m: (-m.score, m.placement.pk))[:most]


def _weigh(a: Placement, b: Placement) -> Match:
    field = similarity(a.field, b.field)
    if field < 0.3:
        return Match(b, 0, [])
    sought, offered = (a, b) if a.direction == "sought" else (b, a)
    share = min(float(offered.days / sought.days), 1.0)
    across = a.matter.sides != b.matter.sides
    start, until = max(a.start, b.start), min(a.until, b.until)
    said = {"start": short_day(start), "until": short_day(until)}
    reasons = [
        _("the same field: %(field)s") % {"field": b.field},
        _("both can from %(start)s until %(until)s") % said,
        _("as many days as are sought") if share == 1 else _("some of the days that are sought"),
    ]
    if across:
        reasons.append(_("from the other side of the border"))
    return Match(b, field / 2 + share / 4 + across / 4, reasons)
