"""Who may take its steps, worked out from the tables alone."""

from pilin.programmes.adviser.models import Placement
from tests.meaning import leads


def receiving(matter, actor):
    org = Placement.objects.get(pk=matter.pk).receiver
    return org is not None and leads(org, actor)


def sending(matter, actor):
    org = Placement.objects.get(pk=matter.pk).sender
    return org is not None and leads(org, actor)


def proposer(matter, actor):
    sought = Placement.objects.get(pk=matter.pk).direction == "sought"
    return sending(matter, actor) if sought else receiving(matter, actor)


MEANING = {
    "receiving-side": receiving,
    "sending-side": sending,
    "placement-proposer": proposer,
}
