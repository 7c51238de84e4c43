"""What each step of a drive asks."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pilin.forms.fields import Future, Line, Lines, Text
from pilin.forms.registers import OrganisationChoice
from pilin.forms.step_form import StepForm
from pilin.wording.reading import day

from . import entries
from .models import Batch, Item, Promise

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
    org = OrganisationChoice(label=_("Who collects?"), takes_it_on=True)
    recipient = OrganisationChoice(label=_("For whom?"), takes_it_on=True)
    goods = Goods(label=_("What is wanted"), help_text=_("One a line, with a number: 校服 310 套"))
    text = Text(label=_("Tell us more"), max_length=2000, required=False, discreet=True)
    where = Line(
        label=_("Where can it be brought, and when?"),
        max_length=200,
        required=False,
        discreet=True,
        help_text=_("An address and hours, for those who bring something."),
    )
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
        return self.about(self.cleaned_data["title"], org, to)


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
    promise = forms.TypedChoiceField(
        label=_("Was it promised here?"), coerce=int, required=False, empty_value=None
    )
    donor = Line(
        label=_("Name of the donor"),
        max_length=60,
        required=False,
        help_text=_("Kept sealed: never shown, and it can be erased."),
    )

    def prepare(self) -> None:
        key = self.situation.the_matter.pk
        rows = Item.objects.filter(drive_id=key).order_by("number")
        self.offer("item", rows.values_list("number", "name"))
        made = waiting(key)
        if made:
            self.offer("promise", [("", _("No, it was not promised here")), *in_words(key, made)])
        else:
            del self.fields["promise"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("promise") is None:
            return data
        made = Promise.objects.filter(drive_id=self.situation.the_matter.pk, entry=data["promise"])
        if data.get("item") and not made.filter(item=data["item"]).exists():
            self.add_error("promise", _("Something else was promised there."))
        return data


def waiting(drive: int, person: str = "") -> list[Promise]:
    """What was promised and has not come in yet, oldest first; of one person, or of all."""
    rows = Promise.objects.filter(drive_id=drive, received=None).order_by("entry")
    return list(rows.filter(person=person) if person else rows)


def in_words(drive: int, made: Sequence[Promise]) -> list[tuple[int, str]]:
    """Promises as a form offers them: by entry, what and of which day, never who."""
    items = {item.number: item for item in Item.objects.filter(drive_id=drive)}
    return [
        (p.entry, f"{items[p.item].name} {p.count}{items[p.item].unit} · {day(p.day)}")
        for p in made
    ]


def still_wanted(drive: int) -> dict[int, int | None]:
    """How much of each item neither came nor was promised; None where no number was named."""
    promised: dict[int, int] = {}
    for p in waiting(drive):
        promised[p.item] = promised.get(p.item, 0) + p.count
    return {
        item.number: None
        if item.wanted is None
        else max(0, item.wanted - item.came - promised.get(item.number, 0))
        for item in Item.objects.filter(drive_id=drive).order_by("number")
    }


class PromiseForm(StepForm):
    """Somebody says what they will bring. They may take it back until it has come in."""

    payload = entries.Promise
    item = forms.TypedChoiceField(label=_("What will you bring?"), coerce=int)
    count = forms.IntegerField(
        label=_("How many?"),
        min_value=1,
        max_value=100_000,
        help_text=_("You can take this back at any time before you have brought it."),
    )

    def prepare(self) -> None:
        key = self.situation.the_matter.pk
        self.left = still_wanted(key)
        names = {i.number: f"{i.name}" for i in Item.objects.filter(drive_id=key)}
        wanted = [n for n, left in self.left.items() if left != 0]
        self.offer("item", [(n, names[n]) for n in wanted])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        left = self.left.get(data.get("item") or 0)
        if left is not None and data.get("count", 0) > left:
            self.add_error("count", _("Only %(n)d are still wanted.") % {"n": left})
        return data


class WithdrawForm(StepForm):
    payload = entries.WithdrawPromise
    promise = forms.TypedChoiceField(label=_("What will you not bring after all?"), coerce=int)

    def prepare(self) -> None:
        key = self.situation.the_matter.pk
        self.offer("promise", in_words(key, waiting(key, self.situation.actor.person)))


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
