"""Warnings, their messages, who is to pass them on, whom they reached; and who issues them."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilin.deciding.alerts.codes import COLOURS, EVENTS
from pilin.engine.attributes import attribute
from pilin.engine.models import Matter
from pilin.people.models import Organisation
from pilin.people.read_model import ReadModel
from pilin.wording.reading import moment
from pilin.wording.saying import say


def event_words(name: str) -> str:
    return say(EVENTS[name].title) if name in EVENTS else name


def colour_words(name: str) -> str:
    return say(COLOURS[name].title) if name in COLOURS else str(_("no colour"))


class Warning(ReadModel):
    """A warning as its newest message has it. It stands from `starts` until `ends`; a cancel sets `ends` to its
    own time. `places` are those it concerns, and whatever lies in them."""

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="warning")
    identifier = models.CharField(max_length=120)
    sender = models.CharField(max_length=120)
    sender_name = models.CharField(max_length=120)
    sent = attribute(models.DateTimeField(), _("Sent"), listed=True, words=moment)
    exercise = models.BooleanField(default=False)
    event = attribute(models.CharField(max_length=20), _("Of"), listed=True, words=event_words)
    colour = attribute(
        models.CharField(max_length=8, blank=True), _("Colour"), listed=True, words=colour_words
    )
    colour_said = models.BooleanField(default=True)
    starts = models.DateTimeField()
    ends = attribute(models.DateTimeField(), _("Ends"), listed=True, words=moment)
    end_said = models.BooleanField(default=True)
    cancelled = models.BooleanField(default=False)
    texts = models.JSONField(default=list)
    areas = models.JSONField(default=list)
    places = ArrayField(models.BigIntegerField(), default=list)
    sides = models.CharField(max_length=2, blank=True)
    signature = models.CharField(max_length=8, blank=True)
    way = models.CharField(max_length=8, blank=True)
    entry = models.BigIntegerField()  # of the newest message
    source_row = models.JSONField(default=dict)

    class Meta:
        indexes = [
            GinIndex(fields=["places"], name="warning_places"),
            models.Index(fields=["ends"], name="warning_ends"),
        ]

    def stands(self, at: datetime | None = None) -> bool:
        return self.starts <= (at or timezone.now()) < self.ends

    @staticmethod
    def standing(at: datetime | None = None) -> Q:
        """As `stands`, of rows in the database."""
        now = at or timezone.now()
        return Q(starts__lte=now, ends__gt=now)


class Message(ReadModel):
    """A message that came in: once."""

    entry = models.BigIntegerField(primary_key=True)
    warning = models.ForeignKey(Warning, models.CASCADE, related_name="messages")
    sender = models.CharField(max_length=120)
    identifier = models.CharField(max_length=120)
    kind = models.CharField(max_length=8)
    sent = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sender", "identifier"], name="alert_once"),
        ]


class Duty(ReadModel):
    """A station is to pass a message on by an hour; `done` once it said how. `missed` is the entry that named it
    late."""

    warning = models.ForeignKey(Warning, models.CASCADE, related_name="duties")
    message = models.BigIntegerField()  # its entry
    org = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    by = models.DateTimeField()
    done = models.DateTimeField(null=True)
    entry = models.BigIntegerField(null=True)
    ways = models.JSONField(default=list)
    reached = models.PositiveIntegerField(null=True)
    missed = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "org"], name="duty_once"),
        ]
        indexes = [
            models.Index(fields=["by"], name="duty_waits", condition=Q(done=None, missed=None)),
        ]


class Answer(ReadModel):
    """Somebody who lives there said whether it reached them."""

    warning = models.ForeignKey(Warning, models.CASCADE, related_name="answers")
    person = models.CharField(max_length=40)
    yes = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["warning", "person"], name="answer_once")]


class Issuer(ReadModel):
    """Who issues warnings, as the register has it."""

    id = models.BigIntegerField(primary_key=True)
    name = models.CharField(max_length=120, unique=True)
    sender = models.CharField(max_length=120, unique=True)
    org = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    address = models.CharField(max_length=300, blank=True)
    certificate = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name


class Asking(models.Model):
    """How it stands with an address that is asked for warnings. Of this installation; no entry tells of it."""

    address = models.CharField(primary_key=True, max_length=300)
    at = models.DateTimeField(null=True)  # when it last answered
    etag = models.CharField(max_length=200, blank=True)
    fault = models.CharField(max_length=300, blank=True)
    failed = models.PositiveIntegerField(default=0)  # times one after another
    refused = models.JSONField(default=dict)  # messages not taken in, and why: the last ones
