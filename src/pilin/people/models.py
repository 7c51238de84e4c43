"""Who: places on two sides, organisations, offices from-until, accounts.

Places, organisations and offices come from the ledger; their ids are the numbers of the entries
that first recorded them. Accounts hold personal data and are never in the ledger: an entry names
its actor by the account's pseudonym.
"""

import secrets
from collections.abc import Iterator
from datetime import date
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .hearing import Choice, Device, Dispatch, Following, Reached  # noqa: F401  Django finds them here
from .homes import Home
from .neighbour_models import Neighbour  # noqa: F401
from .read_model import ReadModel
from .used import Used  # noqa: F401

LEFT, RIGHT = "a", "b"
ROLES = {
    "host": _("Host"),
    "clerk": _("Clerk"),
    "lead": _("Lead"),
    "department": _("Department officer"),
    "delegate": _("Delegate"),
    "treasurer": _("Treasurer"),
    "coordinator": _("School coordinator"),
    "desk": _("Desk officer"),
    "keeper": _("Keeper of lots"),
    "juror": _("Member of a committee"),
    "operator": _("Operator"),
}
LEVELS = {
    "county": _("County, city or district"),
    "town": _("Town or subdistrict"),
    "village": _("Village or community"),
}
CATEGORIES = {
    "government": _("Government"),
    "station": _("Station"),
    "hall": _("Hall"),
    "alliance": _("Alliance"),
    "service-centre": _("Service centre"),
    "park": _("Industrial park"),
    "company": _("Company"),
    "industry-centre": _("Industry centre"),
    "liaison": _("Consultative conference liaison office"),
    "studio": _("Delegates' studio"),
    "agency": _("Agency"),
    "party": _("Party branch"),
    "school": _("School"),
    "other": _("Other organisation"),
}
#: The role that answers for an organisation's matters, where it is not the lead.
STEWARDS = {
    "station": "host",
    "hall": "clerk",
    "service-centre": "desk",
    "school": "coordinator",
    "studio": "delegate",
}


class Called(models.Model):
    """What has the name its register gives it, and perhaps an English one.

    The registered name stands in entries and workbooks; pages show `called`.
    """

    name_en = models.CharField(max_length=120, blank=True, default="", db_default="")

    class Meta:
        abstract = True

    @property
    def called(self) -> str:
        """Its name for whoever reads the page: the English one on an English page, where known."""
        if self.name_en and (get_language() or "").startswith("en"):
            return self.name_en
        return str(self)


class Side(Called, ReadModel):
    """One of the two neighbours: "a" is drawn left of the border, "b" right of it."""

    code = models.CharField(primary_key=True, max_length=1)
    name = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.name


class Place(Called, ReadModel):
    """A county, town or village; the tree's roots are the two neighbours."""

    id = models.BigIntegerField(primary_key=True)
    code = models.CharField(max_length=12, blank=True)  # GB/T 2260 and below, where known
    name = models.CharField(max_length=100)
    level = models.CharField(max_length=10)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    within = models.CharField(max_length=100, blank=True)  # the place above a root, in words
    side = models.CharField(max_length=1, blank=True, db_index=True)
    path = ArrayField(models.BigIntegerField(), default=list)  # ids from the root to itself
    shape = models.TextField(
        blank=True, default="", db_default=""
    )  # GeoJSON, as `geometry` writes it
    #: Where its shape is from and how good it is, in the register's words.
    shape_note = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "parent"], name="place_name_in_parent")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def level_title(self) -> str:
        return str(LEVELS.get(self.level, self.level))


class Organisation(Called, ReadModel):
    """Anything that can hold an office. A place's government has the id of its place."""

    id = models.BigIntegerField(primary_key=True)
    name = models.CharField(max_length=120, unique=True)
    category = models.CharField(max_length=20)
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="organisations")
    places = ArrayField(models.BigIntegerField(), default=list)
    where = models.CharField(max_length=200, blank=True)  # the location in the register's words
    sides = models.CharField(max_length=2, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    note = models.TextField(blank=True)
    category_wording = models.CharField(max_length=60, blank=True)
    #: Its own point as "latitude, longitude"; else it is where its place is.
    point = models.CharField(max_length=30, blank=True, default="", db_default="")
    #: How money is paid to it, in its own words: account, counter, hours. "" where nobody said.
    pay = models.CharField(max_length=300, blank=True, default="", db_default="")

    def __str__(self) -> str:
        return self.name

    @property
    def steward(self) -> str:
        """The role that answers for this organisation's matters."""
        return STEWARDS.get(self.category, "lead")

    @property
    def category_title(self) -> str:
        return str(CATEGORIES.get(self.category, self.category))


class Office(ReadModel):
    """A person's role in an organisation, from-until (until inclusive; None: still held)."""

    id = models.BigIntegerField(primary_key=True)
    role = models.CharField(max_length=20)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="offices")
    person = models.CharField(max_length=40, db_index=True)
    since = models.DateField()
    until = models.DateField(null=True)
    #: The office whose holder this one stands in for, while it lasts.
    stands_for = models.BigIntegerField(null=True)
    #: The number of the entry that said so last.
    last = models.BigIntegerField(default=0, db_default=0)

    @staticmethod
    def held_on(day: date) -> Q:
        return Q(since__lte=day) & (Q(until__isnull=True) | Q(until__gte=day))

    def held(self, day: date) -> bool:
        """As `held_on`, of a row at hand."""
        return self.since <= day and (self.until is None or self.until >= day)

    @property
    def title(self) -> str:
        title = f"{self.organisation.called} · {ROLES.get(self.role, self.role)}"
        for_somebody = _("standing in")
        return f"{title} · {for_somebody}" if self.stands_for else title


