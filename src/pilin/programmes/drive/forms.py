"""What each step of a drive asks."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pilin.forms.fields import Future, Line, Lines, Text
from pilin.forms.registers import OrganisationChoice
from pilin.forms.step_form import StepForm

from . import entries
from .models import Batch, Item

_COUNTED = re.compile(r"(.{0,59}?[^\d\s])\s*[:：]?\s*([1-9]\d{0,5})\s*([^\W\d]{1,4})?")
#: Who may open a drive.
COLLECTORS = ("lead", "host", "clerk", "coordinator", "delegate")


class Goods(Lines):
    """Lines such as "校服 310 套". Cleans to a list of {"name", "count", "unit"}."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(most=30, longest=80, **kwargs)

    def clean(self, value: Any) -> list[Any]:
        found = []
        for line in super().clean(value):
            match = _COUNTED.fullmatch(line)
            if not match:
                raise ValidationError(
                    _("“%(line)s” should be a name and a number, as 校服 310 套."),
                    params={"line": line},
                )
            name, count, unit = match.groups()
            found.append({"name": name.strip(), "count": int(count), "unit": unit or ""})
        return found


class OpenForm(StepForm):
    payload = entries.Open
    title = Line(label=_("What is collected?"), max_length=80, discreet=True)
    org = OrganisationChoice(label=_("Who collects?"))
    recipient = OrganisationChoice(label=_("For whom?"))
    goods = Goods(label=_("What is wanted"), help_text=_("One a line, with a number: 校服 310 套"))
    text = Text(label=_("Tell us more"), max_length=2000, required=False, discreet=True)
    until = Future(label=_("Collected until"))

    def prepare(self) -> None:
        self.own("org", *COLLECTORS)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("org") and data.get("org") == data.get("recipient"):
            self.add_error("recipient", _("Whoever collects does not collect for themselves."))
        return data

    def matter_fields(self) -> dict[str, Any]:
        org, to = self.cleaned_data["org"], self.cleaned_data["recipient"]
        return {
            "title": self.cleaned_data["title"],
            "org": org.pk,
            "orgs": sorted({org.pk, to.pk}),
            "place": org.place_id,
        }


class ReceiveForm(StepForm):
    payload = entries.Receive
    sealed = ("donor",)
    item = forms.TypedChoiceField(label=_("Of what?"), coerce=int)
    count = forms.IntegerField(label=_("How many?"), min_value=1, max_value=100_000)
    giver = Line(
        label=_("Who gave it, in general words?"),
        max_length=60,
        help_text=_("Party members of the village, a firm of the park. No names."),
    )
    donor = Line(
        label=_("Name of the donor"),
        max_length=60,
        required=False,
        help_text=_("Kept sealed: never shown, and it can be erased."),
    )

    def prepare(self) -> None:
        rows = Item.objects.filter(drive_id=self.situation.the_matter.pk).order_by("number")
        self.offer("item", rows.values_list("number", "name"))


class ShipForm(StepForm):
    payload = entries.Ship
    to = Line(label=_("Where to?"), max_length=120, discreet=True)
    goods = Goods(label=_("What goes"), help_text=_("One a line, with a number: 校服 310 套"))

    def clean_goods(self) -> list[Any]:
        """Each line must be a sort of goods of this drive, and there must be enough of it."""
        rows = {i.name: i for i in Item.objects.filter(drive_id=self.situation.the_matter.pk)}
        wanted: dict[str, int] = {}
        for line in self.cleaned_data["goods"]:
            if line["name"] not in rows:
                raise ValidationError(
                    _("“%(name)s” is not collected in this drive."), params={"name": line["name"]}
                )
            wanted[line["name"]] = wanted.get(line["name"], 0) + line["count"]
        for name, count in wanted.items():
            there = rows[name].came - rows[name].given
            if count > there:
                raise ValidationError(
                    _("Of “%(name)s” there are %(there)d left, not %(count)d."),
                    params={"name": name, "there": there, "count": count},
                )
        goods: list[Any] = self.cleaned_data["goods"]
        return goods


class HandOverForm(StepForm):
    payload = entries.HandOver
    batch = forms.TypedChoiceField(label=_("Which shipment?"), coerce=int)
    words = Text(label=_("How was it handed over?"), max_length=1000, rows=3, discreet=True)

    def prepare(self) -> None:
        rows = Batch.objects.filter(drive_id=self.situation.the_matter.pk, handed_over=None)
        self.offer("batch", [(b.entry, f"{b.entry} → {b.to}") for b in rows.order_by("entry")])


class FinishForm(StepForm):
    payload = entries.Finish
    words = Text(label=_("What should be said about it?"), max_length=2000, discreet=True)
