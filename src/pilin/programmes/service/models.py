"""What the pages of the service desk list."""

from django.db import models

from pilin.engine.models import Matter
from pilin.people.models import Organisation
from pilin.people.read_model import ReadModel


class Request(ReadModel):
    """A request to a desk: one holder at a time, on whichever side."""

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="request")
    firm = models.CharField(max_length=80, blank=True)
    assigned = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    answer = models.TextField(blank=True)
