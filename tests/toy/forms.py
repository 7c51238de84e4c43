from django.utils.translation import gettext_lazy as _

from pilin.forms.fields import Line, OrganisationChoice
from pilin.forms.step_form import StepForm


class LendForm(StepForm):
    title = Line(label=_("What is lent?"))
    owner = OrganisationChoice(label=_("Whose is it?"))

    def matter_fields(self):
        owner = self.cleaned_data["owner"]
        return {
            "title": self.cleaned_data["title"],
            "org": owner.pk,
            "orgs": [owner.pk],
            "place": owner.place_id,
        }
