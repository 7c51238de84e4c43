"""What somebody wants to hear of, how, and what waits to be sent to them. Never in the ledger.

Rows name people by pseudonym and go when they are erased.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

#: By what somebody hears, beside the page itself.
CHANNELS = {
    "email": _("By e-mail"),
    "phone": _("Text message"),
    "push": _("This device"),
    "robot": _("Group chat"),
}
NOW, DAILY, WEEKLY, NEVER = "now", "daily", "weekly", "never"
PACES = {
    NOW: _("At once"),
    DAILY: _("Once a day, at eight"),
    WEEKLY: _("Once a week, Monday at eight"),
    NEVER: _("Never"),
}


class Following(models.Model):
    """`scope` is one as positions have them ("matter:12", "place:3", "org:7", "kind:wish"), or SEARCH
    with the words looked for and their query."""

    SEARCH, MOST = "search", 50  # of one person

    person = models.CharField(max_length=40)
    scope = models.CharField(max_length=40)
    words = models.CharField(max_length=60, blank=True)
    query = models.TextField(blank=True)
    made = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "scope", "words"], name="follows_once")
        ]
        indexes = [models.Index(fields=["scope", "person"], name="following_scope")]


class Choice(models.Model):
    """How often somebody hears by a channel, where they have said so; `address` of a group chat."""

    person = models.CharField(max_length=40)
    channel = models.CharField(max_length=8)  # a key of CHANNELS
    pace = models.CharField(max_length=8)  # a key of PACES
    address = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "channel"], name="choice_once"),
        ]


class Device(models.Model):
    """A browser that shows notices though no page is open (Web Push, RFC 8030)."""

    MOST = 5  # of one person; the oldest goes

    person = models.CharField(max_length=40, db_index=True)
    endpoint = models.URLField(max_length=500, unique=True)
    key = models.CharField(max_length=100)  # p256dh, base64url
    secret = models.CharField(max_length=40)  # auth, base64url
    made = models.DateTimeField(default=timezone.now)


class Dispatch(models.Model):
    """One letter, message or digest to one person by one channel: due, tried, sent, or put aside."""

    person = models.CharField(max_length=40, db_index=True)
    channel = models.CharField(max_length=8)
    pace = models.CharField(max_length=8)
    notices: Any = ArrayField(models.BigIntegerField())
    made = models.DateTimeField(default=timezone.now)
    due = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=200, blank=True)
    sent = models.DateTimeField(null=True)
    aside = models.DateTimeField(null=True)  # given up

    @property
    def channel_title(self) -> Any:
        return CHANNELS[self.channel]

    class Meta:
        indexes = [
            models.Index(fields=["due"], name="dispatch_due", condition=Q(sent=None, aside=None)),
            models.Index(fields=["aside"], name="dispatch_aside", condition=~Q(aside=None)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "channel", "due"],
                name="one_digest",
                condition=Q(sent=None, aside=None, pace__in=[DAILY, WEEKLY], tries=0),
            )
        ]


class Reached(models.Model):
    """The number of the last entry a job has dealt with."""

    name = models.CharField(max_length=30, primary_key=True)
    number = models.BigIntegerField()


def forget(person: str) -> None:
    """Everything of this is gone, of somebody who is erased."""
    for kept in (Following, Choice, Device, Dispatch):
        kept.objects.filter(person=person).delete()
