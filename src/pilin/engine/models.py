"""Read models of the loop: matters, those who raised them, counts, and positions for caching."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilin.people.actor import Actor
from pilin.people.models import LEFT, ROLES, Organisation, Place
from pilin.people.read_model import ReadModel

from .cause_models import Cause  # noqa: F401
from .clock_models import ClockSeen  # noqa: F401
from .draft_models import Draft, DraftFile, SealedRead  # noqa: F401  Django finds an app's tables here
from .moderation_models import Report, Strike  # noqa: F401
from .moment_models import Moment  # noqa: F401
from .procedure import Procedure, Words
from .programme import registry


class Matter(ReadModel):
    """What goes round the loop. Its id is the number of the entry that opened it.

    An open matter has exactly one holder, either a post (organisation and role) or a person, and
    a due day; a closed one has neither. The database holds to that.
    """

    remembered = False

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=30)
    procedure = models.PositiveSmallIntegerField()  # version of the procedure it runs under
    state = models.CharField(max_length=30)
    is_open = models.BooleanField()
    title = models.CharField(max_length=200)
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="matters")
    sides = models.CharField(max_length=2, blank=True)
    org = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="matters")
    orgs = ArrayField(models.BigIntegerField(), default=list)  # all that take part
    holder_org = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="held")
    holder_role = models.CharField(max_length=20, blank=True)
    holder_person = models.CharField(max_length=40, blank=True)
    #: Whom of those at the post it was given to; "" where nobody in particular.
    assigned = models.CharField(max_length=40, blank=True, default="", db_default="")
    due = models.DateField(null=True)
    raiser = models.CharField(max_length=40)
    on_behalf = models.BooleanField(default=False)
    source = models.ForeignKey("self", models.PROTECT, null=True, related_name="results")
    outcome = models.PositiveSmallIntegerField(null=True)  # which outcome of the source
    opened = models.DateTimeField()
    closed = models.DateTimeField(null=True)
    closed_how = models.CharField(max_length=12, blank=True)
    climbed = models.PositiveSmallIntegerField(default=0)
    climbed_on = models.DateField(null=True)
    #: Where it is, as "latitude, longitude", where whoever raised it said so; else it is at its place.
    point = models.CharField(max_length=30, blank=True, default="", db_default="")
    last = models.BigIntegerField()  # number of its newest entry
    search = SearchVectorField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="one_holder_and_due_while_open",
                condition=Q(
                    is_open=True,
                    due__isnull=False,
                    holder_org__isnull=False,
                    holder_person="",
                )
                & ~Q(holder_role="")
                | Q(is_open=True, due__isnull=False, holder_org__isnull=True, holder_role="")
                & ~Q(holder_person="")
                | Q(
                    is_open=False,
                    due__isnull=True,
                    holder_org__isnull=True,
                    holder_person="",
                    holder_role="",
                ),
            )
        ]
        indexes = [
            models.Index(fields=["-last"], name="matter_last"),
            models.Index(fields=["kind", "-last"], name="matter_kind_last"),
            models.Index(fields=["place", "-last"], name="matter_place_last"),
            models.Index(fields=["org", "-last"], name="matter_org_last"),
            models.Index(fields=["sides", "kind", "-last"], name="matter_sides_last"),
            models.Index(fields=["due", "id"], name="matter_due", condition=Q(is_open=True)),
            models.Index(fields=["-last"], name="matter_open_last", condition=Q(is_open=True)),
            models.Index(
                fields=["holder_org", "holder_role", "due"],
                name="matter_post",
                condition=Q(is_open=True),
            ),
            models.Index(
                fields=["holder_person", "due"], name="matter_person", condition=Q(is_open=True)
            ),
            models.Index(fields=["org", "due"], name="matter_org_open", condition=Q(is_open=True)),
            models.Index(
                fields=["assigned", "due"], name="matter_assigned", condition=~Q(assigned="")
            ),
            models.Index(fields=["raiser", "-last"], name="matter_raiser"),
            models.Index(fields=["-last"], name="matter_crossing", condition=Q(sides="ab")),
            models.Index(fields=["-last"], name="matter_agenda", condition=Q(climbed=3)),
            models.Index(fields=["-last"], name="matter_point", condition=~Q(point="")),
            GinIndex("search", name="matter_search"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def rules(self) -> Procedure:
        return registry.get(self.kind, self.procedure)

    @property
    def url(self) -> str:
        return reverse("web:matter", args=[self.id])

    @property
    def kind_title(self) -> Words:
        return self.rules.title

    @property
    def state_title(self) -> Words:
        return self.rules.states[self.state].title

    @property
    def stage(self) -> str:
        return self.rules.states[self.state].stage

    @property
    def crossing(self) -> bool:
        return len(self.sides) == 2

    @property
    def side(self) -> str:
        return self.sides[:1] if len(self.sides) == 1 else (self.place.side if self.place else "")

    @property
    def side_is_left(self) -> bool:
        return self.side == LEFT

    def held_by(self, actor: Actor) -> bool:
        """Whether the actor is at the post that has it now."""
        post = self.holder_org_id
        return bool(post and actor.office(self.holder_role, organisation=post))

    @property
    def late(self) -> bool:
        return self.late_on(timezone.localdate())

    def late_on(self, day: date) -> bool:
        """Whether its due day has passed; what is due today is not late."""
        return self.due is not None and self.due < day

    @property
    def holder_title(self) -> str:
        if self.holder_org is not None:
            return f"{self.holder_org.called} · {ROLES.get(self.holder_role, self.holder_role)}"
        return str(_("Those who raised it")) if self.holder_person else ""


class Party(ReadModel):
    """A person with a stake in a matter: its raiser, a co-raiser by merging, a supporter."""

    remembered = False

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="parties")
    person = models.CharField(max_length=40, db_index=True)
    role = models.CharField(max_length=12)  # raiser | supporter

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "person"], name="party_once")]


class Nudge(ReadModel):
    """The day on which a person last asked for a matter to be seen to."""

    remembered = False

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="nudges")
    person = models.CharField(max_length=40)
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "person"], name="nudge_once")]


class Enquiry(ReadModel):
    """A question to whoever has a matter; its id is the number of the entry that asked it.

    Its words are sealed until it is answered, and stay so where it is declined.
    """

    remembered = False

    id = models.BigIntegerField(primary_key=True)
    matter = models.ForeignKey(Matter, models.CASCADE, related_name="enquiries")
    person = models.CharField(max_length=40)
    asked = models.DateTimeField()
    settled = models.BigIntegerField(null=True)  # number of the entry that answered or declined it
    answered = models.BooleanField(default=False)
    words = models.TextField(default="")
    reply = models.TextField(default="")  # the answer, or why there is none

    class Meta:
        indexes = [
            models.Index(fields=["matter", "id"], name="enquiry_waiting", condition=Q(settled=None))
        ]


class Said(ReadModel):
    """What an entry after the first one is found by: minutes, answers, reports, names of files.

    Its id is the entry's number. The words themselves are in the entry.
    """

    remembered = False

    id = models.BigIntegerField(primary_key=True)
    matter = models.BigIntegerField(db_index=True)
    search = SearchVectorField()

    class Meta:
        indexes = [GinIndex("search", name="said_search")]


class Evidence(ReadModel):
    """A file an entry names. Only what an entry names is ever served."""

    remembered = False

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="evidence")
    entry = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=100)
    type = models.CharField(max_length=100)
    size = models.BigIntegerField()


class Rating(ReadModel):
    """How those concerned judge what was done, 1 to 5; the latest of each person counts."""

    remembered = False

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="ratings")
    person = models.CharField(max_length=40)
    score = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "person"], name="rating_once")]


class Course(ReadModel):
    """How a matter went, in local days: what figures over time are counted from.

    `raised` is None where a register entered the matter; `asked`, whether it was put to an
    organisation its raiser does not act for. What is meant by answered and done is said once, in
    `pilin.deciding.promises`.
    """

    remembered = False

    matter = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=30)
    sides = models.CharField(max_length=2, blank=True)
    org = models.BigIntegerField(null=True)  # in charge
    asked = models.BooleanField()
    raised = models.DateField(null=True)
    answered = models.DateField(null=True)
    answered_by = models.BigIntegerField(null=True)  # the organisation that had it
    answered_entry = models.BigIntegerField(null=True)
    done = models.DateField(null=True)
    done_entry = models.BigIntegerField(null=True)
    closed = models.DateField(null=True)
    how = models.CharField(max_length=12, blank=True)


class DueDay(ReadModel):
    """A due day of an organisation that came to an end on the day `ended`: kept, if not after it."""

    remembered = False

    entry = models.BigIntegerField(primary_key=True)  # which ended it
    matter = models.BigIntegerField()
    org = models.BigIntegerField()
    due = models.DateField()
    ended = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["org", "due"], name="dueday_org")]


class Tally(ReadModel):
    """How many matters a scope has, by kind, state and due day: counts without counting.

    Scopes: "all", "side:a", "crossing", "place:12", "org:7". What is late today is a sum over due
    days before today, so no job has to run at midnight for the figures to be right.
    """

    remembered = False

    scope = models.CharField(max_length=30)
    kind = models.CharField(max_length=30)
    state = models.CharField(max_length=30)
    how = models.CharField(max_length=12, blank=True)
    due = models.DateField(null=True)
    n = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "kind", "state", "how", "due"],
                name="tally_once",
                nulls_distinct=False,
            )
        ]


class Position(ReadModel):
    """The number of the last entry that changed what a scope shows; pages' ETags read it."""

    remembered = False

    scope = models.CharField(primary_key=True, max_length=40)
    number = models.BigIntegerField()


