"""Codes of a batch that were handed out and are to be good no more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Protocol

from django import forms
from django.utils.translation import gettext_lazy as _

from pilin.engine.payload import Payload

from . import payloads
from .fields import Line
from .step_form import StepForm


class Batch(Protocol):
    """What one entry made; `words` tell it from others, `unused` of its codes are still good."""

    @property
    def batch(self) -> int: ...
    @property
    def unused(self) -> int: ...
    @property
    def words(self) -> str: ...


class WithdrawForm(StepForm):
    payload: ClassVar[type[Payload] | None] = payloads.Withdrawn
    batch = forms.TypedChoiceField(label=_("Which ones?"), coerce=int)
    reason = Line(label=_("Why?"), help_text=_("Everyone can read it: nothing personal."))

    def batches(self) -> Iterable[Batch]:
        """Those the actor may withdraw from."""
        raise NotImplementedError

    def prepare(self) -> None:
        self.found: dict[int, Any] = {b.batch: b for b in self.batches() if b.unused}
        words = [(str(b.batch), f"{b.words}: {b.unused}") for b in self.found.values()]
        self.offer("batch", [("", _("Please choose")), *words])

    def public(self) -> dict[str, Any]:
        said = super().public()
        said.pop("batch_words", None)
        return {**said, "unused": self.found[self.cleaned_data["batch"]].unused}
