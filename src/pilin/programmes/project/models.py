"""What the pages of joint projects list."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from pilin.engine.attributes import attribute
from pilin.engine.models import Matter
from pilin.kit.facts import money
from pilin.people.models import Organisation
from pilin.people.read_model import ReadModel


class Project(ReadModel):
    """A joint project. Amounts and dates of registers keep their wording ("over 20 billion").

    Its page is drawn by a template of its own.
    """

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="project")
    serial = attribute(  # its number in the register
        models.CharField(max_length=20, blank=True),
        _("No."),
        header="序号",
        also=("编号",),
        width=8,
    )
    lead = attribute(
        models.ForeignKey(Organisation, models.PROTECT, related_name="led"),
        _("Lead organisation"),
        header="牵头单位",
        also=("牵头",),
        required=True,
        width=24,
        listed=True,
        row=False,
        words=lambda lead: lead.called,
    )
    partners = attribute(
        ArrayField(models.BigIntegerField(), default=list),
        _("Partners"),
        header="参与单位",
        also=("参与", "配合单位"),
        width=32,
        row=False,
    )
    category = attribute(
        models.CharField(max_length=60, blank=True, db_index=True),
        _("Field of work"),
        header="类别",
        also=("领域",),
        listed=True,
    )
    planned = attribute(  # a quantity, in yuan
        models.JSONField(null=True),
        _("Investment planned"),
        header="总投资",
        also=("计划投资", "投资"),
        listed=True,
        words=money,
    )
    start = attribute(  # a moment
        models.JSONField(null=True), _("Start"), header="开始", also=("开始时间", "开工时间")
    )
    finish = models.DateField(null=True)
    finish_words = attribute(  # a moment
        models.JSONField(null=True),
        _("To be finished by"),
        header="计划完成",
        also=("完成时间", "计划完成时间"),
        field="finish",
        row=False,
    )
    percent = attribute(
        models.PositiveSmallIntegerField(null=True),
        _("How far"),
        listed=True,
        row=False,
        words=lambda percent: "" if percent is None else f"{percent}%",
    )
    progress = attribute(
        models.TextField(blank=True),
        _("Last report"),
        header="进度说明",
        also=("进度", "备注"),
        width=40,
    )
    invested = models.DecimalField(max_digits=15, decimal_places=2, null=True)  # so far, in yuan
    risks = models.TextField(blank=True)
    reported = models.DateField(null=True)  # day of the last report
    is_summary = models.BooleanField(default=False)
    source_row = models.JSONField(default=dict)  # the register's own words, by column


class Milestone(ReadModel):
    project = models.ForeignKey(Project, models.CASCADE, related_name="milestones")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    due = models.DateField()
    done = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="milestone_once")]
