"""What is asked of offices about a nominee, and what happens where one does not answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from pilin.engine.positions import registers
from pilin.forms.fields import Text
from pilin.forms.registers import OrganisationsChoice, any_of
from pilin.forms.step_form import StepForm
from pilin.wording.reading import enumerated

from . import entries, rules
from .models import FINDINGS, Inquiry

SEALED = _("Kept sealed: never shown, and it can be erased.")


class InquireForm(StepForm):
    payload = entries.Inquire
    offices = OrganisationsChoice(label=_("Which offices are asked?"))
    question = Text(label=_("What are they asked?"), max_length=600, rows=3)

    def prepare(self) -> None:
        own = self.situation.the_matter.org_id
        office = any_of("government", "agency", "hall", "liaison")
        self.fields["offices"].among = lambda org: office(org) and org.pk != own  # type: ignore[attr-defined]

    def clean_offices(self) -> Any:
        found = self.cleaned_data["offices"]
        if not 1 <= len(found) <= rules.OFFICES:
            words = _("One office at least, %(n)d at most.")
            raise ValidationError(words, params={"n": rules.OFFICES})
        day, now = self.situation.today, registers()
        for org in found:
            if not now.holders(org.pk, org.steward, day):
                words = _("Nobody holds the office there that could answer: %(org)s")
                raise ValidationError(words, params={"org": org.called})
        return found


class ReplyForm(StepForm):
    """What an office found. What it says of the person is for the office in charge alone."""

    payload = entries.Reply
    sealed = ("words",)
    finding = forms.ChoiceField(
        label=_("Is there anything against it?"),
        choices=list(FINDINGS.items()),
        widget=forms.RadioSelect,
    )
    words = Text(label=_("What was found?"), max_length=1000, rows=3, help_text=SEALED)


def late_ones(key: int, day: date) -> QuerySet[Inquiry]:
    """Inquiries of a nomination whose day has passed without an answer."""
    rows = Inquiry.objects.filter(nomination=key, finding="", due__lt=day)
    return rows.select_related("org").order_by("pk")


class _Silent(StepForm):
    """Names the offices that have not answered by their day."""

    composes = True

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.late = list(late_ones(self.situation.the_matter.pk, self.situation.today))
        if not self.late:
            raise ValidationError(_("No office is late."))
        return data

    def public(self) -> dict[str, Any]:
        rows = [{"id": one.org_id, "name": one.org.name} for one in self.late]
        return {**super().public(), "offices": rows}

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        yield _("Not answered by their day"), enumerated(org["name"] for org in data["offices"])
        yield from super().answers({k: v for k, v in data.items() if k != "offices"})


class LateForm(_Silent):
    """Taken by Pilin once the day has passed."""

    payload = entries.Late


class GoOnForm(_Silent):
    """The committee is called without the offices that let their day pass; whoever still has time is waited for."""

    payload = entries.GoOn
    reason = Text(label=_("Why does it go on without them?"), max_length=600, rows=3)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        asked = Inquiry.objects.filter(nomination=self.situation.the_matter.pk, finding="")
        if asked.filter(due__gte=self.situation.today).exists():
            raise ValidationError(_("An office that was asked still has time to answer."))
        return data
