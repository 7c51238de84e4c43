"""What each step of a suggestion asks."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pilin.engine.models import Matter
from pilin.engine.situation import Situation
from pilin.forms.fields import Future, Line, Text
from pilin.forms.registers import OrganisationChoice, OrganisationsChoice, any_of
from pilin.forms.shared import ReasonForm
from pilin.forms.similar import near
from pilin.forms.step_form import StepForm

from . import entries
from .models import TYPES

#: Who reviews suggestions.
REVIEWERS = ("liaison", "hall", "government")
#: The roles in which they are reviewed and answered.
ANSWERING = ("clerk", "lead", "department", "desk")


#: Where a suggestion like another one is not answered yet.
OPEN = ("submitted", "accepted", "assigned", "reopened")


class WriteForm(StepForm):
    payload = entries.Write
    title = Line(label=_("In one sentence, what is suggested?"), max_length=80)
    type = forms.ChoiceField(label=_("What is it?"), choices=list(TYPES.items()))
    studio = OrganisationChoice(label=_("From which studio or organisation?"))
    to = OrganisationChoice(label=_("Who shall review it?"), takes_it_on=True)
    situation_text = Text(label=_("How do things stand?"), max_length=3000)
    proposal = Text(label=_("What should be done?"), max_length=3000)

    def prepare(self) -> None:
        self.own("studio", "delegate")
        self.narrow("to", any_of(*REVIEWERS), by=("sides", "category", "name"))
        self.nearest("to", "delegate")

    def alike(self) -> list[Matter]:
        """Written already, by whichever delegate, and not answered yet: it can be co-signed."""
        said = self.cleaned_data
        orgs = [said["studio"], said["to"]]
        place = next((org.place for org in orgs if org.place_id), None)
        return near("suggestion", OPEN, said["title"], orgs=[org.pk for org in orgs], place=place)

    def matter_fields(self) -> dict[str, Any]:
        to, studio = self.cleaned_data["to"], self.cleaned_data["studio"]
        return {
            "title": self.cleaned_data["title"],
            "org": to.pk,
            "orgs": sorted({to.pk, studio.pk}),
            "place": studio.place_id or to.place_id,
        }


class OutcomeForm(StepForm):
    """A consultation's outcome that is handed over as a suggestion."""

    payload = entries.Outcome
    title = Line(label=_("In one sentence, what is suggested?"), max_length=80)
    to = OrganisationChoice(label=_("Who shall review it?"), takes_it_on=True)
    proposal = Text(label=_("What should be done?"), max_length=3000)

    def matter_fields(self) -> dict[str, Any]:
        to = self.cleaned_data["to"]
        return self.about(self.cleaned_data["title"], to)


class AssignForm(StepForm):
    payload = entries.Assign
    lead = OrganisationChoice(label=_("Lead department"), takes_it_on=True)
    assisting = OrganisationsChoice(label=_("Assisting departments"), required=False)
    answer_by = Future(label=_("To be answered by"))

    def prepare(self) -> None:
        self.narrow("lead", any_of("government", "agency", "service-centre"))
        self.narrow("assisting", any_of("government", "agency", "service-centre"))

    def matter_fields(self) -> dict[str, Any]:
        own = [self.cleaned_data["lead"].pk, *(o.pk for o in self.cleaned_data["assisting"])]
        return {"orgs": sorted({*self.situation.the_matter.orgs, *own})}


class AnswerForm(StepForm):
    payload = entries.Answer
    answer = Text(label=_("The answer: what was done, or why not"), max_length=4000)


class DeliberateForm(ReasonForm):
    payload = entries.Deliberate
    forum = OrganisationChoice(label=_("At which station or hall?"), takes_it_on=True)

    def prepare(self) -> None:
        self.narrow("forum", any_of("station", "hall"), by=("sides", "category", "name"))
        self.nearest("forum", *ANSWERING)


def refer(situation: Situation, form: Any) -> Mapping[str, Any]:
    """The consultation a suggestion leads into."""
    return {
        "data": {
            "title": situation.the_matter.title[:80],
            "text": form.cleaned_data["reason"],
            "forum": form.cleaned_data["forum"].pk,
        }
    }
