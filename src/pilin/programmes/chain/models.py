"""Lots on their way from seed to bag, where they lie, and what is called back.

What a lot is goes in and out by moves, which are only ever added; what lies where is kept by the
database, as are the bounds: nothing goes out that did not come in, and no more mass comes of a lot's
making than went in (see the migration).
"""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pilin.deciding.chains.acts import ACTS, GOODS, UNITS
from pilin.engine.attributes import attribute
from pilin.engine.models import Matter
from pilin.people.models import Organisation, Place
from pilin.people.read_model import ReadModel
from pilin.wording.reading import count, measure, short_day
from pilin.wording.saying import say

WEIGHED = tuple(name for name, act in ACTS.items() if act.weighed)
#: What was looked at of a lot, by whom it may be relied on.
PAPERS = {
    "test": _("Test report"),
    "promise": _("Certificate of promised conformity"),
    "seed": _("Seed label and quarantine certificate"),
    "other": _("Other paper"),
}


def amount_of(amount: Decimal, good: str) -> str:
    """An amount with its unit, for reading: 1,200.5 kg."""
    unit = say(UNITS[GOODS[good].unit])
    return f"{measure(amount)} {unit}"


def good_words(name: str) -> str:
    return say(GOODS[name].title) if name in GOODS else name


def act_words(name: str) -> str:
    return say(ACTS[name].title) if name in ACTS else name


class Lot(ReadModel):
    """So much of one good, made at once. `taken` is the mass that went in, `beside` what came beside it."""

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="lot")
    org = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    code = models.CharField(max_length=20)
    good = attribute(models.CharField(max_length=12), _("Good"), listed=True, words=good_words)
    act = models.CharField(max_length=12)
    day = attribute(models.DateField(), _("Made on"), listed=True, words=short_day)
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    amount = models.DecimalField(max_digits=15, decimal_places=3)
    taken = models.DecimalField(max_digits=15, decimal_places=3, default=Decimal(0))
    beside = models.DecimalField(max_digits=15, decimal_places=3, default=Decimal(0))
    wet = models.DecimalField(max_digits=4, decimal_places=1, null=True)  # per cent of water before
    water = models.DecimalField(max_digits=4, decimal_places=1, null=True)  # and after drying
    bags = models.PositiveIntegerField(null=True)
    gtin = models.CharField(max_length=14, blank=True)
    best = models.DateField(null=True)  # before
    variety = models.CharField(max_length=60, blank=True)
    words = models.TextField(blank=True)
    void = models.BooleanField(default=False)  # entered by mistake, and nothing came of it
    recall = models.BigIntegerField(null=True)  # the recall it is called back by
    token = models.CharField(max_length=40, null=True, unique=True)  # of a record kept on a phone
    source_row = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org", "code"], name="lot_code_once"),
            models.CheckConstraint(name="lot_of_something", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="lot_within_what_went_in",
                condition=~Q(act__in=WEIGHED) | Q(taken__gte=F("amount") + F("beside")),
            ),
        ]
        indexes = [
            models.Index(fields=["gtin", "code"], name="lot_gtin"),
            models.Index(fields=["code"], name="lot_code"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def called(self) -> str:
        return f"{good_words(self.good)} {self.code}"

    @property
    def measured(self) -> str:
        """How much it is, for reading; bags with how many."""
        words = amount_of(self.amount, self.good)
        if self.bags:
            return str(_("%(amount)s in %(n)s bags") % {"amount": words, "n": count(self.bags)})
        return words


class Move(ReadModel):
    """So much of a lot came to an organisation, or went from it: into another lot, where `into` is said."""

    MADE, INTO, SOLD, LOST, SENT, RECEIVED, CORRECTED, VOID = (
        *("made", "into", "sold", "lost", "sent", "received"),
        *("corrected", "void"),
    )
    remembered = False

    lot = models.ForeignKey(Lot, models.CASCADE, related_name="moves")
    org = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    entry = models.BigIntegerField()
    why = models.CharField(max_length=10)
    came = models.DecimalField(max_digits=15, decimal_places=3, default=Decimal(0))
    went = models.DecimalField(max_digits=15, decimal_places=3, default=Decimal(0))
    into = models.ForeignKey(Lot, models.CASCADE, null=True, related_name="sources")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="move_one_way", condition=Q(came__gt=0, went=0) | Q(came=0, went__gt=0)
            )
        ]
        indexes = [
            models.Index(fields=["lot", "into"], name="move_forth", condition=Q(into__isnull=False))
        ]


class Stock(ReadModel):
    """What lies of a lot at an organisation; kept by the database itself."""

    remembered = False

    lot = models.ForeignKey(Lot, models.CASCADE, related_name="stocks")
    org = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    came = models.DecimalField(max_digits=15, decimal_places=3, default=Decimal(0))
    went = models.DecimalField(max_digits=15, decimal_places=3, default=Decimal(0))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lot", "org"], name="stock_once"),
            models.CheckConstraint(
                name="no_more_out_than_in", condition=Q(came__gte=F("went"), went__gte=0)
            ),
        ]
        indexes = [
            models.Index(fields=["org"], name="stock_there", condition=Q(came__gt=F("went")))
        ]

    @property
    def left(self) -> Decimal:
        return self.came - self.went


class Paper(ReadModel):
    """What was found of a lot, with the paper it stands on: its hash is in the entry."""

    lot = models.ForeignKey(Lot, models.CASCADE, related_name="papers")
    entry = models.BigIntegerField()
    what = models.CharField(max_length=10)
    passed = models.BooleanField()
    by = models.CharField(max_length=80)
    number = models.CharField(max_length=60, blank=True)
    day = models.DateField()
    sha256 = models.CharField(max_length=64)


class Shipment(ReadModel):
    """So much of a lot, on its way from one organisation to another."""

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="shipment")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="shipments")
    sender = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    to = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    #: Where it is bound for while it is on its way, there or back.
    bound = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    amount = models.DecimalField(max_digits=15, decimal_places=3)
    received = models.DecimalField(max_digits=15, decimal_places=3, null=True)
    day = attribute(models.DateField(), _("Sent on"), listed=True, words=short_day)
    source_row = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="no_more_arrives_than_was_sent",
                condition=Q(received__isnull=True) | Q(received__lte=F("amount"), received__gte=0),
            )
        ]
        indexes = [
            models.Index(fields=["lot"], name="shipment_on_way", condition=Q(bound__isnull=False))
        ]

    @property
    def measured(self) -> str:
        return amount_of(self.amount, self.lot.good)


class Recall(ReadModel):
    """Something is wrong with a lot; once it is ordered, all that came of it is called back."""

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="recall")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="reports")
    ordered = models.BigIntegerField(null=True)  # the entry


class Affected(ReadModel):
    """So much of a lot that is called back lay at an organisation when it was, or was on its way there;
    and how much of that is held back, once whoever holds it has said so."""

    recall = models.ForeignKey(Recall, models.CASCADE, related_name="affected")
    lot = models.ForeignKey(Lot, models.CASCADE, related_name="+")
    org = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=15, decimal_places=3)
    held = models.DecimalField(max_digits=15, decimal_places=3, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recall", "lot", "org"], name="affected_once"),
            models.CheckConstraint(
                name="no_more_held_back_than_there_was",
                condition=Q(held__isnull=True) | Q(held__lte=F("amount"), held__gte=0),
            ),
        ]
