"""What the steps of a renovation ask, but for the vote (`voting.py`)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilin.engine.telling import Telling
from pilin.forms import payloads
from pilin.forms.fields import Day, Future, Line, Lines, Money, Text
from pilin.forms.points import PointField, placed
from pilin.forms.registers import OrganisationChoice, all_but
from pilin.forms.shared import ReasonForm
from pilin.forms.step_form import StepForm
from pilin.wording.reading import yuan

from . import entries
from .fields import Amounts, Counts, Grid, Units, parts, total
from .models import Approval, Register, Renovation

#: Who may propose, for the residents' committee they work at.
PROPOSERS = ("host", "clerk")


class ProposeForm(StepForm):
    payload = entries.Propose
    title = Line(label=_("What is it called?"), max_length=80)
    org = OrganisationChoice(label=_("For which residents’ committee or town?"), takes_it_on=True)
    neighbourhood = Line(label=_("Which neighbourhood?"), max_length=80)
    households = forms.IntegerField(
        label=_("How many households live there?"), min_value=1, max_value=100_000
    )
    point = PointField(label=_("Where is it on the map?"))
    text = Text(label=_("What needs repair?"), max_length=2000)

    def prepare(self) -> None:
        self.own("org", *PROPOSERS)

    def matter_fields(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {**self.about(said["title"], said["org"]), **placed(said["point"])}


class SurveyForm(StepForm):
    payload = entries.Survey
    asked = forms.IntegerField(
        label=_("How many households were asked?"), min_value=1, max_value=100_000
    )
    answered = forms.IntegerField(label=_("How many answered?"), min_value=1, max_value=100_000)
    needs = Counts(
        label=_("What they need"),
        help_text=_("One need a line, and how many want it: 加装电梯 120"),
    )
    words = Text(label=_("What else was heard?"), max_length=2000, rows=3, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        asked, answered = data.get("asked"), data.get("answered")
        if asked and answered and answered > asked:
            self.add_error("answered", _("More answered than were asked."))
        most = max((n["count"] for n in data.get("needs") or []), default=0)
        if answered and most > answered:
            self.add_error("needs", _("More want it than answered."))
        return data


class UnitsForm(StepForm):
    payload = entries.Units
    units = Units(
        label=_("The units"),
        help_text=_(
            "Copy three columns from a spreadsheet and paste them here: the unit, its area in m², the codes of its owners (several apart by semicolons). Units of one owner bear the same code. No names."
        ),
    )
    add = forms.BooleanField(
        label=_("Add them to the units that are there already"),
        required=False,
        help_text=_("Otherwise they take the place of what was entered before."),
    )

    def clean(self) -> dict[str, Any]:
        """One entry holds so much; a long register comes in parts."""
        data = super().clean()
        units = data.get("units") or []
        fit = next(parts(units), [])
        if len(fit) < len(units):
            self.add_error(
                "units",
                _("%(n)d units are too many at once: enter the first %(fit)d, then add the others.")
                % {"n": len(units), "fit": len(fit)},
            )
        if data.get("add"):
            found = Register.objects.filter(pk=self.situation.the_matter.pk).first()
            there = {code for code, *_rest in found.units} if found else set()
            for code in (code for code, *_rest in units if code in there):
                self.add_error("units", _("Unit “%(unit)s” stands there twice.") % {"unit": code})
                break
        return data


class PlanForm(StepForm):
    payload = entries.Plan
    plan = Text(label=_("What will be done?"), max_length=8000, rows=8)
    cost = Money(label=_("What does it cost, in yuan?"))
    finance = Amounts(
        label=_("Where does the money come from?"),
        help_text=_("One source a line, with its amount: 政府补助 120万"),
    )
    owners_pay = Money(
        label=_("How much of it do the owners pay, in yuan?"),
        required=False,
        help_text=_(
            "All owners together; zero if they pay nothing. Each is shown their part by area."
        ),
    )
    finish = Future(label=_("To be finished by"))

    def prepare(self) -> None:
        """Whoever changes the plan starts from what it says."""
        found = Renovation.objects.filter(pk=self.situation.the_matter.pk).first()
        if found and found.plan:
            self.initial = {
                "plan": found.plan,
                "cost": found.cost,
                "finance": Amounts().words_of(found.finance),
                "owners_pay": found.owners_pay,
                "finish": found.finish,
                **self.initial,
            }

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        cost, lines = data.get("cost"), data.get("finance")
        pay = data.get("owners_pay")
        if cost is not None and pay is not None and not 0 <= pay <= cost:
            self.add_error("owners_pay", _("Please give an amount up to the cost."))
        if cost and lines and total(lines) != cost:
            self.add_error(
                "finance",
                _("The sources add up to %(sum)s, the cost is %(cost)s.")
                % {"sum": yuan(total(lines)), "cost": yuan(cost)},
            )
        return data


class TalkForm(StepForm):
    payload = entries.Discuss
    attendance = forms.IntegerField(label=_("How many came?"), min_value=1, max_value=100_000)
    views = Lines(label=_("What was said"), most=40, help_text=_("One view a line, no names."))


class AskForm(StepForm):
    payload = entries.Ask
    approvals = Grid(
        {
            "org": OrganisationChoice(label=_("Who is asked"), takes_it_on=True),
            "what": Line(label=_("What for"), max_length=80),
            "until": Future(label=_("Answer by")),
        },
        blank=6,
        label=_("Approvals"),
        help_text=_(
            "All are asked at once, and each has its own day. Leave rows empty you do not need."
        ),
    )

    def prepare(self) -> None:
        grid = self.fields["approvals"]
        assert isinstance(grid, Grid)
        org = grid.columns["org"]
        assert isinstance(org, OrganisationChoice)
        org.among = all_but("station", "hall", "studio", "school")

    def clean_approvals(self) -> list[Any]:
        rows: list[Any] = self.cleaned_data["approvals"]
        asked = [row["org"].pk for row in rows]
        last = Approval.objects.filter(renovation_id=self.situation.the_matter.pk)
        known = set()
        if self.situation.the_matter.state == "approving":
            known = {a.org_id for a in last if a.round == max(b.round for b in last)}
        if len(set(asked)) < len(asked) or known & set(asked):
            raise forms.ValidationError(
                _("Each is asked once: put what you want of them into one row.")
            )
        return rows

    def matter_fields(self) -> dict[str, Any]:
        asked = {row["org"].pk for row in self.cleaned_data["approvals"]}
        return {"orgs": sorted({*self.situation.the_matter.orgs, *asked})}


def asked_orgs(t: Telling) -> list[int]:
    """Everybody asked is told at once."""
    return [row["org"]["id"] for row in t.said["approvals"]]


class GrantForm(StepForm):
    payload = payloads.Words
    words = Text(
        label=_("What is granted, and on what conditions?"),
        max_length=1000,
        rows=3,
        help_text=_("With the number of the permit, if there is one."),
    )


class ResubmitForm(ReasonForm):
    reason = Text(
        label=_("Why does the owners’ decision cover the changed plan?"), max_length=1000, rows=3
    )


class StartForm(StepForm):
    payload = entries.Start
    start = Day(label=_("When does the work start?"))
    builder = Line(label=_("Which firm builds?"), max_length=80)


class ProgressForm(StepForm):
    payload = entries.Report
    words = Text(label=_("What was done, and what is in the way?"), max_length=2000)
    spent = Money(label=_("Spent so far, in yuan"))

    def clean_spent(self) -> Any:
        found = Renovation.objects.get(pk=self.situation.the_matter.pk)
        spent = self.cleaned_data["spent"]
        if spent is not None and found.spent is not None and spent < found.spent:
            raise forms.ValidationError(
                _("%(before)s were spent already.") % {"before": yuan(found.spent)}
            )
        return spent


class AccountsForm(StepForm):
    payload = entries.Publish
    income = Amounts(
        label=_("What came in"), help_text=_("One source a line, with its amount: 政府补助 120万")
    )
    spending = Amounts(
        label=_("What was spent"), help_text=_("One purpose a line, with its amount: 电梯 96万")
    )
    remainder = Money(label=_("What is left, in yuan"))
    left_to = Line(label=_("Where does what is left go?"), max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        income, spending = data.get("income"), data.get("spending")
        left = data.get("remainder")
        if not income or not spending or left is None:
            return data
        came, spent = total(income), total(spending)
        if came != spent + left:
            self.add_error(
                "remainder",
                _(
                    "The accounts do not balance: %(came)s came in, %(spent)s were spent, %(left)s are left."
                )
                % {"came": yuan(came), "spent": yuan(spent), "left": yuan(left)},
            )
        if left and not data.get("left_to"):
            self.add_error("left_to", _("Please say where what is left goes."))
        return data
