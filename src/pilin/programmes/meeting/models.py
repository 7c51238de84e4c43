"""Meetings, what they decided, and what they require."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pilin.engine.attributes import attribute
from pilin.engine.models import Matter
from pilin.people.models import Organisation
from pilin.people.read_model import ReadModel
from pilin.wording.reading import short_day


class Sitting(ReadModel):
    """A meeting, or a notice that requires something. `text` is "" until its minutes came in."""

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="session")
    day = attribute(models.DateField(), _("Day"), listed=True, words=short_day)
    where = attribute(models.CharField(max_length=120, blank=True), _("Where"))
    topics = models.JSONField(default=list)
    text = models.TextField(blank=True)


class Resolution(ReadModel):
    """Something a meeting decided."""

    id = models.BigIntegerField(primary_key=True)  # the number of the entry
    session = models.ForeignKey(Sitting, models.CASCADE, related_name="resolutions")
    sentence = models.TextField()
    what = models.CharField(max_length=200)


class Task(ReadModel):
    """Something a meeting requires of an organisation. `said_day` is the day it named first."""

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="task")
    lead = attribute(
        models.ForeignKey(Organisation, models.PROTECT, related_name="+"),
        _("Who leads"),
        listed=True,
        words=lambda org: org.called,
    )
    helpers = ArrayField(models.BigIntegerField(), default=list)
    helpers_words = models.CharField(max_length=200, blank=True)
    sentence = models.TextField(blank=True)
    meeting_words = models.CharField(max_length=200, blank=True)
    day = models.DateField(null=True)
    said_day = attribute(models.DateField(), _("Required by"), listed=True, words=short_day)
    extended = models.PositiveSmallIntegerField(default=0)
    source_row = models.JSONField(default=dict)


#: What came of a meeting and was confirmed, or as far as it can come without it: a project that was accepted.
CONFIRMED = Q(closed_how="confirmed") | Q(kind="project", state="accepted")
SILENT = Q(closed_how="silence")


def standing(meeting: int) -> tuple[int, int, int]:
    """Of what a meeting requires: how much was confirmed, how much closed in silence, and how much there is."""
    rows = Matter.objects.filter(source=meeting)
    found = rows.aggregate(
        all=models.Count("pk"),
        confirmed=models.Count("pk", filter=CONFIRMED),
        silent=models.Count("pk", filter=SILENT),
    )
    return found["confirmed"], found["silent"], found["all"]
