"""Who may take its steps, worked out from the tables alone."""

from pilin.programmes.drive.models import Drive, Promise
from tests.meaning import leads


def giver(matter, actor):
    rows = Promise.objects.filter(drive=matter.pk, received__isnull=True)
    return actor.person in set(rows.values_list("person", flat=True))


MEANING = {
    "recipient": lambda m, a: leads(Drive.objects.get(pk=m.pk).recipient, a),
    "promiser": giver,
}
