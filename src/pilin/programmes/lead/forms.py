"""What each step of a lead project asks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pilin.forms.fields import Line, Text
from pilin.forms.registers import OrganisationChoice, all_but
from pilin.forms.step_form import StepForm
from pilin.wording.reading import short_day

from . import entries, quarters, rules
from .models import Lead

#: Who may set a project for an organisation.
SETTERS = ("lead", "clerk", "department")
QUARTERS = (
    (1, _("First quarter")),
    (2, _("Second quarter")),
    (3, _("Third quarter")),
    (4, _("Fourth quarter")),
)


def official() -> Line:
    """The office that leads it."""
    return Line(
        label=_("Which office leads it?"),
        max_length=60,
        help_text=_("The office, never a name: Party secretary of the town."),
    )


class SetForm(StepForm):
    payload = entries.Set
    title = Line(label=_("What is to be led?"), max_length=80)
    setter = OrganisationChoice(
        label=_("Who sets it, and confirms each account?"), takes_it_on=True
    )
    org = OrganisationChoice(label=_("Which organisation leads it?"), takes_it_on=True)
    official = official()
    year = forms.IntegerField(label=_("For which year?"), min_value=2000, max_value=2199)
    quarter = forms.TypedChoiceField(
        label=_("From which quarter on is an account due?"), coerce=int, choices=QUARTERS
    )
    target = Text(label=_("What is to be reached in this year?"), max_length=2000)

    def prepare(self) -> None:
        if self.situation.actor.kind == "person":
            self.own("setter", *SETTERS)
        self.narrow("org", all_but("station", "liaison", "studio"))
        today = self.situation.today
        self.initial.setdefault("year", today.year)
        self.initial.setdefault("quarter", quarters.of(today))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        today, year = self.situation.today, data.get("year")
        if data.get("org") and data.get("org") == data.get("setter"):
            self.add_error("org", _("Nobody confirms their own account: choose who sets it."))
        if year and not today.year <= year <= today.year + 1:
            self.add_error("year", _("A lead project is set for this year or the next."))
        elif year and data.get("quarter") and quarters.ends(year, data["quarter"]) < today:
            self.add_error("quarter", _("This quarter is over. Begin with one that is not."))
        return data

    def matter_fields(self) -> dict[str, Any]:
        data = self.cleaned_data
        return self.about(data["title"], data["org"], data["setter"])


class TakeOnForm(StepForm):
    payload = entries.TakeOn
    plan = Text(label=_("What is to be done, quarter by quarter?"), max_length=2000)


class AccountForm(StepForm):
    payload = entries.Account
    done = Text(label=_("What was done in this quarter?"), max_length=2000)
    against = Text(
        label=_("How does it stand against the target of the year?"), max_length=1000, rows=3
    )
    standing = forms.ChoiceField(
        label=_("In one word"), choices=rules.standings, widget=forms.RadioSelect
    )
    late = Text(
        label=_("What is late, why, and by when will it be made up for?"),
        max_length=1000,
        rows=3,
        required=False,
        help_text=_("Needed where it is behind the target."),
    )

    def prepare(self) -> None:
        self.lead = Lead.objects.get(pk=self.situation.the_matter.pk)
        self.quarter = quarters.following(self.lead.first, self.lead.accounts)
        title = dict(QUARTERS).get(self.quarter, "")
        self.fields["done"].help_text = _("The account of: %(quarter)s, %(year)d") % {
            "quarter": title,
            "year": self.lead.year,
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("standing") == rules.BEHIND and not data.get("late"):
            self.add_error("late", _("It is behind the target: say what is late and why."))
        opens = quarters.opens(self.lead.year, self.quarter) if self.quarter else None
        if opens and self.situation.today < opens:
            raise ValidationError(
                _("This quarter is not over yet: its account can be given from %(day)s on."),
                params={"day": short_day(opens)},
            )
        return data

    def public(self) -> dict[str, Any]:
        due = quarters.due(self.lead.year, self.quarter).isoformat()
        return {**super().public(), "quarter": self.quarter, "due": due}
