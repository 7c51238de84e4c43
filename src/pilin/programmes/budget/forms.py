"""What each step of a participatory budget asks."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from pilin.engine import workdays
from pilin.engine.procedure import Due
from pilin.engine.situation import Situation
from pilin.forms.fields import (
    Future,
    Line,
    Milestones,
    Money,
    Text,
)
from pilin.forms.points import POINT_IS_PUBLIC, PointField
from pilin.forms.registers import OrganisationChoice, OrganisationsChoice, all_but, one_of
from pilin.forms.shared import ReasonForm
from pilin.forms.similar import Other, most_alike
from pilin.forms.step_form import StepForm
from pilin.intake import polls
from pilin.intake.forms import RollForm
from pilin.wording.identity import identity
from pilin.wording.reading import yuan
from pilin.wording.values import plain

from . import entries, lists
from .conditions import to_commission
from .models import EQUAL_SHARES, GREEDY, Budget, Idea

ANNOUNCERS = ("clerk", "lead", "department")
#: Ideas of one person that may wait to be vetted.
WAITING = 5
RULES = [
    (EQUAL_SHARES, _("Equal shares: each voter has the same part of the money to give (usual)")),
    (GREEDY, _("Most votes first, for as long as the money lasts")),
]


class AnnounceForm(StepForm):
    payload = entries.Announce
    title = Line(label=_("Name of the budget"), max_length=80)
    org = OrganisationChoice(label=_("Who spends the money?"), takes_it_on=True)
    text = Text(label=_("What may it be spent on?"), max_length=2000)
    sum = Money(label=_("How much is there to spend, in yuan?"))
    most = forms.IntegerField(
        label=_("How many projects may one ballot name?"), min_value=1, max_value=20
    )
    least = forms.IntegerField(
        label=_("How many people must vote at least?"),
        min_value=1,
        max_value=10_000_000,
        help_text=_("With fewer, nothing is chosen and the money stays where it is."),
    )
    ideas_until = Future(label=_("Until which day can people add ideas?"))
    rule = forms.ChoiceField(
        label=_("How is it counted?"),
        choices=RULES,
        initial=EQUAL_SHARES,
        widget=forms.RadioSelect,
        help_text=_(
            "With equal shares nobody's money goes to what they did not choose, unless some is"
            " left over; with most votes first a majority can decide on all of it."
        ),
    )

    def prepare(self) -> None:
        offices = self.situation.actor.offices
        held = one_of(o.organisation_id for o in offices if o.role in ANNOUNCERS)
        self.narrow("org", lambda org: held(org) and org.category in ("government", "hall"))

    def clean_sum(self) -> Decimal:
        return above_nought(self.cleaned_data["sum"])

    def matter_fields(self) -> dict[str, Any]:
        org = self.cleaned_data["org"]
        return self.about(self.cleaned_data["title"], org)


def above_nought(amount: Decimal) -> Decimal:
    if amount <= 0:
        raise ValidationError(_("Please give an amount above zero."))
    return amount


class _OfBudget(StepForm):
    @property
    def budget(self) -> Budget:
        return Budget.objects.get(pk=self.situation.the_matter.pk)

    def affordable(self, amount: Decimal) -> Decimal:
        there = self.budget.amount
        if amount > there:
            raise ValidationError(
                _("There are only %(there)s to spend in all."), params={"there": yuan(there)}
            )
        return above_nought(amount)


class IdeaForm(_OfBudget):
    payload = entries.Idea
    title = Line(label=_("Your idea in a few words"), max_length=80)
    text = Text(
        label=_("What should be done, and for whom?"),
        max_length=1000,
        rows=4,
        help_text=_(
            "Everyone can read your idea at once, without your name. Before the vote it is looked"
            " at whether it can be done and what it costs; what comes of that is public, with the"
            " reason. Please do not name other people."
        ),
    )
    where = Line(label=_("Where?"), max_length=120)
    point = PointField(label=_("Where is it on the map?"), help_text=POINT_IS_PUBLIC)
    estimate = Money(
        label=_("What might it cost, in yuan?"), help_text=_("A guess will do, as 30000 or 3万.")
    )

    def clean_estimate(self) -> Decimal:
        return self.affordable(self.cleaned_data["estimate"])

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        rows = lists.ideas(self.situation.the_matter.pk)
        titles = rows.exclude(status="refused").values_list("title", flat=True)
        if identity(title) in map(identity, titles):
            raise ValidationError(_("There is an idea of this name already."))
        if rows.filter(author=self.situation.actor.person, status="waiting").count() >= WAITING:
            raise ValidationError(
                _("Several ideas of yours wait to be vetted. Please wait for that first.")
            )
        return title

    def alike(self) -> list[Other]:
        """Ideas of this budget that may say the same: one that many vote for wins, two do not."""
        said = self.cleaned_data
        rows = lists.ideas(self.situation.the_matter.pk, "waiting", "admitted")
        found = most_alike(said["title"], said["point"], rows, lambda i: (i.title, i.point))
        page = reverse("budget:ideas", args=[self.situation.the_matter.pk])
        hint = _("If it says the same, leave yours out: votes for one count together.")
        return [
            Other(f"{i.number}. {i.title}", i.where, f"{page}#idea-{i.number}", hint) for i in found
        ]


class _OneIdea(_OfBudget):
    """Chooses among ideas of `statuses`."""

    statuses: tuple[str, ...] = ("waiting",)
    idea = forms.TypedChoiceField(label=_("Which idea?"), coerce=int)

    def prepare(self) -> None:
        rows = lists.ideas(self.situation.the_matter.pk, *self.statuses)
        self.offer("idea", [(i.number, f"{i.number}. {i.title}") for i in rows])


class AdmitForm(_OneIdea):
    payload = entries.Admit
    statuses = ("waiting", "refused", "admitted")
    cost = Money(label=_("What will it cost, in yuan?"))
    words = Text(
        label=_("How was it costed?"),
        max_length=400,
        rows=2,
        required=False,
        help_text=_("This amount is set aside if the idea is chosen."),
    )

    def clean_cost(self) -> Decimal:
        return self.affordable(self.cleaned_data["cost"])


class RefuseForm(_OneIdea):
    payload = entries.Refuse
    statuses = ("waiting", "admitted")
    reason = Text(
        label=_("Why not?"),
        max_length=400,
        rows=2,
        help_text=_("Not whether you like it: what stands in its way. Everyone can read it."),
    )


class MergeForm(_OneIdea):
    payload = entries.MergeIdea
    like = forms.TypedChoiceField(
        label=_("Which idea says the same?"), coerce=int, widget=forms.RadioSelect
    )

    def prepare(self) -> None:
        super().prepare()
        rows = lists.ideas(self.situation.the_matter.pk, "waiting", "admitted")
        self.offer("like", [(i.number, f"{i.number}. {i.title}") for i in rows])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "idea" in data and data["idea"] == data.get("like"):
            self.add_error("like", _("Please choose another one: this is the idea itself."))
        return data


class EndIdeasForm(_OfBudget):
    """Ending earlier than was announced needs a reason."""

    payload = entries.EndIdeas
    reason = Text(label=_("Why earlier than announced?"), max_length=400, rows=2, required=False)

    def prepare(self) -> None:
        if self.situation.today <= self.budget.ideas_until:
            self.fields["reason"].required = True
        else:
            del self.fields["reason"]


class OpenVoteForm(RollForm):
    payload = entries.OpenVote
    until = Future(
        label=_("Until which day can people vote?"),
        help_text=_("Once the vote is open, this day, the ideas and their costs stay as they are."),
    )

    def public(self) -> dict[str, Any]:
        rows = lists.ideas(self.situation.the_matter.pk, "admitted")
        ballot = [
            {"idea": i.number, "title": i.title, "cost": plain(i.cost or Decimal(0))} for i in rows
        ]
        return {**super().public(), "ballot": ballot}


class CloseForm(_OfBudget):
    """Records the last checkpoint of the ballots, who won, and the hash of the file of it all."""

    payload = entries.CloseVote
    words = Text(label=_("What should be said about it?"), required=False, max_length=1000, rows=2)

    def public(self) -> dict[str, Any]:
        poll = polls.under_way(self.situation.the_matter.pk)
        assert poll is not None  # the step is only offered while there is one
        budget = Budget.objects.select_related("matter").get(pk=self.situation.the_matter.pk)
        return {**super().public(), **lists.counted(budget, poll)}


class StopForm(ReasonForm):
    """A vote under way ends with the budget; its ballots stay on record, uncounted."""

    payload = entries.Stop

    def public(self) -> dict[str, Any]:
        poll = polls.under_way(self.situation.the_matter.pk)
        ballots = {"ballots": polls.last(poll.pk)} if poll else {}
        return {**super().public(), **ballots}


class ConvertForm(StepForm):
    payload = entries.Convert
    winner = forms.TypedChoiceField(label=_("Which one?"), coerce=int)
    lead = OrganisationChoice(label=_("Lead organisation"), takes_it_on=True)
    partners = OrganisationsChoice(label=_("Partners, here or across the border"), required=False)
    category = Line(label=_("Field of work"), max_length=30)
    finish = Future(label=_("To be finished by"))
    milestones = Milestones(
        label=_("Milestones"),
        required=False,
        help_text=_("What is to be reached by which day. Leave rows you do not need empty."),
    )

    def prepare(self) -> None:
        rows = to_commission(self.situation.the_matter.pk)
        self.offer("winner", [(i.number, f"{i.title} ({yuan(i.cost or 0)})") for i in rows])
        self.narrow("lead", all_but("station", "hall"))
        self.narrow("partners", all_but("station", "hall"))

    def matter_fields(self) -> dict[str, Any]:
        """A budget whose project is done across the border concerns both sides."""
        orgs = [self.cleaned_data["lead"].pk, *(p.pk for p in self.cleaned_data["partners"])]
        return {"orgs": sorted({*self.situation.the_matter.orgs, *orgs})}


def commission(situation: Situation, form: Any) -> Mapping[str, Any]:
    """The project a winner becomes: under its own title, with the amount voted as its budget."""
    said, matter = form.cleaned_data, situation.the_matter
    idea = Idea.objects.get(matter=matter.pk, number=said["winner"])
    lines = [f"{m['date']} {m['title']}" for m in said["milestones"]]
    data = {
        "title": idea.title,
        "lead": said["lead"].pk,
        "partners": [p.pk for p in said["partners"]],
        "category": said["category"],
        "place": matter.place_id,
        "point": idea.point,
        "budget": plain(idea.cost or Decimal(0)),
        "finish": said["finish"].isoformat(),
        "milestones": "\n".join(lines),
    }
    return {"outcome": idea.number, "data": data}


def _latest(s: Situation) -> date:
    """Five working days after the last of its projects is to be finished."""
    rows = Idea.objects.filter(matter=s.the_matter.pk, finish__isnull=False)
    days = [date.fromisoformat(s.data["finish"]), *rows.values_list("finish", flat=True)]
    return workdays.after(max(days), 5)


latest_finish = Due(_("five working days after the project is to be finished"), _latest)
