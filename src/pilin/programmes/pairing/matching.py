"""Listings that fit one another, and why."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from pilin.engine.models import Matter
from pilin.engine.search import similarity

from .models import Pairing

OPPOSITE = {"sought": "offered", "offered": "sought"}


@dataclass(frozen=True)
class Match:
    """Another listing, with a score from 0 to 1 and the reasons for it in words."""

    matter: Matter
    score: float
    reasons: list[str]


def matches(pairing: Pairing, most: int = 5) -> list[Match]:
    """Listings of the opposite direction and the same type that are still open, best first.

    A like field counts half (Dice coefficient of its words), like titles a quarter, and another
    quarter that it lies across the border: that is what pairings are for.
    """
    rows = Pairing.objects.filter(
        type=pairing.type,
        direction=OPPOSITE.get(pairing.direction, ""),
        matter__state="listed",
    ).exclude(matter__org_id=pairing.matter.org_id)
    found = [_weigh(pairing, other) for other in rows.select_related("matter__org")[:500]]
    found = [m for m in found if m.reasons]
    return sorted(found, key=lambda m: (-m.score, m.matter.pk))[:most]


def _weigh(a: Pairing, b: Pairing) -> Match:
    field = similarity(a.field, b.field)
    title = similarity(a.matter.title, b.matter.title)
    across = a.matter.sides != b.matter.sides
    reasons = []
    if field >= 0.3:
        reasons.append(_("the same field: %(field)s") % {"field": b.field})
    if title >= 0.2:
        reasons.append(_("like words in what is said"))
    if across and reasons:
        reasons.append(_("from the other side of the border"))
    return Match(b.matter, field / 2 + title / 4 + across / 4, reasons)
