"""What each step of an agreement asks."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilin.engine.situation import Situation
from pilin.forms.fields import (
    Future,
    Line,
    Lines,
    Money,
    Text,
)
from pilin.forms.registers import OrganisationChoice, OrganisationsChoice, all_but, one_of
from pilin.forms.step_form import StepForm

from . import entries
from .models import Agreement, LeadProject

#: Kinds of organisation that cannot be a party.
NO_PARTY = ("station", "hall", "agency", "liaison", "studio")
#: Who may draft for an organisation.
DRAFTERS = ("lead", "clerk", "department", "coordinator")


class DraftForm(StepForm):
    payload = entries.Draft
    title = Line(label=_("Name of the agreement"), max_length=100)
    org = OrganisationChoice(label=_("Party that drafts it"), takes_it_on=True)
    parties = OrganisationsChoice(label=_("The other parties"), takes_it_on=True)
    fields_of_work = Lines(
        label=_("Fields of cooperation"), most=20, longest=60, help_text=_("One field a line.")
    )
    text = Text(label=_("What is agreed"), max_length=8000)
    until = Future(label=_("In force until"))

    def prepare(self) -> None:
        may = all_but(*NO_PARTY)
        offices = self.situation.actor.offices
        held = one_of(o.organisation_id for o in offices if o.role in DRAFTERS)
        self.narrow("org", lambda org: held(org) and may(org))
        self.narrow("parties", may)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        org, others = data.get("org"), data.get("parties")
        if org and others is not None and not [p for p in others if p.pk != org.pk]:
            self.add_error("parties", _("An agreement has at least two parties."))
        return data

    def matter_fields(self) -> dict[str, Any]:
        org = self.cleaned_data["org"]
        return self.about(self.cleaned_data["title"], org, *self.cleaned_data["parties"])


class RenewForm(StepForm):
    payload = entries.Renew
    until = Future(label=_("In force until"))
    words = Text(label=_("What changes"), max_length=2000)


class LeadProjectForm(StepForm):
    payload = entries.LeadProject
    settled = ("title",)  # a project goes by it
    field = forms.TypedChoiceField(label=_("Field of cooperation"), coerce=int)
    title = Line(label=_("Name of the project"), max_length=80)
    lead = OrganisationChoice(label=_("Lead organisation"), takes_it_on=True)
    partners = OrganisationsChoice(label=_("Partners, here or across the border"), required=False)
    official = Line(
        label=_("Which official answers for it?"),
        max_length=60,
        help_text=_("The office, not the name: deputy head of the town, for agriculture."),
    )
    budget = Money(label=_("Budget in yuan"), required=False)
    finish = Future(label=_("To be finished by"))

    def prepare(self) -> None:
        agreement = Agreement.objects.get(pk=self.situation.the_matter.pk)
        self.offer("field", list(enumerate(agreement.fields, 1)))
        self.narrow("lead", all_but("station", "hall"))
        self.narrow("partners", all_but("station", "hall"))


class ChargeForm(StepForm):
    payload = entries.Charge
    line = forms.TypedChoiceField(label=_("Which project of the list?"), coerce=int)
    setter = OrganisationChoice(
        label=_("Who sets it, and confirms each account?"), takes_it_on=True
    )
    org = OrganisationChoice(label=_("Which organisation leads it?"), takes_it_on=True)
    year = forms.IntegerField(label=_("For which year?"), min_value=2000, max_value=2199)
    quarter = forms.TypedChoiceField(
        label=_("From which quarter on is an account due?"),
        coerce=int,
        choices=(
            (1, _("First quarter")),
            (2, _("Second quarter")),
            (3, _("Third quarter")),
            (4, _("Fourth quarter")),
        ),
    )
    target = Text(label=_("What is to be reached in this year?"), max_length=2000)

    def prepare(self) -> None:
        matter, today = self.situation.the_matter, self.situation.today
        lines = LeadProject.objects.filter(agreement=matter.pk).order_by("entry")
        self.offer("line", [(one.entry, f"{one.title} · {one.official}") for one in lines])
        own = {o.organisation_id for o in self.situation.actor.offices}
        self.narrow("setter", one_of(own & set(matter.orgs)))
        self.narrow("org", one_of(matter.orgs))
        self.initial.setdefault("year", today.year)
        self.initial.setdefault("quarter", (today.month + 2) // 3)


def charge(situation: Situation, form: Any) -> Mapping[str, Any]:
    """What the lead project says of the line it comes from."""
    data = form.cleaned_data
    line = LeadProject.objects.get(agreement=situation.the_matter.pk, entry=data["line"])
    said = {name: data[name] for name in ("year", "quarter", "target")}
    said |= {"title": line.title, "official": line.official}
    return {"data": {**said, "setter": data["setter"].pk, "org": data["org"].pk}}


def commission(situation: Situation, form: Any) -> Mapping[str, Any]:
    """The project that goes on the list; its outcome is the number of the field."""
    number = form.cleaned_data["field"]
    category = str(dict(form.fields["field"].choices).get(number, ""))[:30]
    data = {
        k: form.cleaned_data[k].pk if k == "lead" else form.cleaned_data[k]
        for k in ("title", "lead", "finish")
    }
    data |= {
        "partners": [p.pk for p in form.cleaned_data["partners"]],
        "budget": str(form.cleaned_data["budget"] or ""),
        "category": category,
    }
    return {"outcome": number, "data": data}
