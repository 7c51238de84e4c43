"""What the pages of wishes list."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from pilin.engine.models import Matter
from pilin.people.models import Organisation
from pilin.people.read_model import ReadModel


class Wish(ReadModel):
    """A child's wish. The child is a code here; the name is kept sealed in the entry."""

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="wish")
    code = models.CharField(max_length=20)
    school = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="wishes")
    school_words = models.CharField(max_length=120, blank=True)
    price = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    pledged = models.DecimalField(max_digits=15, decimal_places=2, default=Decimal(0))
    claimant = models.CharField(max_length=40, blank=True)  # pseudonym; "" where a group pooled
    status = models.CharField(max_length=20, blank=True)  # the register's own words
    source_row = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="wish_not_over_pledged",
                condition=Q(price=None) | Q(pledged__lte=F("price")),
            )
        ]


class Pledge(ReadModel):
    """What one person puts in towards a wish."""

    wish = models.ForeignKey(Wish, models.CASCADE, related_name="pledges")
    entry = models.BigIntegerField()
    person = models.CharField(max_length=40)
    amount = models.DecimalField(max_digits=15, decimal_places=2)
