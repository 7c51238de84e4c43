"""That somebody was erased is an entry: what went is named by number, so that the log still verifies."""

from __future__ import annotations

from dataclasses import replace

from django import forms

from pilin.engine.act import act
from pilin.forms.step_form import StepForm
from pilin.people.actor import HOUSE, Cause

from . import entries

#: Places named in one entry; more make further entries.
MOST = 1_000


class EraseForm(StepForm):
    """Filled in by the house alone."""

    payload = entries.Erased
    person = forms.CharField(max_length=40)
    parts = forms.JSONField(required=False)
    struck = forms.JSONField(required=False)


def erased(
    person: str, sealed: list[int], struck: list[tuple[int, str]], cause: Cause | None = None
) -> None:
    """Enter what went of somebody; `cause` is the entry elsewhere that says they were erased there."""
    for at in range(0, max(len(sealed), len(struck), 1), MOST):
        said = {
            "person": person,
            "parts": sealed[at : at + MOST],
            "struck": struck[at : at + MOST],
        }
        act(replace(HOUSE, cause=None if at else cause), "manage", "erase", said)
