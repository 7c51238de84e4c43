"""What the pages of the service desk list."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from pilin.engine.attributes import attribute
from pilin.engine.models import Matter
from pilin.people.models import Organisation
from pilin.people.read_model import ReadModel


class Request(ReadModel):
    """A request to a desk: one holder at a time, on whichever side."""

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="request")
    firm = attribute(models.CharField(max_length=80, blank=True), _("Firm"))
    assigned = attribute(
        models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+"),
        _("Assigned to"),
        listed=True,
        words=lambda org: org.called if org else "",
    )
    answer = attribute(models.TextField(blank=True), _("The answer"))
