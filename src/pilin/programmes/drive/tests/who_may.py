"""Who may take its steps, worked out from the tables alone."""

from pilin.programmes.drive.models import Drive
from tests.meaning import leads

MEANING = {"recipient": lambda m, a: leads(Drive.objects.get(pk=m.pk).recipient, a)}
