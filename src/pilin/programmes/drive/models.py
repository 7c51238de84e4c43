"""What the pages of drives list: goods that came in, and where they went."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pilin.engine.attributes import attribute
from pilin.engine.models import Matter
from pilin.people.models import Organisation
from pilin.people.read_model import ReadModel


class Drive(ReadModel):
    """A drive that collects things in kind and hands them over."""

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="drive")
    recipient = attribute(
        models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+"),
        _("For whom"),
        listed=True,
        row=False,
        words=lambda org: org.called if org else "",
    )
    text = attribute(models.TextField(blank=True), _("What it is for"), row=False)
    where = models.CharField(max_length=200, blank=True)  # where it can be brought, and when
    until = models.DateField(null=True)  # day until which it is collected
    thanks = models.TextField(blank=True)  # of the recipient
    source_row = models.JSONField(default=list)  # the register's rows of this drive


class Item(ReadModel):
    """One sort of goods. What is given out never exceeds what came in: the database sees to it."""

    drive = models.ForeignKey(Drive, models.CASCADE, related_name="items")
    number = models.PositiveSmallIntegerField()
    name = attribute(
        models.CharField(max_length=60),
        _("What"),
        header="物品",
        field="goods",
        also=("物资", "名称"),
        required=True,
        width=24,
    )
    unit = models.CharField(max_length=12, blank=True)
    wanted = attribute(models.PositiveIntegerField(null=True), _("Wanted"))
    came = attribute(
        models.PositiveIntegerField(default=0),
        _("Came in"),
        header="数量",
        field="count",
        required=True,
    )
    given = attribute(models.PositiveIntegerField(default=0), _("Given out"))
    at_least = models.BooleanField(default=False)  # the register says "more than"
    wording = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["drive", "number"], name="item_once"),
            models.CheckConstraint(
                name="given_within_what_came", condition=Q(given__lte=F("came"))
            ),
        ]


class Promise(ReadModel):
    """What one person said they would bring: binding for nobody until it was received."""

    drive = models.ForeignKey(Drive, models.CASCADE, related_name="promises")
    entry = models.BigIntegerField()
    day = models.DateField()
    person = models.CharField(max_length=40)
    item = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField()
    received = models.BigIntegerField(null=True)  # the entry by which it came in

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["drive", "entry"], name="drive_promise_once")
        ]


class Batch(ReadModel):
    """A shipment: its lines, and the day it was handed over."""

    drive = models.ForeignKey(Drive, models.CASCADE, related_name="batches")
    entry = models.BigIntegerField()
    to = models.CharField(max_length=120)
    lines = models.JSONField(default=list)  # [item number, count] each
    handed_over = models.DateField(null=True)
