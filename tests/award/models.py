"""What the pages of awards list."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from pilin.engine.attributes import attribute
from pilin.engine.models import Matter
from pilin.people.read_model import ReadModel
from pilin.wording.values import parse_day


class Award(ReadModel):
    """Who did the deed is sealed in the entry that nominated."""

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="award")
    day = attribute(models.DateField(), _("Day"), header="日期", read=parse_day, listed=True)
    until = attribute(models.DateField(null=True), _("Notice until"), listed=True, row=False)
    money = attribute(models.CharField(max_length=40, blank=True), _("Yuan"), header="奖励")
    offices = ArrayField(models.BigIntegerField(), default=list)  # asked to vet
    vetted = ArrayField(models.BigIntegerField(), default=list)  # those that have
    source_row = models.JSONField(default=dict)


class Objection(ReadModel):
    """Its number is that of its entry."""

    award = models.ForeignKey(Award, models.CASCADE, related_name="objections")
    number = models.BigIntegerField()
    words = models.TextField()
    answer = models.TextField(blank=True)
