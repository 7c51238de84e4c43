"""Panels, who put themselves down for one, and who sits."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pilin.engine.attributes import attribute
from pilin.engine.models import Matter
from pilin.people.read_model import ReadModel
from pilin.wording.reading import short_day


class Panel(ReadModel):
    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="panel")
    consultation = models.BigIntegerField()  # the number of the matter it sits in
    text = models.TextField()
    size = attribute(models.PositiveSmallIntegerField(), _("Seats"), listed=True)
    quotas = models.JSONField()
    until = attribute(
        models.DateField(), _("One can put oneself down until"), listed=True, words=short_day
    )
    committed = models.JSONField(null=True)  # as its entry says
    word = models.CharField(max_length=120, blank=True)
    drawn = models.JSONField(null=True)  # as its entry says
    report = models.TextField(blank=True)  # what it worked out


class Volunteer(ReadModel):
    """Somebody who put themselves down; `seat`: "" not drawn, asked, taken, declined."""

    panel = models.ForeignKey(Panel, models.CASCADE, related_name="volunteers")
    number = models.BigIntegerField()  # of the entry
    person = models.CharField(max_length=40)
    features = models.JSONField()
    seat = models.CharField(max_length=8, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["panel", "person"], name="volunteer_once"),
        ]
