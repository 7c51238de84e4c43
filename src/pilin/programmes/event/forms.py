"""What each step of an event asks."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilin.engine.payload import Payload
from pilin.forms.fields import Line, Lines, Text, Time
from pilin.forms.registers import OrganisationChoice
from pilin.forms.step_form import StepForm

from . import entries
from .models import TYPES, Booking, Registration, Room
from .tokens import opened

#: Who may announce an event.
ANNOUNCERS = ("lead", "host", "clerk", "department", "delegate", "desk")


class Products(Lines):
    """Lines "name, origin". Cleans to a list of {"name", "origin"}."""

    def clean(self, value: Any) -> list[Any]:
        found = []
        for line in super().clean(value):
            name, _comma, origin = line.replace("，", ",").partition(",")
            if not (name.strip() and origin.strip()):
                raise ValidationError(
                    _("“%(line)s” should be a product and its origin: 大米, 广陈镇."),
                    params={"line": line},
                )
            found.append({"name": name.strip(), "origin": origin.strip()})
        return found


class TimesForm(StepForm):
    """When and where; a room is held for that time."""

    payload: ClassVar[type[Payload] | None] = entries.Times
    settled = ("where",)  # changed by a step that tells all who come
    start = Time(label=_("When does it begin?"))
    end = Time(label=_("When does it end?"))
    where = Line(label=_("Where?"), max_length=120)
    room = forms.ModelChoiceField(
        Room.objects.order_by("side", "name"),
        label=_("Livestream room"),
        required=False,
        empty_label=_("none"),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        start, end, room = data.get("start"), data.get("end"), data.get("room")
        if start and end:
            if end <= start:
                self.add_error("end", _("It must end after it begins."))
            elif end - start > timedelta(days=31):
                self.add_error("end", _("An event lasts 31 days at most."))
            elif room and self._taken(room, start, end):
                self.add_error("room", _("This room is booked already at that time."))
        return data

    def _taken(self, room: Room, start: datetime, end: datetime) -> bool:
        rows = Booking.objects.filter(room=room, during__overlap=(start, end))
        matter = self.situation.matter
        return rows.exclude(event_id=matter.pk if matter else None).exists()


class AnnounceForm(TimesForm):
    payload = entries.Announce
    title = Line(label=_("Name of the event"), max_length=80)
    type = forms.ChoiceField(label=_("What is it?"), choices=list(TYPES.items()))
    org = OrganisationChoice(label=_("Who holds it?"), takes_it_on=True)
    limit = forms.IntegerField(
        label=_("How many can take part?"),
        min_value=1,
        max_value=1_000_000,
        required=False,
        help_text=_("Left empty: as many as like."),
    )
    waiting = forms.IntegerField(
        label=_("Places on the waiting list"), min_value=0, max_value=100_000, required=False
    )
    products = Products(
        label=_("Products shown"),
        most=30,
        required=False,
        help_text=_("One a line, with its origin: 大米, 广陈镇"),
    )
    text = Text(label=_("Tell us more"), max_length=2000, required=False)
    field_order = ("title", "type", "org", "start", "end", "where", "room")

    def prepare(self) -> None:
        self.own("org", *ANNOUNCERS)

    def matter_fields(self) -> dict[str, Any]:
        org, room = self.cleaned_data["org"], self.cleaned_data.get("room")
        sides = sorted({*org.sides, *(room.side if room else "")})
        return {
            "title": self.cleaned_data["title"],
            "org": org.pk,
            "orgs": [org.pk],
            "place": org.place_id,
            "sides": "".join(sides),
        }


class CheckInForm(StepForm):
    at_once = True
    payload = entries.CheckIn
    code = Line(label=_("Code the participant shows"), max_length=40)

    def clean_code(self) -> str:
        """Recorded as the registration's number alone: the code itself stays with its owner."""
        entry = opened(self.cleaned_data["code"])
        rows = Registration.objects.filter(event_id=self.situation.the_matter.pk)
        found = rows.filter(entry=entry).first() if entry is not None else None
        if found is None or found.status == "cancelled":
            raise ValidationError(_("This code belongs to nobody who is registered here."))
        if found.status == "waiting":
            raise ValidationError(_("This person is on the waiting list: there is no place yet."))
        if found.came:
            raise ValidationError(_("This person has been checked in already."))
        return str(entry)


class HoldForm(StepForm):
    payload = entries.Hold
    attendance = forms.IntegerField(label=_("How many people came?"), min_value=0, max_value=10**7)
    results = Text(label=_("How did it go? Results, if there are any"), max_length=4000)


def aware(text: str) -> datetime:
    """A recorded time, in the house's zone where it names none."""
    time = datetime.fromisoformat(text)
    return time if timezone.is_aware(time) else timezone.make_aware(time)
