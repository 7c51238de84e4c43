"""What the pages of suggestions list."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from pilin.engine.attributes import attribute
from pilin.engine.models import Matter
from pilin.kit.facts import when, wording
from pilin.people.models import Organisation
from pilin.people.read_model import ReadModel

TYPES = {"opinion": _("Public opinion"), "proposal": _("Proposal")}


class Suggestion(ReadModel):
    """A suggestion; a summary row of a register counts several."""

    matter = models.OneToOneField(
        Matter, models.CASCADE, primary_key=True, related_name="suggestion"
    )
    type = models.CharField(max_length=10, blank=True)
    type_wording = attribute(
        models.CharField(max_length=60, blank=True),
        _("Type"),
        header="类型",
        required=True,
        width=24,
    )
    studio = attribute(
        models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="suggestions"),
        _("From"),
        header="编撰单位",
        also=("单位",),
        required=True,
        width=28,
        listed=True,
        row=False,
        words=lambda studio: studio.called if studio else "",
    )
    lead = attribute(
        models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+"),
        _("Lead department"),
        row=False,
    )
    assisting = attribute(
        ArrayField(models.BigIntegerField(), default=list), _("Assisting departments"), row=False
    )
    answer = attribute(models.TextField(blank=True), _("The answer"), row=False)
    level = models.PositiveSmallIntegerField(default=0)  # how often it went to a higher level
    count = attribute(  # of a summary row: a quantity
        models.JSONField(null=True),
        _("How many"),
        header="件数",
        also=("数量",),
        required=True,
        listed=True,
        words=wording,
    )
    as_of = attribute(  # of a summary row: a moment
        models.JSONField(null=True),
        _("As of"),
        header="截至",
        also=("截至时间",),
        words=when,
    )
    source_row = models.JSONField(default=dict)
