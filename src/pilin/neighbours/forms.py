"""What steps about neighbours ask: of the house as a rule, which fills in what it was told."""

from __future__ import annotations

from typing import Any

from django import forms

from pilin.forms.across import GivenForm as _Given
from pilin.forms.fields import Line, Text
from pilin.forms.registers import OrganisationChoice
from pilin.forms.step_form import StepForm

from . import entries
from .keys import SAID


class SaidForm(StepForm):
    """Filled in by the house with what the other server says."""

    payload = entries.Said
    origin = forms.CharField(max_length=SAID["origin"])
    name = forms.CharField(max_length=SAID["name"])
    address = forms.CharField(max_length=SAID["address"])
    log = forms.CharField(max_length=SAID["log"])
    witness = forms.CharField(max_length=SAID["witness"])
    server = forms.CharField(max_length=SAID["server"])
    side = forms.CharField(max_length=SAID["side"], required=False)

    def matter_fields(self) -> dict[str, Any]:
        return {"title": self.cleaned_data["name"]}


class AskedForm(StepForm):
    payload = entries.Asked
    matter = forms.IntegerField(min_value=0)
    kind = forms.SlugField()
    procedure = forms.IntegerField(min_value=1)
    step = forms.CharField(max_length=60)
    seen = forms.IntegerField(required=False)
    answer_words = forms.JSONField(required=False)

    def public(self) -> dict[str, Any]:
        return {**super().public(), "answer_words": self.cleaned_data["answer_words"] or {}}


class RefusedForm(StepForm):
    payload = entries.Refused
    number = forms.IntegerField(min_value=0)
    code = forms.SlugField()
    reason_words = forms.JSONField()


class GivenForm(_Given):
    payload = entries.Given

    def matter_fields(self) -> dict[str, Any]:
        org, fields = self.cleaned_data["asked_by"], super().matter_fields()
        orgs = sorted({org.pk, *fields["orgs"]})
        return {"title": self.cleaned_data["title"], "org": org.pk, "orgs": orgs}


class TakenForm(StepForm):
    payload = entries.Taken
    matter = forms.IntegerField(min_value=0)


class DeclinedForm(StepForm):
    payload = entries.Declined
    reason = Text(max_length=2000)


class CommissionForm(StepForm):
    """Asks nothing: what was taken over says it."""

    payload = entries.Commissioned


class TakenOverForm(StepForm):
    payload = entries.TakenOver
    neighbour = forms.IntegerField()
    theirs = forms.IntegerField()
    source = forms.IntegerField()
    title = Line(max_length=80)
    lead = OrganisationChoice(takes_it_on=True)
    category = Line(max_length=30)
    finish = forms.CharField(max_length=10)
    text = Text(max_length=2000)
    asked_by = forms.CharField(max_length=120)
    org = OrganisationChoice(takes_it_on=True)

    def matter_fields(self) -> dict[str, Any]:
        lead, org = self.cleaned_data["lead"], self.cleaned_data["org"]
        return {
            "title": self.cleaned_data["title"],
            "org": org.pk,
            "orgs": sorted({lead.pk, org.pk}),
            "place": lead.place_id,
        }
