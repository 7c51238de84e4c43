"""What the pages of agreements list."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from pilin.engine.attributes import attribute
from pilin.engine.models import Matter
from pilin.kit.facts import when
from pilin.people.models import Organisation
from pilin.people.read_model import ReadModel


class Agreement(ReadModel):
    """An agreement; its parties are the organisations of its matter."""

    matter = models.OneToOneField(
        Matter, models.CASCADE, primary_key=True, related_name="agreement"
    )
    serial = attribute(
        models.CharField(max_length=20, blank=True),
        _("No."),
        header="序号",
        also=("编号",),
        width=8,
        shown=False,
    )
    left = attribute(  # the register's first party, in words
        models.CharField(max_length=300, blank=True),
        _("Parties"),
        header="甲方",
        required=True,
        width=24,
    )
    right = attribute(
        models.CharField(max_length=300, blank=True),
        _("The other parties"),
        header="乙方",
        required=True,
        width=24,
        shown=False,
    )
    signed_on = attribute(  # a moment
        models.JSONField(null=True),
        _("Signed"),
        header="签订时间",
        also=("签署时间", "签订日期"),
        listed=True,
        words=when,
    )
    until = attribute(models.DateField(null=True), _("In force until"), row=False)
    renewed_from = models.DateField(null=True)  # its end before the renewal now being signed
    field_count = attribute(  # a quantity: a register may name fewer than it counts
        models.JSONField(null=True),
        _("Number of fields"),
        header="重点领域(个)",
        also=("领域数", "重点领域"),
    )
    fields = attribute(
        ArrayField(models.CharField(max_length=60), default=list),
        _("Fields of cooperation"),
        header="已列领域",
        also=("领域",),
        width=36,
        shown=False,
    )
    text = attribute(models.TextField(blank=True), _("What is agreed"), row=False)
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
