"""What the pages of lead projects list."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pilin.engine.attributes import attribute
from pilin.engine.models import Matter
from pilin.people.models import Organisation
from pilin.people.read_model import ReadModel


class Lead(ReadModel):
    """A project an office leads for a year; the organisation it belongs to is the one in charge.

    `accounts` says by quarter ("1" to "4") how its newest account stands: `now` is given, objected,
    confirmed, silent or register; `on` the day it was given, `due` the day it was due, `words` what a
    register says. All accounts that were given are in `Accounting`.
    """

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="lead")
    year = attribute(models.PositiveSmallIntegerField(), _("Year"), listed=True, words=str)
    official = attribute(models.CharField(max_length=60), _("Office that leads it"), listed=True)
    setter = attribute(
        models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+"),
        _("Set by"),
        words=lambda org: org.called if org else "",
    )
    target = attribute(models.TextField(blank=True), _("Target of the year"))
    plan = attribute(models.TextField(blank=True), _("How it is to be reached"))
    first = models.PositiveSmallIntegerField(default=1)  # the first quarter with an account
    accounts = models.JSONField(default=dict)
    source_row = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(first__gte=1, first__lte=4), name="lead_quarter_of_four"
            )
        ]


class Accounting(ReadModel):
    """An account as it was given; its id is the number of its entry. One that was objected to stays."""

    id = models.BigIntegerField(primary_key=True)
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="given")
    quarter = models.PositiveSmallIntegerField()
    day = models.DateField()
    due = models.DateField()
    done = models.TextField()
    against = models.TextField()
    late = models.TextField(blank=True)
    standing = models.CharField(max_length=12)
    reply = models.TextField(blank=True)  # why it was objected to, or what was said to it
