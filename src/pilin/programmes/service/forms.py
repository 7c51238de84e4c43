"""What each step of a request asks."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from pilin.engine.models import Matter
from pilin.forms.fields import Line, Text
from pilin.forms.points import POINT_IS_PUBLIC, PointField, placed
from pilin.forms.registers import OrganisationChoice, all_but, any_of
from pilin.forms.shared import ReasonForm
from pilin.forms.similar import near
from pilin.forms.step_form import StepForm

from . import entries

#: Where a request like another one is not answered yet.
OPEN = ("asked", "assigned")


class AskForm(StepForm):
    payload = entries.Ask
    sealed = ("contact",)
    title = Line(label=_("In one sentence, what do you need?"), max_length=80)
    text = Text(label=_("Tell us more"), max_length=2000)
    desk = OrganisationChoice(label=_("Which service desk?"), takes_it_on=True)
    point = PointField(label=_("Where is it?"), help_text=POINT_IS_PUBLIC, chooses="desk")
    firm = Line(label=_("For which firm?"), max_length=80, required=False)
    contact = Line(
        label=_("How can you be reached?"),
        max_length=120,
        required=False,
        help_text=_("Kept sealed: never shown, and it can be erased."),
    )

    def prepare(self) -> None:
        self.narrow("desk", any_of("service-centre"))
        self.nearest("desk")

    def alike(self) -> list[Matter]:
        said, desk = self.cleaned_data, self.cleaned_data["desk"]
        at = {"orgs": [desk.pk], "place": desk.place, "point": said["point"]}
        return near("service", OPEN, said["title"], **at)

    def matter_fields(self) -> dict[str, Any]:
        desk = self.cleaned_data["desk"]
        return {
            "title": self.cleaned_data["title"],
            "org": desk.pk,
            "orgs": [desk.pk],
            "place": desk.place_id,
            **placed(self.cleaned_data["point"]),
        }


class AssignForm(ReasonForm):
    payload = entries.Assign
    to = OrganisationChoice(label=_("Who can do it, on whichever side?"), takes_it_on=True)

    def prepare(self) -> None:
        may, own = (
            all_but("station", "hall", "alliance", "school"),
            self.situation.the_matter.org_id,
        )
        self.narrow("to", lambda org: may(org) and org.pk != own)

    def matter_fields(self) -> dict[str, Any]:
        orgs = {*self.situation.the_matter.orgs, self.cleaned_data["to"].pk}
        return {"orgs": sorted(orgs)}


class AnswerForm(StepForm):
    payload = entries.Answer
    answer = Text(label=_("The answer: what was done, or why not"), max_length=4000)
