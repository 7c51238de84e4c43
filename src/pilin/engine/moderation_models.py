"""What people reported, what was struck and why, and what was said to it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from pilin.people.read_model import ReadModel


class Report(ReadModel):
    """Somebody says that public words should go. `again`: they were left standing once before."""

    id = models.BigIntegerField(primary_key=True)  # of the entry
    matter = models.ForeignKey("loop.Matter", models.CASCADE, related_name="reports")
    places = ArrayField(models.CharField(max_length=200))  # "1234:data.text"
    why = models.CharField(max_length=20)
    again = models.BooleanField(default=False)
    settled = models.BigIntegerField(null=True)  # the entry that struck them, or left them
    struck = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["matter"], name="report_open", condition=models.Q(settled__isnull=True)
            )
        ]


class Strike(ReadModel):
    """Words were struck by an entry: how many, in which office (none: by their writer), and why."""

    id = models.BigIntegerField(primary_key=True)  # of the entry
    matter = models.ForeignKey("loop.Matter", models.CASCADE, related_name="strikes")
    day = models.DateField()
    n = models.IntegerField()
    reason = models.CharField(max_length=200)
    org = models.BigIntegerField(null=True)
    role = models.CharField(max_length=20, blank=True)
    by = models.CharField(max_length=40)
    writers = ArrayField(models.CharField(max_length=40))
    reported = models.BooleanField(default=False)
    appeal = models.BigIntegerField(null=True)  # the entry
    appellant = models.CharField(max_length=40, blank=True)
    answered = models.BigIntegerField(null=True)
    right = models.BooleanField(null=True)  # whether the appeal was
    answer = models.TextField(blank=True)
