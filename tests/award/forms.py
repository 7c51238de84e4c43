"""Forms of awards that look at the matter."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from pilin.forms.fields import Line
from pilin.forms.registers import any_of
from pilin.forms.step_form import StepForm

from . import entries
from .models import Objection


class NominateForm(StepForm):
    payload = entries.Nominate
    sealed = ("nominee",)
    nominee = Line(label=_("Who did it?"), help_text=_("Kept sealed."))

    def prepare(self) -> None:
        self.narrow("decides", any_of("government"))

    def matter_fields(self) -> dict[str, Any]:
        org = self.cleaned_data["decides"]
        own = {"title": self.cleaned_data["title"], "place": org.place_id}
        return {**own, "org": org.pk, "orgs": [org.pk]}


class AnswerForm(StepForm):
    payload = entries.Answer

    def prepare(self) -> None:
        rows = Objection.objects.filter(award_id=self.situation.the_matter.pk, answer="")
        self.offer("objection", rows.order_by("number").values_list("number", "words"))
