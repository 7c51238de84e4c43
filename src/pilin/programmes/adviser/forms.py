"""What each step of the exchange of advisers asks."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pilin.engine.payload import Payload
from pilin.forms.fields import Day, Future, Line, Text
from pilin.forms.registers import OrganisationChoice, one_of
from pilin.forms.shared import ReasonForm
from pilin.forms.step_form import StepForm
from pilin.wording.reading import measure, short_day

from . import entries
from .models import OPPOSITE, Placement, Work
from .rules import LONGEST_ENTRY, MOST_DAYS

#: Who may speak for an organisation that seeks or sends somebody.
SPEAKERS = ("lead", "host", "coordinator", "department", "clerk")
CONTACT = _("Kept sealed: only the office in charge reads it, and it can be erased.")
NO_NAME = _("What they can do, never a name: agronomist, three years in rice.")


class HalfDays(forms.DecimalField):
    """A number of days, to the half."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(
            min_value=Decimal("0.5"), max_value=most, max_digits=5, decimal_places=1, **kwargs
        )

    def clean(self, value: Any) -> Decimal | None:
        days: Decimal | None = super().clean(value)
        if days is not None and days * 2 % 1:
            raise ValidationError(_("Whole or half days, please: 1 or 0.5."))
        return days


class _Stretch(StepForm):
    """From when until when, and how many days of it."""

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        start, until, days = (data.get(name) for name in ("start", "until", "days"))
        if start and until and until < start:
            self.add_error("until", _("The last day is before the first."))
        elif start and until and days and days > (until - start).days + 1:
            self.add_error("days", _("So many days do not fit between the first and the last."))
        return data


class SeekForm(_Stretch):
    payload: ClassVar[type[Payload] | None] = entries.Seek
    sealed = ("contact",)
    title = Line(label=_("In one sentence, what is it about?"), max_length=80)
    org = OrganisationChoice(label=_("On behalf of"), takes_it_on=True)
    field = Line(label=_("Field of work"), max_length=60)
    text = Text(label=_("What is somebody wanted for?"), max_length=2000)
    days = HalfDays(label=_("For how many days in all?"), most=MOST_DAYS)
    start = Day(label=_("From which day?"))
    until = Future(label=_("Until which day?"))
    contact = Line(
        label=_("How can you be reached?"), max_length=120, required=False, help_text=CONTACT
    )

    def prepare(self) -> None:
        self.own("org", *SPEAKERS)

    def matter_fields(self) -> dict[str, Any]:
        return self.about(self.cleaned_data["title"], self.cleaned_data["org"])


class OfferForm(SeekForm):
    payload = entries.Offer
    role = Line(
        label=_("Who is it, without a name?"), max_length=80, discreet=True, help_text=NO_NAME
    )
    field_order = ("title", "org", "role")


