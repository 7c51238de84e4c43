"""What checking a home asks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pilin.forms import withdrawing
from pilin.forms.fields import Future, Line, Text
from pilin.forms.registers import PlaceChoice
from pilin.forms.step_form import StepForm
from pilin.people.models import Residence

from . import entries, shown
from .batches import batches_of, places_of

#: How long a home stays checked, in days, where nothing else is said.
LONG = 730
#: Codes in a batch.
MOST = 400


def until_of(day: date) -> date:
    return day + timedelta(days=LONG)


class _OfPlace(StepForm):
    """About people of one place; `until` is filled in where it is left out."""

    place = PlaceChoice(label=_("Place"))
    until = Future(
        label=_("Until which day is it checked?"),
        required=False,
        help_text=_("For two years, where you leave this empty."),
    )

    def clean_until(self) -> date:
        day: date | None = self.cleaned_data.get("until")
        return day or until_of(self.situation.today)

    def matter_fields(self) -> dict[str, Any]:
        return {"title": gettext("Where people live"), "place": self.cleaned_data["place"].pk}


class _OfOwnPlace(_OfPlace):
    def prepare(self) -> None:
        found = places_of(self.situation.actor)
        self.narrow("place", lambda place: place.pk in found)
        if len(found) == 1:
            self.initial.setdefault("place", *found)


class VouchForm(_OfOwnPlace):
    payload = entries.Checked
    at_once = True
    sealed = withheld = ("shown",)
    shown = Line(
        label=_("The eight digits on their telephone"),
        max_length=20,
        help_text=_(
            "They find them under “My home”. You must have seen the person and their papers, or know"
            " them. Nobody is looked up by name here."
        ),
    )
    field_order = ("shown", "place", "until")

    def clean_shown(self) -> str:
        person = shown.person_of(self.cleaned_data["shown"], self.situation.now)
        if person is None:
            raise ValidationError(_("These digits are not, or no longer, those of anybody here."))
        if person == self.situation.actor.person:
            raise ValidationError(_("Nobody vouches for themselves."))
        return person

    def public(self) -> dict[str, Any]:
        return {**super().public(), "person": self.cleaned_data["shown"]}

    def secret(self) -> dict[str, Any]:
        """The digits are worth nothing in a quarter of an hour: nothing is kept of them."""
        return {}


class CodesForm(_OfOwnPlace):
    payload = entries.Codes
    number = forms.IntegerField(label=_("How many codes?"), min_value=1, max_value=MOST, initial=30)
    expires = Future(label=_("Until which day can they be entered?"))
    field_order = ("place", "number", "expires", "until")


class WithdrawForm(withdrawing.WithdrawForm):
    def batches(self) -> Iterable[withdrawing.Batch]:
        return batches_of(self.situation.actor)

    def matter_fields(self) -> dict[str, Any]:
        place = self.found[self.cleaned_data["batch"]].place
        return {"title": gettext("Where people live"), "place": place}


class _OfPerson(_OfPlace):
    person = Line(max_length=40)


class CodeForm(_OfPerson):
    payload = entries.ByCode
    batch = forms.IntegerField()


class MatchForm(_OfPerson):
    payload = entries.Checked


class BringForm(_OfPlace):
    payload = entries.Brought
    rows = forms.IntegerField(min_value=0)
    digest = Line(max_length=64)


class EnrolForm(_OfPlace):
    payload = entries.Enrolled
    people = forms.JSONField()


class EndForm(StepForm):
    payload = entries.Ended
    entry = forms.IntegerField(
        label=_("Number of the entry by which the home was checked"), min_value=1
    )
    reason = Text(label=_("Why?"), max_length=400, rows=2)

    def clean_entry(self) -> int:
        number: int = self.cleaned_data["entry"]
        rows = Residence.objects.filter(entry=number, until__gte=self.situation.today)
        actor = self.situation.actor
        mine = places_of(actor)
        if actor.kind != "house" and not any(row.place in mine for row in rows):
            raise ValidationError(_("This entry checked no home that you may end."))
        return number

    def matter_fields(self) -> dict[str, Any]:
        return {"title": gettext("Where people live")}
