"""What the pages of participatory budgets list."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from pilin.engine.attributes import attribute
from pilin.engine.models import Matter
from pilin.people.read_model import ReadModel
from pilin.wording.reading import yuan

EQUAL_SHARES, GREEDY = "equal-shares", "greedy"
STATUS = {
    "waiting": _("waits to be vetted"),
    "admitted": _("admitted to the vote"),
    "refused": _("not admitted"),
    "merged": _("merged with one like it"),
}


class Budget(ReadModel):
    """A sum that residents spend by vote. `result` is what the entry that counted it says."""

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="budget")
    amount = attribute(
        models.DecimalField(max_digits=15, decimal_places=2),  # yuan
        _("To spend"),
        listed=True,
        words=yuan,
    )
    most = models.PositiveSmallIntegerField()  # projects a ballot may name
    least = models.PositiveIntegerField()  # people who must vote for it to count
    rule = models.CharField(max_length=20)  # EQUAL_SHARES or GREEDY
    text = models.TextField()
    ideas_until = models.DateField()
    ideas = attribute(models.PositiveIntegerField(default=0), _("Ideas"), listed=True)
    poll = models.BigIntegerField(null=True)
    opened = models.DateField(null=True)  # first day of the vote
    until = models.DateField(null=True)  # and its last
    counted_by = models.BigIntegerField(null=True)  # entry with the last checkpoint of the ballots
    voters = attribute(models.PositiveIntegerField(null=True), _("People who voted"), listed=True)
    chosen = attribute(models.PositiveIntegerField(null=True), _("Chosen"), listed=True)
    spent = models.DecimalField(max_digits=15, decimal_places=2, null=True)  # yuan, on these
    result = models.JSONField(null=True)


class Idea(ReadModel):
    """What somebody would spend the money on; `rank` is its place among those chosen, from 1."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="ideas")
    number = models.PositiveIntegerField()
    entry = models.BigIntegerField(null=True)  # that raised it; its pictures came with that
    title = models.CharField(max_length=80)
    text = models.TextField()
    where = models.CharField(max_length=120, blank=True)
    #: As "latitude, longitude", where whoever raised it said so.
    point = models.CharField(max_length=30, blank=True, default="", db_default="")
    estimate = models.DecimalField(max_digits=15, decimal_places=2)  # yuan, by whoever raised it
    author = models.CharField(max_length=40)
    status = models.CharField(max_length=10)  # a key of STATUS
    cost = models.DecimalField(max_digits=15, decimal_places=2, null=True)  # yuan, as vetted
    words = models.TextField(blank=True)  # how it was costed, or why it was not admitted
    into = models.PositiveIntegerField(null=True)
    rank = models.PositiveIntegerField(null=True)
    finish = models.DateField(null=True)  # day by which its project is to be finished

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "number"], name="idea_once")]

    @property
    def status_title(self) -> object:
        return STATUS[self.status]
