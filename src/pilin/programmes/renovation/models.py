"""What the pages of renovations list, and the owners' votes with every reading of every ballot."""

from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from pilin.engine.attributes import attribute
from pilin.engine.models import Matter
from pilin.people.models import Organisation
from pilin.people.read_model import ReadModel
from pilin.wording.reading import day, yuan

#: How a ballot came: from the owner, through somebody else, or there is none after all.
OWN, AUTHORISED, UNAUTHORISED, NONE = "own", "authorised", "unauthorised", "none"
ASKED, GRANTED, REFUSED, VOID = "asked", "granted", "refused", "void"


def _money(**more: Any) -> Any:
    return models.DecimalField(max_digits=15, decimal_places=2, **more)


def _yuan(amount: Decimal | None) -> str:
    return yuan(amount) if amount is not None else ""


class Renovation(ReadModel):
    """One neighbourhood's renovation. Sums are in yuan."""

    matter = models.OneToOneField(
        Matter, models.CASCADE, primary_key=True, related_name="renovation"
    )
    neighbourhood = attribute(
        models.CharField(max_length=80),
        _("Neighbourhood"),
        header="小区",
        also=("小区名称",),
        required=True,
        width=20,
        listed=True,
    )
    households = attribute(
        models.PositiveIntegerField(null=True),
        _("Households"),
        header="户数",
        width=10,
        listed=True,
        words=lambda households: households or "",
    )
    plan = attribute(models.TextField(blank=True), _("What will be done"), row=False)
    cost = attribute(_money(null=True), _("Cost"), listed=True, row=False, words=_yuan)
    finance = models.JSONField(default=list)  # lines of {"name", "amount"}
    owners_pay = attribute(  # of the cost, all owners together
        _money(null=True), _("Of which the owners pay"), row=False, words=_yuan
    )
    finish = attribute(
        models.DateField(null=True),
        _("To be finished by"),
        row=False,
        words=day,
    )
    talks = models.PositiveSmallIntegerField(default=0)  # since the plan was last changed
    spent = attribute(  # as last reported
        _money(null=True), _("Spent so far"), row=False, words=_yuan
    )
    source_row = models.JSONField(default=dict)


class Survey(ReadModel):
    """One round of asking the households: `needs` are {"name", "count"} each."""

    renovation = models.ForeignKey(Renovation, models.CASCADE, related_name="surveys")
    round = models.PositiveSmallIntegerField()
    day = models.DateField()
    asked = models.PositiveIntegerField()
    answered = models.PositiveIntegerField()
    needs = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["renovation", "round"], name="survey_round_once"),
            models.CheckConstraint(
                name="no_more_answered_than_asked", condition=Q(answered__lte=F("asked"))
            ),
        ]


class Register(ReadModel):
    """The units of a neighbourhood: [code, area in m² as written, [codes of owners]] each."""

    renovation = models.OneToOneField(Renovation, models.CASCADE, primary_key=True)
    units = models.JSONField()
    unit_count = models.PositiveIntegerField()
    owner_count = models.PositiveIntegerField()
    area = models.CharField(max_length=30)  # exact, in m²


class Ownership(ReadModel):
    """Somebody who says that a code of the register is theirs, and what the committee found.

    Which code it is lies in the sealed part of the entry: that a person owns a flat is not public.
    """

    renovation = models.ForeignKey(Renovation, models.CASCADE, related_name="ownerships")
    entry = models.BigIntegerField()
    day = models.DateField()
    person = models.CharField(max_length=40)
    state = models.CharField(max_length=8, default=ASKED)  # ASKED, GRANTED or REFUSED

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["renovation", "entry"], name="renovation_ownership_once"
            ),
            models.UniqueConstraint(
                fields=["renovation", "person"],
                name="renovation_one_ownership",
                condition=~Q(state="refused"),
            ),
        ]


class Vote(ReadModel):
    """One vote of the owners, with the register as it was when the vote was called.

    Its id is the number of the entry that called it.
    """

    id = models.BigIntegerField(primary_key=True)
    renovation = models.ForeignKey(Renovation, models.CASCADE, related_name="votes")
    number = models.PositiveSmallIntegerField()
    questions = models.JSONField()  # {"item", "text"} each; the item of the law's list
    first = models.DateField()
    until = models.DateField()
    units = models.JSONField()
    called_off = models.BooleanField(default=False)
    counted = models.BigIntegerField(null=True)  # the entry of the count
    results = models.JSONField(default=list)  # of each question: the count with its arithmetic
    left_out = models.JSONField(default=dict)  # owner → why their ballot is not in the count
    why = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["renovation", "number"], name="vote_once")]

    @property
    def carried(self) -> bool:
        return bool(self.results) and all(r["passed"] for r in self.results)


MOST_PAPERS = 100_000  # of one vote


class Paper(ReadModel):
    """The ballot of one owner, whatever they own: one paper, or none yet.

    Its id is made of the vote's and its own number, so that it is the same after a rebuild.
    """

    id = models.BigIntegerField(primary_key=True)
    vote = models.ForeignKey(Vote, models.CASCADE, related_name="papers")
    number = models.PositiveIntegerField()
    owner = models.CharField(max_length=300)
    units = ArrayField(models.CharField(max_length=40))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vote", "number"], name="paper_number_once"),
            models.UniqueConstraint(fields=["vote", "owner"], name="paper_owner_once"),
        ]


class Reading(ReadModel):
    """What one person read from a ballot. One person has one reading of it, their latest: so two
    that agree are two people's."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="readings")
    person = models.CharField(max_length=40)
    entry = models.BigIntegerField()
    answers = ArrayField(models.CharField(max_length=8))  # one a question
    way = models.CharField(max_length=12)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["paper", "person"], name="one_reading_a_person")
        ]


class Approval(ReadModel):
    """What one department was asked for, and by when it answers."""

    renovation = models.ForeignKey(Renovation, models.CASCADE, related_name="approvals")
    round = models.PositiveSmallIntegerField()  # a plan that was sent back is asked for anew
    org = models.ForeignKey(Organisation, models.PROTECT)
    what = models.CharField(max_length=80)
    asked = models.DateField()
    due = models.DateField()
    state = models.CharField(max_length=8, default=ASKED)
    answered = models.DateField(null=True)
    words = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["renovation", "round", "org"], name="approval_asked_once"
            )
        ]
        indexes = [
            models.Index(fields=["org"], name="approval_waiting", condition=Q(state=ASKED)),
        ]


class Progress(ReadModel):
    renovation = models.ForeignKey(Renovation, models.CASCADE, related_name="reports")
    entry = models.BigIntegerField()
    day = models.DateField()
    words = models.TextField()
    spent = _money()


class Accounts(ReadModel):
    """The restricted money of a renovation as published: what came in is what was spent and is left."""

    renovation = models.OneToOneField(Renovation, models.CASCADE, primary_key=True)
    day = models.DateField()
    income = models.JSONField()  # lines of {"name", "amount"}
    spending = models.JSONField()
    came = _money()
    spent = _money()
    left = _money(default=Decimal(0))
    left_to = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="renovation_accounts_balance",
                condition=Q(came=F("spent") + F("left"), left__gte=0),
            )
        ]


class Acceptance(ReadModel):
    """A resident who says that the work is done, since it was last finished."""

    renovation = models.ForeignKey(Renovation, models.CASCADE, related_name="acceptances")
    person = models.CharField(max_length=40)
    entry = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["renovation", "person"], name="acceptance_once")
        ]
