"""What the pages of pairings list."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from pilin.engine.attributes import attribute
from pilin.engine.models import Matter
from pilin.kit.facts import when, wording
from pilin.people.models import Organisation
from pilin.people.read_model import ReadModel

TYPES = {
    "village": _("Village with village"),
    "branch": _("Party branch with Party branch"),
    "school": _("School with school"),
    "penpals": _("Pen pals"),
    "mentor": _("Mentor"),
    "support": _("Supported children"),
    "adviser": _("Industry adviser"),
    "talent": _("Exchange of specialists"),
    "sales": _("Sales channel for produce"),
}
#: Types only registers and older entries have: who is sought or sent for days is an exchange of its own.
ELSEWHERE = ("adviser", "talent")
#: Types that pair persons; a child among them is a code.
PERSONS = ("penpals", "mentor", "support")
DIRECTIONS = {"sought": _("Sought"), "offered": _("Offered")}


class Pairing(ReadModel):
    """Two who are paired. A register may name sides that are no organisations: then in words."""

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="pairing")
    type = attribute(models.CharField(max_length=12), _("What is paired?"), shown=False)
    type_wording = attribute(
        models.CharField(max_length=60, blank=True),
        _("Type"),
        header="结对类型",
        also=("类型",),
        required=True,
        width=20,
    )
    left = attribute(  # shown with the right one
        models.CharField(max_length=120), _("Between"), header="甲方", required=True, width=36
    )
    right = attribute(
        models.CharField(max_length=120, blank=True),
        _("With whom?"),
        header="乙方",
        required=True,
        width=24,
        shown=False,
    )
    right_org = attribute(  # shown with the left one
        models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+"),
        _("Organisations"),
        row=False,
    )
    direction = models.CharField(max_length=8, blank=True)  # of a listing: sought | offered
    field = attribute(  # of a listing
        models.CharField(max_length=60, blank=True), _("Field of work"), row=False
    )
    count = attribute(  # a quantity
        models.JSONField(null=True),
        _("How many"),
        header="数量",
        width=10,
        listed=True,
        words=wording,
    )
    period = attribute(  # a moment
        models.JSONField(null=True),
        _("When"),
        header="时间",
        also=("结对时间",),
        words=when,
    )
    until = attribute(models.DateField(null=True), _("Until"), row=False)
    source_row = models.JSONField(default=dict)


class Pair(ReadModel):
    """One pair of persons, by code; names are kept sealed in the entry."""

    pairing = models.ForeignKey(Pairing, models.CASCADE, related_name="pairs")
    number = models.PositiveIntegerField()
    left_code = models.CharField(max_length=20)
    right_code = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pairing", "number"], name="pair_once")]


class Letter(ReadModel):
    """A letter on its way between two persons of a pair; its text is kept sealed in the entry."""

    pairing = models.ForeignKey(Pairing, models.CASCADE, related_name="letters")
    entry = models.BigIntegerField()
    pair = models.PositiveIntegerField()
    org = models.ForeignKey(Organisation, models.PROTECT)  # the school it comes from
    passed_on = models.DateField(null=True)
