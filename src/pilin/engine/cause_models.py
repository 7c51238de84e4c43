"""Which entries were made because of an entry in another record."""

from __future__ import annotations

from django.db import models

from pilin.people.read_model import ReadModel


class Cause(ReadModel):
    """Our entry `entry` answers entry `number` of the log `log`, named by its origin: once.

    So whatever reaches us twice, or again after a restart, is done once.
    """

    remembered = False

    entry = models.BigIntegerField(primary_key=True)
    log = models.CharField(max_length=255)
    number = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["log", "number"], name="cause_once")]
