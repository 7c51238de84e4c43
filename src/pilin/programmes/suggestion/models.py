"""What the pages of suggestions list."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from pilin.engine.models import Matter
from pilin.people.models import Organisation
from pilin.people.read_model import ReadModel

TYPES = {"opinion": _("Public opinion"), "proposal": _("Proposal")}


class Suggestion(ReadModel):
    """A suggestion; a summary row of a register counts several."""

    matter = models.OneToOneField(
        Matter, models.CASCADE, primary_key=True, related_name="suggestion"
    )
    type = models.CharField(max_length=10, blank=True)
    type_wording = models.CharField(max_length=60, blank=True)
    studio = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="suggestions")
    lead = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    assisting = ArrayField(models.BigIntegerField(), default=list)
    answer = models.TextField(blank=True)
    level = models.PositiveSmallIntegerField(default=0)  # how often it went to a higher level
    count = models.JSONField(null=True)  # of a summary row: a quantity
    as_of = models.JSONField(null=True)  # of a summary row: a moment
    source_row = models.JSONField(default=dict)
