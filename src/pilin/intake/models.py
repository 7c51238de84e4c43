"""What ballots are cast in, the ballot that counts of each voter, and how many say what."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CompositePrimaryKey
from django.utils import timezone

from pilin.people.read_model import ReadModel

#: The choice under which item 0 counts those who voted at all.
VOTERS = "voters"


class Poll(ReadModel):
    """What is voted on in a matter: its ballots lie in a log of their own.

    Its id is the number of the entry that opened it. `items` are what can be voted on; under the
    shape "stance" each has ballots of its own (1 agree, 0 pass, −1 disagree), under "approval" one
    ballot names up to `most` of them.
    """

    id = models.BigIntegerField(primary_key=True)
    matter = models.BigIntegerField(db_index=True)
    shape = models.CharField(max_length=10)
    most = models.PositiveSmallIntegerField(default=1)
    until = models.DateTimeField()
    items = ArrayField(models.IntegerField(), default=list)  # numbers, from 1
    closed = models.BooleanField(default=False)
    closed_by = models.BigIntegerField(null=True)  # the entry that holds its last checkpoint
    #: Who may vote: "residents", "members", "anyone"; "" where it was opened before rolls were kept.
    who = models.CharField(max_length=10, blank=True, default="", db_default="")
    roll = models.IntegerField(null=True)  # how many are on it
    roll_hash = models.CharField(max_length=64, blank=True, default="", db_default="")
    roll_day = models.DateField(null=True)
    roll_places = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    roll_orgs = ArrayField(models.BigIntegerField(), default=list, db_default=[])

    #: Voters' names in it are made with a key of its own; those of older polls with the signing key.
    keyed = models.BooleanField(default=False, db_default=False)

    @property
    def takes_ballots(self) -> bool:
        return not self.closed and self.until >= timezone.now()

    @property
    def log(self) -> str:
        return log_of(self.pk)


#: What the names of the logs of ballots begin with.
BALLOTS = "ballots-"


def log_of(poll: int) -> str:
    """The name of the log that holds a poll's ballots."""
    return f"{BALLOTS}{poll}"


class Mark(ReadModel):
    """Where a vote's log stood while it ran, by the entry that says so: how many entries, and the root of
    their tree in base64."""

    remembered = False

    pk = CompositePrimaryKey("poll", "entry")
    poll = models.BigIntegerField()
    entry = models.BigIntegerField()
    size = models.BigIntegerField()
    root = models.CharField(max_length=44)


class PollKey(models.Model):
    """What voters' names in a poll are made with: in no entry, so in no copy of the record, and gone
    once the vote can be contested no more. Backups can leave it out, between votes."""

    poll = models.BigIntegerField(primary_key=True)
    key = models.BinaryField()


class SlipBatch(ReadModel):
    """Numbered slips given out for a poll, or of those some given back (`back`), by entry."""

    entry = models.BigIntegerField(primary_key=True)
    poll = models.BigIntegerField(db_index=True)
    first = models.IntegerField()
    last = models.IntegerField()
    words = models.CharField(max_length=120, blank=True)  # where they are given out; why given back
    back = models.BooleanField(default=False)

    @property
    def numbers(self) -> range:
        return range(self.first, self.last + 1)


class SlipReading(models.Model):
    """What somebody read on a slip, until somebody else has read the same: then it is a ballot."""

    poll = models.BigIntegerField()
    number = models.IntegerField()
    person = models.CharField(max_length=40)
    said = models.JSONField()  # the choice by item

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["poll", "number", "person"], name="slip_read_once_each")
        ]


class Voter(ReadModel):
    """Somebody on the roll of a poll, by the pseudonym entries know them by."""

    remembered = False

    pk = CompositePrimaryKey("poll", "person")
    poll = models.BigIntegerField()
    person = models.CharField(max_length=40)


class Ballot(ReadModel):
    """The newest ballot of a voter on an item (0 where one ballot covers all)."""

    remembered = False

    pk = CompositePrimaryKey("poll", "voter", "item")
    poll = models.BigIntegerField()
    voter = models.CharField(max_length=40)  # a pseudonym good for this poll only
    item = models.IntegerField()
    choice = models.CharField(
        max_length=400
    )  # "1", "0", "-1"; or item numbers, comma-apart; or "none"
    serial = models.BigIntegerField()  # when the page voted on was made, in microseconds
    number = models.BigIntegerField()  # of its entry in the poll's log


class Count(ReadModel):
    """How many of the newest ballots give an item this choice; item 0 counts the voters."""

    remembered = False

    pk = CompositePrimaryKey("poll", "item", "choice")
    poll = models.BigIntegerField()
    item = models.IntegerField()
    choice = models.CharField(max_length=8)
    n = models.IntegerField()
