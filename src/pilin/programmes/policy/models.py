"""Policies and rules, as documents with what they require."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from pilin.people.read_model import ReadModel


class Document(ReadModel):
    """A document before a meeting. Its id is the number of the entry that recorded it."""

    id = models.BigIntegerField(primary_key=True)
    title = models.CharField(max_length=200, unique=True)
    type = models.CharField(max_length=30, blank=True)
    meeting = models.JSONField(null=True)  # a moment
    requirements = ArrayField(models.CharField(max_length=200), default=list)
