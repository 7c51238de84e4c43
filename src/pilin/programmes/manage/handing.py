"""What making and withdrawing invitations asks."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from pilin.engine.payload import Payload
from pilin.forms.fields import Future, Line
from pilin.forms.step_form import StepForm

from . import entries
from .inviting import batches
from .rows import in_the_records_words

#: Codes of one batch: a sheet has 24.
MOST = 500


class InviteForm(StepForm):
    payload: ClassVar[type[Payload] | None] = entries.Invite
    number = forms.IntegerField(
        label=_("How many invitations?"), min_value=1, max_value=MOST, initial=24
    )
    until = Future(label=_("Until which day are they good?"))

    def matter_fields(self) -> dict[str, Any]:
        with in_the_records_words():
            return {"title": str(_("Invitations"))}


class WithdrawForm(StepForm):
    payload: ClassVar[type[Payload] | None] = entries.Withdraw
    batch = forms.TypedChoiceField(label=_("Which ones?"), coerce=int)
    reason = Line(label=_("Why?"), help_text=_("Everyone can read it: nothing personal."))

    def prepare(self) -> None:
        self.found = {b.batch: b for b in batches() if b.unused}
        words = [(str(b.batch), f"{b.batch}: {b.unused}") for b in self.found.values()]
        self.offer("batch", [("", _("Please choose")), *words])

    def public(self) -> dict[str, Any]:
        said = super().public()
        said.pop("batch_words", None)
        return {**said, "unused": self.found[self.cleaned_data["batch"]].unused}

    def matter_fields(self) -> dict[str, Any]:
        with in_the_records_words():
            return {"title": str(_("Invitations"))}
