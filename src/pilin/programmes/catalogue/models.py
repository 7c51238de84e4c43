"""What the catalogue of cooperation projects lists."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pilin.engine.attributes import attribute
from pilin.engine.models import Matter
from pilin.kit.facts import money
from pilin.people.read_model import ReadModel

from . import rules


class Opportunity(ReadModel):
    """A project for which partners or investors are sought. The office in charge answers questions."""

    matter = models.OneToOneField(
        Matter, models.CASCADE, primary_key=True, related_name="opportunity"
    )
    field = attribute(
        models.CharField(max_length=30, db_index=True),
        _("Field of work"),
        header="领域",
        also=("类别", "产业"),
        required=True,
    )
    planned = attribute(  # a quantity, in yuan
        models.JSONField(null=True),
        _("Investment planned"),
        header="总投资",
        also=("投资规模", "计划投资"),
        words=money,
    )
    amount = models.DecimalField(
        max_digits=17, decimal_places=2, null=True
    )  # the same, to filter by
    stage = attribute(
        models.CharField(max_length=12), _("Stage"), header="阶段", required=True, words=rules.stage
    )
    text = attribute(
        models.TextField(blank=True),
        _("About the project"),
        header="项目概况",
        also=("概况",),
        width=48,
    )
    wanted = attribute(
        models.TextField(blank=True),
        _("Who is sought"),
        header="合作需求",
        also=("招商需求",),
        width=36,
    )
    reviewed = models.DateField(null=True)  # the day the office last said that it stands
    source_row = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["stage", "amount"], name="opportunity_stage_size")]

    @property
    def stage_words(self) -> str:
        return rules.stage(self.stage)