REASONS = {
    "yours": _("It is your turn"),
    "news": _("It moved on"),
    "closed": _("It is closed"),
    "overdue": _("It is overdue"),
    "assigned": _("It was given to you"),
    "nudged": _("Somebody waits for it"),
    "asked": _("Somebody asks you something"),
    "answered": _("Your question was looked at"),
    "unmanned": _("Nobody is left there to see to what is open"),
    "came": _("Something came in for you to look at"),
    "looked": _("What you wrote was looked at"),
    "struck": _("Words of yours were struck"),
    "place": _("You have a place now"),
    "follows": _("Something you follow moved on"),
    "part": _("Something you take part in moved on"),
    "vote": _("You may vote"),
    "fits": _("It may be for you"),
}
#: Those that ask for something: until somebody has seen to it, then of nobody any more.
ASKING = frozenset({"yours", "overdue", "assigned", "nudged", "asked", "came", "vote"})


class Notice(models.Model):
    """Something a person should know. Written with the entry, sent after commit (outbox)."""

    person = models.CharField(max_length=40)
    matter = models.BigIntegerField()
    entry = models.BigIntegerField()
    reason = models.CharField(max_length=20)  # a key of REASONS
    made = models.DateTimeField(default=timezone.now)
    read = models.DateTimeField(null=True)
    settled = models.DateTimeField(null=True)  # what it asked for has been seen to
    mailed = models.DateTimeField(null=True)  # when its letters were planned, or left before 0.4

    class Meta:
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_person"),
            models.Index(fields=["id"], name="notice_outbox", condition=Q(mailed__isnull=True)),
            models.Index(
                fields=["matter"],
                name="notice_asking",
                condition=Q(settled__isnull=True, reason__in=sorted(ASKING)),
            ),
            models.Index(fields=["person", "matter", "-id"], name="notice_grouped"),
        ]
        constraints = [models.UniqueConstraint(fields=["person", "entry"], name="notice_once")]

    @property
    def reason_title(self) -> Words:
        return REASONS[self.reason]
