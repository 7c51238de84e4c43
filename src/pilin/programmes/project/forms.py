"""What each step of a joint project asks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilin.engine.models import Matter
from pilin.forms.fields import (
    Day,
    Future,
    Line,
    Milestones,
    Money,
    Text,
)
from pilin.forms.points import POINT_IS_PUBLIC, PointField, placed
from pilin.forms.registers import OrganisationChoice, OrganisationsChoice, PlaceChoice, all_but
from pilin.forms.shared import ReasonForm
from pilin.forms.similar import near
from pilin.forms.step_form import StepForm

from . import entries
from .models import Milestone

#: Who may register a project.
REGISTRARS = ("lead", "clerk", "department")


#: Where a project like another one is still to be done.
OPEN = ("registered", "approved", "under_way")


class ProjectForm(StepForm):
    payload = entries.Register
    title = Line(label=_("Name of the project"), max_length=80)
    lead = OrganisationChoice(label=_("Lead organisation"), takes_it_on=True)
    partners = OrganisationsChoice(label=_("Partners, here or across the border"), required=False)
    category = Line(label=_("Field of work"), max_length=30)
    place = PlaceChoice(label=_("Place"), required=False)
    point = PointField(label=_("Where is it on the map?"), help_text=POINT_IS_PUBLIC)
    budget = Money(label=_("Budget in yuan"), required=False)
    finish = Future(label=_("To be finished by"))
    milestones = Milestones(
        label=_("Milestones"),
        required=False,
        help_text=_("What is to be reached by which day. Leave rows you do not need empty."),
    )

    def prepare(self) -> None:
        self.narrow("lead", all_but("station", "hall"))
        self.narrow("partners", all_but("station", "hall"))
        self.nearest("lead", *REGISTRARS)

    def alike(self) -> list[Matter]:
        """Registered already, by whoever leads it or takes part in it."""
        said = self.cleaned_data
        orgs = [said["lead"], *said["partners"]]
        place = said["place"] or next((org.place for org in orgs if org.place_id), None)
        at = {"orgs": [o.pk for o in orgs], "place": place, "point": said["point"]}
        return near("project", OPEN, said["title"], **at)

    def matter_fields(self) -> dict[str, Any]:
        lead, place = self.cleaned_data["lead"], self.cleaned_data.get("place")
        orgs = sorted({lead.pk, *(p.pk for p in self.cleaned_data["partners"])})
        return {
            "title": self.cleaned_data["title"],
            "org": lead.pk,
            "orgs": orgs,
            "place": place.pk if place else lead.place_id,
            **placed(self.cleaned_data["point"]),
        }


class ReassignForm(ReasonForm):
    payload = entries.Reassign
    lead = OrganisationChoice(label=_("New lead organisation"), takes_it_on=True)

    def matter_fields(self) -> dict[str, Any]:
        lead, matter = self.cleaned_data["lead"], self.situation.the_matter
        return {"org": lead.pk, "orgs": sorted({*matter.orgs, lead.pk})}


class StartForm(StepForm):
    payload = entries.Start
    start = Day(label=_("When does the work start?"))


class ReportForm(StepForm):
    payload = entries.Report
    percent = forms.IntegerField(label=_("How far is it, in percent?"), min_value=0, max_value=100)
    words = Text(label=_("What was done, and what is in the way?"), max_length=2000)
    invested = Money(label=_("Invested so far, in yuan"), required=False)
    risks = Text(label=_("Risks"), max_length=1000, rows=3, required=False)
    milestones = forms.TypedMultipleChoiceField(
        label=_("Milestones reached"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def prepare(self) -> None:
        rows = Milestone.objects.filter(project_id=self.situation.the_matter.pk, done=None)
        self.offer("milestones", [(m.number, m.title) for m in rows.order_by("number")])
        if not rows:
            del self.fields["milestones"]
