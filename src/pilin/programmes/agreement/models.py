"""What the pages of agreements list."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from pilin.engine.models import Matter
from pilin.people.models import Organisation
from pilin.people.read_model import ReadModel


class Agreement(ReadModel):
    """An agreement; its parties are the organisations of its matter."""

    matter = models.OneToOneField(
        Matter, models.CASCADE, primary_key=True, related_name="agreement"
    )
    serial = models.CharField(max_length=20, blank=True)
    left = models.CharField(max_length=300, blank=True)  # the register's first party, in words
    right = models.CharField(max_length=300, blank=True)
    fields = ArrayField(models.CharField(max_length=60), default=list)
    field_count = models.JSONField(
        null=True
    )  # a quantity: a register may name fewer than it counts
    signed_on = models.JSONField(null=True)  # a moment
    until = models.DateField(null=True)
    renewed_from = models.DateField(null=True)  # its end before the renewal now being signed
    text = models.TextField(blank=True)
    source_row = models.JSONField(default=dict)


class Signature(ReadModel):
    """One party's signature: the entry it stands in."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="signatures")
    org = models.ForeignKey(Organisation, models.PROTECT)
    entry = models.BigIntegerField()
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "org"], name="signature_once")]


class LeadProject(ReadModel):
    """A line of the lead-project list: an official answers for it."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="lead_projects")
    entry = models.BigIntegerField()
    field = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=80)
    official = models.CharField(max_length=60)