class ProposeForm(_Stretch):
    payload = entries.Propose
    sealed = ("contact",)
    partner = OrganisationChoice(label=_("On behalf of"), takes_it_on=True)
    listing = forms.TypedChoiceField(
        label=_("Does it answer what you have listed yourself?"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Once it is agreed, your own listing is taken off the list."),
    )
    role = Line(
        label=_("Who is it, without a name?"), max_length=80, discreet=True, help_text=NO_NAME
    )
    text = Text(label=_("What do you propose?"), max_length=2000)
    days = HalfDays(label=_("For how many days in all?"), most=MOST_DAYS)
    start = Day(label=_("From which day?"))
    until = Future(label=_("Until which day?"))
    contact = Line(
        label=_("How can you be reached?"), max_length=120, required=False, help_text=CONTACT
    )

    def prepare(self) -> None:
        matter = self.situation.the_matter
        own = Placement.objects.get(pk=matter.pk)
        offices = self.situation.actor.offices
        held = {o.organisation_id for o in offices if o.role in SPEAKERS} - {matter.org_id or 0}
        self.narrow("partner", one_of(held), by=("name",))
        if len(held) == 1:
            self.initial.setdefault("partner", *held)
        rows = Placement.objects.filter(
            matter__state="listed", matter__org__in=held, direction=OPPOSITE[own.direction]
        )
        found = [(p.pk, p.matter.title) for p in rows.select_related("matter").order_by("pk")]
        if found:
            self.offer("listing", [("", _("No")), *found])
        else:
            del self.fields["listing"]
        if own.direction == "offered":  # who it is, the listing says
            del self.fields["role"]
        for name in ("days", "start", "until"):
            self.initial.setdefault(name, getattr(own, name))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        listing = data.get("listing")
        if listing and data.get("partner"):
            owner = Placement.objects.filter(pk=listing, matter__org=data["partner"].pk)
            if not owner.exists():
                self.add_error("listing", _("That is listed by another organisation of yours."))
        return data

    def matter_fields(self) -> dict[str, Any]:
        orgs = {self.situation.the_matter.org_id or 0, self.cleaned_data["partner"].pk}
        return {"orgs": sorted(orgs)}


class BackForm(ReasonForm):
    """An answer that is not taken: the listing stands alone again."""

    def matter_fields(self) -> dict[str, Any]:
        return {"orgs": [self.situation.the_matter.org_id]}


class AcceptForm(StepForm):
    """`listing` is what the proposal names: it comes along, so that both are held at once."""

    payload = entries.Accept
    listing = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def prepare(self) -> None:
        self.named = Placement.objects.get(pk=self.situation.the_matter.pk).listing
        self.initial.setdefault("listing", self.named)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("listing") != self.named:
            raise ValidationError(_("The proposal has changed. Please open the page once more."))
        return data


class WorkForm(StepForm):
    payload = entries.Work
    day = Day(label=_("On which day did it begin?"))
    days = HalfDays(label=_("How many days was it?"), most=LONGEST_ENTRY, initial=1)
    words = Line(label=_("What was done?"), max_length=300)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        own = Placement.objects.get(pk=self.situation.the_matter.pk)
        rows = list(Work.objects.filter(placement=own).exclude(stands="objected"))
        day, days = data.get("day"), data.get("days")
        if day and day > self.situation.today:
            self.add_error("day", _("This day is still to come."))
        elif day and not own.start <= day <= own.until:
            said = {"start": short_day(own.start), "until": short_day(own.until)}
            why = _("It was agreed from %(start)s until %(until)s.") % said
            self.add_error("day", why)
        elif day and any(row.day == day for row in rows):
            self.add_error("day", _("Days worked are entered for this day already."))
        left = own.days - (own.register_days or 0) - sum((row.days for row in rows), Decimal(0))
        if days and days > left:
            why = _("Only %(n)s of the agreed days are left.") % {"n": measure(left)}
            self.add_error("days", why)
        return data


class _OfWork(StepForm):
    def prepare(self) -> None:
        rows = Work.objects.filter(placement=self.situation.the_matter.pk, stands="waiting")
        self.offer("work", [(w.pk, said_of(w)) for w in rows.order_by("day")])


def said_of(work: Work) -> str:
    """An entry in one line, alike in any language: it stands in the entry that confirms it."""
    return f"{work.day.isoformat()} · {measure(work.days)} · {work.words}"


class ConfirmForm(_OfWork):
    payload = entries.Confirm
    work = forms.TypedMultipleChoiceField(
        label=_("Which days are right?"), coerce=int, widget=forms.CheckboxSelectMultiple
    )


class ObjectForm(_OfWork):
    payload = entries.Object
    work = forms.TypedChoiceField(label=_("Which days?"), coerce=int, widget=forms.RadioSelect)
    reason = Text(label=_("What is not right?"), max_length=1000, rows=3)


class EndForm(StepForm):
    payload = entries.End
    account = Text(label=_("What came of it?"), max_length=2000)

    def public(self) -> dict[str, Any]:
        worked = confirmed_days(self.situation.the_matter.pk)
        return {**super().public(), "days": format(worked, "f")}


def confirmed_days(key: int) -> Decimal:
    """Days that the receiving side has confirmed, those of the register before Pilin included."""
    rows = Work.objects.filter(placement=key, stands="confirmed").values_list("days", flat=True)
    before = Placement.objects.values_list("register_days", flat=True).get(pk=key)
    return sum(rows, before or Decimal(0))
