"""What each step of a project in the catalogue asks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilin.forms.fields import Line, Money, Text
from pilin.forms.registers import OrganisationChoice, PlaceChoice, all_but
from pilin.forms.step_form import StepForm

from . import entries, rules
from .models import Opportunity

#: Who may put a project into the catalogue.
OFFICES = ("lead", "clerk", "department")


class _AsItStands(StepForm):
    stage = forms.ChoiceField(label=_("How far is it?"), choices=rules.stages)
    amount = Money(
        label=_("Investment planned, in yuan"),
        required=False,
        help_text=_("As 5000万 or 1.2亿. Leave it empty where it is not settled."),
    )
    text = Text(label=_("What is it?"), max_length=2000)
    wanted = Text(label=_("Who is sought, and for what?"), max_length=1000, rows=3)


class PutForwardForm(_AsItStands):
    payload = entries.PutForward
    title = Line(label=_("Name of the project"), max_length=80)
    org = OrganisationChoice(label=_("Which office answers questions?"), takes_it_on=True)
    place = PlaceChoice(label=_("Where is it?"), required=False)
    field = Line(label=_("Field of work"), max_length=30)
    field_order = ("title", "org", "place", "field")

    def prepare(self) -> None:
        self.narrow("org", all_but("station", "studio", "liaison"))
        self.nearest("org", *OFFICES)

    def matter_fields(self) -> dict[str, Any]:
        data = self.cleaned_data
        place = data.get("place")
        return self.about(data["title"], data["org"], place=place.pk if place else None)


class UpdateForm(_AsItStands):
    payload = entries.Update

    def prepare(self) -> None:
        own = Opportunity.objects.get(pk=self.situation.the_matter.pk)
        for name in ("stage", "text", "wanted"):
            self.initial.setdefault(name, getattr(own, name))
        if own.amount is not None:
            self.initial.setdefault("amount", format(own.amount.normalize(), "f"))


class AgreeForm(StepForm):
    payload = entries.Agree
    words = Text(
        label=_("What was agreed?"),
        max_length=1000,
        help_text=_("With what kind of partner, for what; no names of people."),
    )
    amount = Money(label=_("For how much, in yuan?"), required=False)
