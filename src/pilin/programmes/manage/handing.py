"""What making and withdrawing invitations asks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from pilin.engine.payload import Payload
from pilin.forms import withdrawing
from pilin.forms.fields import Future
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


class WithdrawForm(withdrawing.WithdrawForm):
    def batches(self) -> Iterable[withdrawing.Batch]:
        return batches()

    def matter_fields(self) -> dict[str, Any]:
        with in_the_records_words():
            return {"title": str(_("Invitations"))}
