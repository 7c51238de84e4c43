"""What the pages of wishes list."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pilin.engine.attributes import attribute
from pilin.engine.models import Matter
from pilin.people.models import Organisation
from pilin.people.read_model import ReadModel
from pilin.wording.reading import yuan


class Wish(ReadModel):
    """A child's wish. The child is a code here; the name is kept sealed in the entry."""

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="wish")
    code = attribute(
        models.CharField(max_length=20),
        _("Child"),
        header="心愿人(隐去姓名)",
        also=("心愿人", "学生"),
        required=True,
        width=20,
        listed=True,
    )
    school = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="wishes")
    school_words = attribute(
        models.CharField(max_length=120, blank=True),
        _("School"),
        header="学校",
        field="school",
        required=True,
        width=24,
        listed=True,
    )
    price = attribute(
        models.DecimalField(max_digits=15, decimal_places=2, null=True),
        _("Price"),
        listed=True,
        row=False,
        words=lambda price: yuan(price) if price else "",
    )
    pledged = attribute(
        models.DecimalField(max_digits=15, decimal_places=2, default=Decimal(0)),
        _("Put in so far"),
        row=False,
    )
    bring = models.CharField(max_length=200, blank=True)  # where it can be brought, and when
    thanks = models.TextField(blank=True)  # of the school
    claimant = models.CharField(max_length=40, blank=True)  # pseudonym; "" where a group pooled
    status = attribute(  # the register's own words
        models.CharField(max_length=20, blank=True),
        _("In the register"),
        header="状态",
        width=12,
    )
    source_row = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="wish_not_over_pledged",
                condition=Q(price=None) | Q(pledged__lte=F("price")),
            )
        ]


ASKED, ACCEPTED, REFUSED = "asked", "accepted", "refused"


class Giver(ReadModel):
    """Somebody who wants to fulfil wishes of a school's children, and what its coordinator said."""

    school = models.ForeignKey(Organisation, models.PROTECT, related_name="givers")
    person = models.CharField(max_length=40)
    entry = models.BigIntegerField()  # of the offer; who they are is in its sealed part
    state = models.CharField(max_length=10)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "person"], name="giver_once")]


class Pledge(ReadModel):
    """What one person puts in towards a wish."""

    wish = models.ForeignKey(Wish, models.CASCADE, related_name="pledges")
    entry = models.BigIntegerField()
    person = models.CharField(max_length=40)
    amount = models.DecimalField(max_digits=15, decimal_places=2)
