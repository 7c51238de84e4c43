"""Forms that several programmes ask with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from pilin.engine.payload import Payload

from . import payloads
from .fields import Day, RegisterRow, Text
from .step_form import StepForm

SCORES = [
    (5, _("5 – very good")),
    (4, _("4 – good")),
    (3, _("3 – fair")),
    (2, _("2 – poor")),
    (1, _("1 – very poor")),
]


class ReasonForm(StepForm):
    payload: ClassVar[type[Payload] | None] = payloads.Reason
    reason = Text(label=_("Why?"), max_length=1000, rows=3)


class WordsForm(StepForm):
    payload: ClassVar[type[Payload] | None] = payloads.Words
    words = Text(label=_("What should be said about it?"), max_length=2000)


class RatingForm(StepForm):
    payload: ClassVar[type[Payload] | None] = payloads.Rating
    rating = forms.TypedChoiceField(
        label=_("How well was it done?"), coerce=int, choices=SCORES, widget=forms.RadioSelect
    )
    words = Text(label=_("What would you like to say?"), required=False, max_length=1000, rows=3)


class RecordForm(StepForm):
    """A row of a register as the workbook reader understood it.

    The matter's own fields are in the row: `title`, `org`, `orgs` and `place` (ids). What else it
    has to say, the step's payload tells.
    """

    row = RegisterRow()
    due_day = Day(required=False)

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        """Nothing to read: what the row says stands among the matter's facts."""
        yield from ()

    def matter_fields(self) -> dict[str, Any]:
        row = self.cleaned_data["row"]
        return {
            "title": row["title"],
            "org": row.get("org"),
            "orgs": sorted(set(row.get("orgs") or [])),
            "place": row.get("place"),
        }


class ThankForm(StepForm):
    payload = payloads.Words
    words = Text(
        label=_("What would you say to those who gave?"),
        max_length=1000,
        rows=3,
        discreet=True,
        help_text=_("Everyone who gave is told. No names, please."),
    )