#: How it was found out where somebody lives.
WAYS = {
    "register": _("found in the register of residents"),
    "code": _("a code handed out in person"),
    "vouched": _("vouched for face to face"),
    "demo": _("made up for the demo"),
}


class Residence(ReadModel):
    """Somebody lives at a place, checked in one of `WAYS`, from-until (until inclusive)."""

    id = models.BigAutoField(primary_key=True)
    person = models.CharField(max_length=40, db_index=True)
    place = models.BigIntegerField(db_index=True)
    since = models.DateField()
    until = models.DateField()
    way = models.CharField(max_length=10)
    entry = models.BigIntegerField(db_index=True)  # by which it was checked

    def __str__(self) -> str:
        return f"{self.person} {self.place}"


class WorkingDay(ReadModel):
    """A day on which an operator said that offices are open, or closed, whatever the calendar says."""

    remembered = False

    day = models.DateField(primary_key=True)
    works = models.BooleanField()
    why = models.CharField(max_length=120)
    entry = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.day} {self.works}"


class DueTime(ReadModel):
    """So many working days an operator gives for what follows a step of a kind of matter."""

    remembered = False

    id = models.BigIntegerField(primary_key=True)  # the entry that said so first
    kind = models.CharField(max_length=30)
    step = models.CharField(max_length=60)
    days = models.PositiveSmallIntegerField()
    entry = models.BigIntegerField()  # the one that said so last

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "step"], name="due_time_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.step} {self.days}"


def new_pseudonym() -> str:
    return "p-" + secrets.token_hex(8)


class Account(AbstractUser):
    """A person who signs in. Everything personal is here or in sealed parts, and erasable."""

    person = models.CharField(max_length=40, unique=True, default=new_pseudonym, editable=False)
    home = models.BigIntegerField(null=True, blank=True)  # a Place, not enforced: places rebuild
    demo_title = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=10, blank=True)
    unread = models.PositiveIntegerField(default=0)
    bell = models.PositiveBigIntegerField(default=0)  # grows with every notice; part of ETags
    erased_at = models.DateTimeField(null=True, editable=False)
    phone = models.CharField(max_length=20, unique=True, null=True, blank=True)
    phone_verified = models.BooleanField(default=False)
    #: Hours of the day between which nobody wants to be rung; none: never mind.
    quiet_from = models.PositiveSmallIntegerField(null=True, blank=True)
    quiet_until = models.PositiveSmallIntegerField(null=True, blank=True)
    #: Sessions begun before this moment are over; none: as long as the password stands.
    sessions_since = models.DateTimeField(null=True, editable=False)

    #: Their homes, where they were read along with the session.
    homes_read: ClassVar[tuple[Home, ...] | None] = None

    def get_session_auth_hash(self) -> str:
        return self._since(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        yield from map(self._since, super().get_session_auth_fallback_hash())

    def _since(self, known: str) -> str:
        """What a session must know: it changes when all sessions are ended."""
        moment = self.sessions_since
        return known if moment is None else salted_hmac(known, str(moment.timestamp())).hexdigest()

    def __str__(self) -> str:
        return self.person


class Invitation(models.Model):
    """A code with which somebody may sign up, once. The code itself is known to whoever was given it."""

    code = models.CharField(max_length=64, unique=True)  # its SHA-256
    made = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    by = models.CharField(max_length=40, blank=True)  # who made it; "house" on the command line
    batch = models.BigIntegerField(null=True, db_index=True)  # the entry that made it
    used = models.DateTimeField(null=True)


class DeskView(models.Model):
    """A way somebody looks at their desk, kept under a name of their own; no entry tells of it."""

    MOST, LONGEST = 10, 20  # of one account; the name

    account = models.ForeignKey(Account, models.CASCADE, related_name="desk_views")
    name = models.CharField(max_length=LONGEST)
    query = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="view_name_once")]
