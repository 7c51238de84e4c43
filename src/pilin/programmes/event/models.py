"""What the pages of events list: events, livestream rooms, bookings, registrations."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from pilin.engine.attributes import attribute
from pilin.engine.models import Matter
from pilin.people.models import Place
from pilin.people.read_model import ReadModel

TYPES = {
    "forum": _("Forum"),
    "contest": _("Contest"),
    "race": _("Race"),
    "livestream": _("Livestream"),
    "other": _("Other event"),
}


class Room(ReadModel):
    """A livestream room, shared by both sides. Its id is the number of the entry that recorded it."""

    id = models.BigIntegerField(primary_key=True)
    name = models.CharField(max_length=80, unique=True)
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="rooms")
    where = models.CharField(max_length=120, blank=True)
    side = models.CharField(max_length=1, blank=True)

    def __str__(self) -> str:
        return self.name


class Event(ReadModel):
    """An event; those of a register may have no date."""

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="event")
    type = attribute(models.CharField(max_length=12), _("Type"), shown=False)
    type_wording = attribute(  # what is shown, where a register says it
        models.CharField(max_length=30, blank=True),
        _("Type"),
        header="类型",
        required=True,
        width=12,
    )
    host = attribute(
        models.CharField(max_length=120, blank=True),
        _("Who holds it"),
        header="主办",
        also=("主办单位",),
        required=True,
        width=24,
        listed=True,
    )
    start = attribute(models.DateTimeField(null=True), _("When"), row=False)
    end = models.DateTimeField(null=True)
    where = attribute(models.CharField(max_length=120, blank=True), _("Where"), row=False)
    limit = models.PositiveIntegerField(null=True)
    waiting = models.PositiveIntegerField(default=0)  # places on the waiting list
    products = models.JSONField(default=list)  # {"name", "origin"} each
    results = models.TextField(blank=True)
    attendance = models.PositiveIntegerField(null=True)
    changes = models.PositiveSmallIntegerField(default=0)
    source_row = models.JSONField(default=dict)


class _Single(Func):
    """A range that holds one number: GiST compares ranges without an extension."""

    function = "int8range"


class Booking(ReadModel):
    """A room held for an event. No two at one time: the database sees to it."""

    event = models.OneToOneField(Event, models.CASCADE, primary_key=True)
    room = models.ForeignKey(Room, models.PROTECT, related_name="bookings")
    during = DateTimeRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="room_not_booked_twice",
                expressions=[
                    (_Single(F("room_id"), F("room_id"), Value("[]")), RangeOperators.OVERLAPS),
                    ("during", RangeOperators.OVERLAPS),
                ],
            )
        ]


class Registration(ReadModel):
    """Somebody who takes part: has a place, or waits for one. Known by the entry it began with."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="registrations")
    entry = models.BigIntegerField()
    person = models.CharField(max_length=40)
    status = models.CharField(max_length=10)  # placed | waiting | cancelled
    came = models.BooleanField(default=False)
    placed_by = models.BigIntegerField(null=True)  # the entry that gave back the place they have

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "person"],
                name="registered_once",
                condition=~Q(status="cancelled"),
            )
        ]
