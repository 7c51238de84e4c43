"""What the pages of stations, halls and consultations list."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from pilin.engine.attributes import attribute
from pilin.engine.models import Matter
from pilin.people.models import Organisation, Place
from pilin.people.read_model import ReadModel

#: What a station should have, unless its register says otherwise (the town's "six haves").
SIX_HAVES = {
    "room": _("A room"),
    "sign": _("A sign at the door"),
    "people": _("People in charge"),
    "rules": _("Written rules"),
    "records": _("Records kept"),
    "funding": _("Means to run it"),
}


class Meeting(ReadModel):
    """The meeting of a consultation: convened, then held."""

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True)
    org = models.ForeignKey(Organisation, models.PROTECT, related_name="meetings")
    time = models.DateTimeField()
    where = models.CharField(max_length=200)
    invitees = models.TextField()
    agenda = models.TextField(blank=True)
    held = models.BooleanField(default=False)
    attendance = models.PositiveIntegerField(null=True)
    changes = models.PositiveSmallIntegerField(default=0)


class Outcome(ReadModel):
    """One outcome of a consultation, and what became of it."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="outcomes")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    settled = models.BooleanField(default=False)
    answer = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "number"], name="outcome_once")]


class Readiness(ReadModel):
    """Whether a forum has one of the things it should have."""

    org = models.ForeignKey(Organisation, models.CASCADE, related_name="readiness")
    item = models.CharField(max_length=30)
    title = models.CharField(max_length=60, blank=True)  # words for items beyond the six
    has = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "item"], name="readiness_once")]


STATUS = {
    "waiting": _("waits to be looked at"),
    "shown": _("in the vote"),
    "rejected": _("not put to the vote"),
    "merged": _("merged with one like it"),
    "out": _("taken out of the vote"),
    "earlier": _("in an earlier vote"),
}


class Statement(ReadModel):
    """A short sentence to agree or disagree with. Its text is here once it is put to the vote."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="statements")
    number = models.PositiveIntegerField()
    text = models.CharField(max_length=140, blank=True)
    status = models.CharField(max_length=10)  # a key of STATUS
    author = models.CharField(max_length=40, blank=True)  # "" for those it began with
    entry = models.BigIntegerField()  # of the step that added it
    reason = models.CharField(max_length=400, blank=True)
    into = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "number"], name="statement_once")]

    @property
    def status_title(self) -> object:
        return STATUS[self.status]


class Question(ReadModel):
    """What a vote on statements is about, and what became of it."""

    poll = models.BigIntegerField(primary_key=True)
    matter = models.ForeignKey(Matter, models.CASCADE, related_name="questions")
    text = models.CharField(max_length=120)
    closed_by = models.BigIntegerField(null=True)  # entry with the last checkpoint of the ballots
    voters = models.IntegerField(null=True)


class Opinions(models.Model):
    """The opinion map of a poll as last computed: can be made again from the ballots any time."""

    poll = models.BigIntegerField(primary_key=True)
    size = models.BigIntegerField()  # ballots in the log it was computed from
    made = models.DateTimeField()
    took = models.FloatField(default=0)  # seconds
    found = models.JSONField()


class Coverage(ReadModel):
    """How many of a town's villages have a station, as its register says."""

    place = models.OneToOneField(Place, models.CASCADE, primary_key=True)
    villages = attribute(
        models.PositiveIntegerField(),
        _("Villages of these towns"),
        header="村社区总数",
        also=("村(社区)总数",),
        required=True,
    )
    stations = attribute(
        models.PositiveIntegerField(),
        _("Stations built"),
        header="已建驿站",
        also=("驿站数",),
        required=True,
    )
    platform = attribute(
        models.CharField(max_length=100, blank=True),
        _("Platform"),
        header="核心平台",
        also=("平台",),
        width=32,
    )
    sessions = attribute(
        models.PositiveIntegerField(null=True),
        _("Deliberations held together"),
        header="互动开展协商(场)",
        also=("开展协商(场)",),
        width=20,
    )
