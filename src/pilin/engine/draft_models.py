"""What somebody began and has not recorded yet: beside the ledger, for its account alone."""

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Draft(models.Model):
    """What somebody filled in for a step and has not recorded yet. Never in the ledger.

    Of each step one unfinished at most. Once recorded, only the number of the entry stays for a
    while: whoever presses the button twice is shown what they recorded.
    """

    person = models.CharField(max_length=40)
    kind = models.CharField(max_length=30)
    matter = models.BigIntegerField(default=0)  # 0 where the step opens one
    step = models.CharField(max_length=60)
    token = models.CharField(max_length=43, unique=True)  # good for one entry
    answers = models.TextField(blank=True)  # encrypted
    ready = models.BooleanField(default=False)  # everything is in order: it can be recorded
    recorded = models.BigIntegerField(null=True)  # number of the entry it became
    changed = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "matter", "step"],
                name="draft_once",
                condition=Q(recorded__isnull=True),
            )
        ]
        indexes = [models.Index(fields=["changed"], name="draft_changed")]


class DraftFile(models.Model):
    """A file that waits with a draft, in a folder of its own: it is no evidence yet."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="files")
    key = models.CharField(max_length=32, unique=True)  # its name on disk
    name = models.CharField(max_length=100)
    type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)

    @property
    def is_picture(self) -> bool:
        return self.type.startswith("image/")


class SealedRead(models.Model):
    """Somebody read the sealed part of an entry of somebody else's: once a day is told."""

    reader = models.CharField(max_length=40)
    office = models.JSONField(null=True)  # {"role", "org"} they held
    entry = models.BigIntegerField()
    matter = models.BigIntegerField()
    owner = models.CharField(max_length=40, db_index=True)  # who wrote it
    day = models.DateField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reader", "entry", "day"], name="read_once_a_day")
        ]
