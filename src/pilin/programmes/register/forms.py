"""What recording into a register asks."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pilin.engine.programme import registry
from pilin.forms.fields import Line
from pilin.forms.step_form import StepForm


class OpenForm(StepForm):
    title = Line(label=_("Title"))
    file = Line(label=_("File"), required=False)
    sha256 = Line(label="SHA-256", max_length=64, required=False)

    def matter_fields(self) -> dict[str, Any]:
        return {"title": self.cleaned_data["title"]}


class RecordForm(StepForm):
    type = Line(label=_("Register"))
    row = forms.JSONField(label=_("Row"))

    def clean_type(self) -> str:
        name: str = self.cleaned_data["type"]
        if registry.register(name) is None:
            raise ValidationError(_("There is no register of this type."))
        return name
