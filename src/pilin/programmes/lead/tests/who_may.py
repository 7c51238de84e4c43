"""Who may take its steps, worked out from the tables alone."""

from pilin.programmes.lead.models import Lead
from tests.meaning import leads


def setter(matter, actor):
    org = Lead.objects.get(pk=matter.pk).setter
    return org is not None and leads(org, actor)


MEANING = {"lead-setter": setter}
