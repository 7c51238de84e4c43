"""What the pages of the exchange of advisers list."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pilin.engine.attributes import attribute
from pilin.engine.models import Matter
from pilin.people.models import Organisation
from pilin.people.read_model import ReadModel
from pilin.wording.reading import measure, short_day

DIRECTIONS = {"sought": _("Sought"), "offered": _("Offered")}
OPPOSITE = {"sought": "offered", "offered": "sought"}


def days_words(days: object) -> str:
    return "" if days is None else _("%(n)s days") % {"n": measure(days)}  # type: ignore[arg-type]


class Placement(ReadModel):
    """A specialist who is sought or offered, and where they work once both sides agree.

    `sender` is where the specialist belongs, `receiver` where they work; of a listing only one is known.
    Nobody is named: `role` says what they can do, how to reach them is sealed in the entries.
    """

    matter = models.OneToOneField(
        Matter, models.CASCADE, primary_key=True, related_name="placement"
    )
    direction = attribute(
        models.CharField(max_length=8), _("Sought or offered"), listed=True, words=DIRECTIONS.get
    )
    field = attribute(models.CharField(max_length=60), _("Field of work"), listed=True)
    role = attribute(models.CharField(max_length=80, blank=True), _("Who, without a name"))
    receiver = attribute(
        models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+"),
        _("Where the work is"),
    )
    sender = attribute(
        models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+"),
        _("Where they come from"),
    )
    days = attribute(
        models.DecimalField(max_digits=5, decimal_places=1),
        _("Days agreed"),
        listed=True,
        words=days_words,
    )
    start = attribute(models.DateField(), _("From the day"), words=short_day)
    until = attribute(models.DateField(), _("To the day"), listed=True, words=short_day)
    listing = models.BigIntegerField(null=True)  # the partner's own listing this answers
    was = models.JSONField(default=dict)  # of a listing that is answered: what it said itself
    register_days = models.DecimalField(max_digits=5, decimal_places=1, null=True)  # worked before
    source_row = models.JSONField(default=dict)


class Work(ReadModel):
    """Days worked: one entry a day of beginning. Never changed; `stands` waiting, confirmed or objected."""

    id = models.BigIntegerField(primary_key=True)  # its entry
    placement = models.ForeignKey(Placement, models.CASCADE, related_name="work")
    day = models.DateField()
    days = models.DecimalField(max_digits=3, decimal_places=1)
    words = models.CharField(max_length=300)
    stands = models.CharField(max_length=10, default="waiting")
    reply = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["placement", "day"],
                condition=~models.Q(stands="objected"),
                name="day_worked_once",
            ),
            models.CheckConstraint(condition=models.Q(days__gt=0), name="some_of_a_day_worked"),
        ]
