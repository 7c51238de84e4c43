"""What the pages of joint projects list."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from pilin.engine.models import Matter
from pilin.people.models import Organisation
from pilin.people.read_model import ReadModel


class Project(ReadModel):
    """A joint project. Amounts and dates of registers keep their wording ("over 20 billion")."""

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="project")
    serial = models.CharField(max_length=20, blank=True)  # its number in the register
    lead = models.ForeignKey(Organisation, models.PROTECT, related_name="led")
    partners = ArrayField(models.BigIntegerField(), default=list)
    category = models.CharField(max_length=60, blank=True, db_index=True)
    planned = models.JSONField(null=True)  # investment planned: a quantity, in yuan
    start = models.JSONField(null=True)  # a moment
    finish = models.DateField(null=True)
    finish_words = models.JSONField(null=True)  # a moment
    percent = models.PositiveSmallIntegerField(null=True)
    progress = models.TextField(blank=True)
    invested = models.DecimalField(max_digits=15, decimal_places=2, null=True)  # so far, in yuan
    risks = models.TextField(blank=True)
    reported = models.DateField(null=True)  # day of the last report
    is_summary = models.BooleanField(default=False)
    source_row = models.JSONField(default=dict)  # the register's own words, by column


class Milestone(ReadModel):
    project = models.ForeignKey(Project, models.CASCADE, related_name="milestones")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    due = models.DateField()
    done = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="milestone_once")]
