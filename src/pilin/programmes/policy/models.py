"""Policies and rules, as documents with what they require."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from pilin.engine.attributes import attribute
from pilin.kit.facts import when, wording
from pilin.people.read_model import ReadModel


class Document(ReadModel):
    """A document before a meeting. Its id is the number of the entry that recorded it."""

    id = models.BigIntegerField(primary_key=True)
    title = attribute(
        models.CharField(max_length=200, unique=True),
        _("Document"),
        header="名称",
        also=("文件名称",),
        required=True,
        width=48,
    )
    type = attribute(
        models.CharField(max_length=30, blank=True),
        _("Kind"),
        header="类型",
        required=True,
        width=10,
    )
    meeting = attribute(  # a moment
        models.JSONField(null=True),
        _("Meeting"),
        header="会议日期",
        also=("日期",),
        words=when,
        cell=lambda meeting: wording(meeting) or None,
    )
    requirements = attribute(
        ArrayField(models.CharField(max_length=200), default=list),
        _("What it requires"),
        header="要求",
        width=48,
        words=lambda requirements: "；".join(requirements) or None,
        cell=lambda requirements: ";".join(requirements) or None,
    )
