"""Who may take its steps, worked out from the tables alone."""

from pilin.programmes.warning.models import Duty, Warning
from tests.meaning import leads_one_of


def passes_on(matter, actor):
    newest = Warning.objects.get(pk=matter.pk).entry
    rows = Duty.objects.filter(message=newest, done__isnull=True)
    return leads_one_of(list(rows.values_list("org", flat=True)), actor)


MEANING = {"passes_on": passes_on}
