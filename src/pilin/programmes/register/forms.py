"""What recording into a register asks."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pilin.engine.programme import registry
from pilin.forms.fields import Line, RegisterRow
from pilin.forms.step_form import StepForm

from . import entries


class OpenForm(StepForm):
    payload = entries.Open
    title = Line(label=_("Title"))
    file = Line(label=_("File"), required=False)
    sha256 = Line(label="SHA-256", max_length=64, required=False)

    def matter_fields(self) -> dict[str, Any]:
        return {"title": self.cleaned_data["title"]}


class RecordForm(StepForm):
    payload = entries.Record
    type = Line(label=_("Register"))
    row = RegisterRow(label=_("Row"))

    def clean_type(self) -> str:
        name: str = self.cleaned_data["type"]
        if registry.register(name) is None:
            raise ValidationError(_("There is no register of this type."))
        return name
