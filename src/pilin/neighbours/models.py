"""What crosses the border, as entries say it; and how far the copy of a neighbour's record has come."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from pilin.engine.models import Matter
from pilin.people.read_model import ReadModel


class Handover(ReadModel):
    """A matter that was handed to a neighbour (`gives`), or taken over from one: one on each side.

    `theirs` is the number of the other side's matter in their record; 0 until it is known.
    """

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="handover")
    gives = models.BooleanField()
    neighbour = models.BigIntegerField()
    theirs = models.BigIntegerField(default=0)
    #: What it came from in the giver's record, and what came of it in the taker's.
    source = models.BigIntegerField(default=0)
    lead = models.CharField(max_length=120)  # the organisation that is to see to it, by name
    asked_by = models.CharField(max_length=120)  # and the one that asks
    reason = models.TextField(blank=True)  # why it was not taken over

    class Meta:
        indexes = [models.Index(fields=["neighbour", "theirs"], name="handover_theirs")]


class Asked(ReadModel):
    """A step that somebody here asked for on a neighbour's matter. Whether it was taken stands in their
    record: the entry there that answers this one."""

    id = models.BigIntegerField(primary_key=True)  # of our entry
    neighbour = models.BigIntegerField()
    theirs = models.BigIntegerField()  # the matter, in their record
    kind = models.CharField(max_length=30)
    step = models.CharField(max_length=60)
    person = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["neighbour", "theirs"], name="asked_theirs")]


class Refusal(ReadModel):
    """A step asked for across the border that was not taken, and why, by language."""

    id = models.BigIntegerField(primary_key=True)  # of our entry
    neighbour = models.BigIntegerField()
    number = models.BigIntegerField()  # of the entry that asked, in their record
    code = models.CharField(max_length=20)
    words = models.JSONField(default=dict)


#: Why a copy is not brought up to date, by the first word of `Copy.fault`; numbers follow it.
WHY = {
    "away": _("their server cannot be reached"),
    "unknown": _("their server says that it does not know ours"),
    "unwitnessed": _("those who must have witnessed their record have not"),
    "wrong": _("what their server answers is not what it must be"),
    "none": _("there is no copy yet: it is made when Pilin starts"),
    "shorter": _("they signed %s entries once, and have %s now"),
    "fork": _("they signed two records that exclude each other"),
    "parked": _("entry %s was made by a newer release: it waits for that, and all after it"),
}


class Copy(models.Model):
    """How far the copy of a neighbour's record is: how many entries are verified and stored; of how many
    the words came along; how many are applied to the tables that are read; of how many we did what they
    want of us. `fault` is a word of `WHY` with its numbers, `fork` holds two signed notes that exclude each other."""

    neighbour = models.BigIntegerField(primary_key=True)
    size = models.BigIntegerField(default=0)
    worded = models.BigIntegerField(default=0)
    applied = models.BigIntegerField(default=0)
    answered = models.BigIntegerField(default=0)
    #: Pairs of an entry's number, and when its record was seen last without it: what is not answered yet.
    looked = models.JSONField(default=list)
    seen = models.DateTimeField(null=True)
    fault = models.TextField(default="")
    parked = models.TextField(default="")
    fork = models.TextField(default="")
    #: The vkey that signs their record now, where that was changed since they became a neighbour.
    key = models.CharField(max_length=300, default="")

    def looks(self, size: int) -> None:
        """Note that entries from `size` on are new: they were not there when we saw their record last."""
        kept = [pair for pair in self.looked if pair[0] > self.answered]
        if size and self.seen:
            before = [pair for pair in self.looked if pair[0] <= self.answered][-1:]
            self.looked = [*before, *kept, [size, self.seen.isoformat()]]

    def seen_without(self, number: int) -> datetime | None:
        """When their record was seen last without that entry."""
        found = [at for first, at in self.looked if first <= number]
        return datetime.fromisoformat(found[-1]) if found else None

    @property
    def why(self) -> str:
        """What is wrong, for whoever reads the page; "" where nothing is."""
        code, *numbers = self.fault.split()[:3] or [""]
        words = str(WHY.get(code, ""))
        return words % tuple(numbers) if words.count("%s") == len(numbers) else words


class Heard(models.Model):
    """A nonce of a signed question, so that nobody asks the same again."""

    key = models.CharField(max_length=200)
    nonce = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "nonce"], name="heard_once")]
