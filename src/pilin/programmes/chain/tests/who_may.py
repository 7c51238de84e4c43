"""Who may take its steps, worked out from the tables alone."""

from pilin.programmes.chain.models import Affected, Lot, Move, Shipment
from tests.meaning import posts_of

HANDS = ("keeper", "lead", "clerk", "desk")


def _works_at(orgs, actor):
    return any((org, role) in posts_of(actor) for org in orgs for role in HANDS)


def keeps(matter, actor):
    """What came to an organisation and did not go from it."""
    rows = Move.objects.filter(lot=matter.pk).values_list("org", "came", "went")
    there = {org: sum(c - w for o, c, w in rows if o == org) for org, _c, _w in rows}
    return _works_at([org for org, left in there.items() if left > 0], actor)


def made(matter, actor):
    return _works_at([Lot.objects.get(pk=matter.pk).org_id], actor)


def receives(matter, actor):
    return _works_at([Shipment.objects.get(pk=matter.pk).to_id], actor)


def sends(matter, actor):
    return _works_at([Shipment.objects.get(pk=matter.pk).sender_id], actor)


def answers(matter, actor):
    rows = Affected.objects.filter(recall=matter.pk, held__isnull=True)
    return _works_at(rows.values_list("org", flat=True), actor)


MEANING = {
    "keeps": keeps,
    "made": made,
    "receives": receives,
    "sends": sends,
    "answers": answers,
}
