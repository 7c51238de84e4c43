"""Nominations, what offices found, who sits on the committee, what was objected."""

from __future__ import annotations

from fractions import Fraction

from django.db import models
from django.utils.translation import gettext_lazy as _

from pilin.engine.attributes import attribute
from pilin.engine.models import Matter
from pilin.people.models import Organisation
from pilin.people.read_model import ReadModel
from pilin.wording.reading import short_day, yuan

RELATIONS = {
    "none": _("None of these"),
    "kin": _("A relative"),
    "unit": _("From the same unit"),
    "interest": _("Another interest in it"),
}
FINDINGS = {"clear": _("Nothing against it"), "against": _("Something against it")}


class Nomination(ReadModel):
    matter = models.OneToOneField(
        Matter, models.CASCADE, primary_key=True, related_name="nomination"
    )
    day = attribute(models.DateField(), _("Day of the deed"), listed=True, words=short_day)
    unit = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    agrees = models.CharField(max_length=3, blank=True)  # to be named: yes, no, "" not asked yet
    minor = models.BooleanField(default=False)
    name = models.CharField(max_length=40, blank=True)  # once it is public
    until = models.DateField(null=True)  # last day of the public notice
    sheet = models.JSONField(null=True)  # as the entry that opened the votes says
    opened = models.BigIntegerField(null=True)  # that entry
    amount = attribute(
        models.DecimalField(max_digits=15, decimal_places=2, null=True),
        _("Prize money"),
        words=lambda amount: yuan(amount) if amount is not None else "",
    )
    conferred = models.DateField(null=True)
    revoked = models.BooleanField(default=False)
    heard = models.BooleanField(default=False)  # before it is refused
    source_row = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="minors_are_not_named",
                condition=models.Q(minor=False) | models.Q(name=""),
            )
        ]

    @property
    def may_be_named(self) -> bool:
        return self.agrees == "yes" and not self.minor

    @property
    def score(self) -> Fraction | None:
        said = (self.sheet or {}).get("score")
        return Fraction(said) if said else None


class Inquiry(ReadModel):
    """An office was asked, and has so long to answer."""

    nomination = models.ForeignKey(Nomination, models.CASCADE, related_name="inquiries")
    org = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    due = models.DateField()
    late = models.BooleanField(default=False)  # named in an entry
    finding = models.CharField(max_length=8, blank=True)  # a key of FINDINGS
    entry = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["nomination", "org"], name="inquiry_of_office_once")
        ]


class Member(ReadModel):
    """Somebody on the committee: has voted by an entry, or recused themselves."""

    nomination = models.ForeignKey(Nomination, models.CASCADE, related_name="members")
    person = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField()
    voted = models.BigIntegerField(null=True)
    recused = models.CharField(max_length=10, blank=True)  # a key of RELATIONS

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["nomination", "person"], name="member_once"),
            models.CheckConstraint(
                name="recused_do_not_vote",
                condition=models.Q(recused="") | models.Q(voted__isnull=True),
            ),
        ]


class Objection(ReadModel):
    """By name, to the office alone; its words and the answer are public."""

    id = models.BigIntegerField(primary_key=True)  # of the entry
    nomination = models.ForeignKey(Nomination, models.CASCADE, related_name="objections")
    person = models.CharField(max_length=40)
    text = models.TextField()
    answer = models.TextField(blank=True)


class Contested(ReadModel):
    """A hall of one side has to say where a deed near the border is judged; "" while it has not."""

    nomination = models.ForeignKey(Nomination, models.CASCADE, related_name="contested")
    other = models.BigIntegerField()
    org = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    keeps = models.CharField(max_length=3, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["nomination", "org"], name="contested_by_hall_once")
        ]
