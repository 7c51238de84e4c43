"""A warning that came by telephone, fax or letter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilin.deciding.alerts.alert import ACTUAL, ALERT, EXERCISE, Alert, Area, Info
from pilin.deciding.alerts.codes import COLOURS, EVENTS
from pilin.forms.fields import Line, Text, Time
from pilin.forms.registers import OrganisationChoice, PlacesChoice
from pilin.wording.saying import say

from . import entries
from .checking import checked
from .forms import MessageForm
from .models import Issuer


class EnterForm(MessageForm):
    """A warning that came by telephone, fax or letter: typed, with its issuer's own identifier."""

    payload = entries.Take
    org = OrganisationChoice(label=_("Which organisation passes it on?"), takes_it_on=True)
    issuer = forms.TypedChoiceField(label=_("Who issued it?"), coerce=int)
    identifier = Line(
        label=_("Its identifier"),
        max_length=60,
        help_text=_("As its issuer gave it: it is not ours to give one."),
    )
    sent = Time(label=_("When was it issued?"))
    event = forms.ChoiceField(
        label=_("What is it of?"), choices=lambda: [(e.name, say(e.title)) for e in EVENTS.values()]
    )
    colour = forms.ChoiceField(
        label=_("Which colour?"),
        choices=lambda: [(c.name, say(c.title)) for c in COLOURS.values()],
        widget=forms.RadioSelect,
    )
    headline = Line(label=_("Its headline"), max_length=80)
    description = Text(label=_("What does the warning say?"), max_length=2000)
    instruction = Text(label=_("What should people do?"), max_length=1000, rows=3, required=False)
    places = PlacesChoice(label=_("Which places does it concern?"))
    until = Time(label=_("Until when does it stand?"))
    exercise = forms.BooleanField(label=_("It is an exercise"), required=False)

    def prepare(self) -> None:
        super().prepare()
        rows = Issuer.objects.order_by("name").values_list("pk", "name")
        self.offer("issuer", rows)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.errors:
            return data
        if data["until"] <= data["sent"]:
            self.add_error("until", _("It ends before it begins."))
            return data
        try:
            alert, now = self._alert(data), self.situation.now
            self.said = checked(alert, now, "typed", places=data["places"])
        except ValidationError as why:
            self.add_error(None, why)
        return data

    def _alert(self, data: dict[str, Any]) -> Alert:
        issuer = Issuer.objects.get(pk=data["issuer"])
        return typed(
            identifier=data["identifier"],
            sender=issuer.sender,
            sender_name=issuer.name,
            sent=timezone.localtime(data["sent"]),
            ends=timezone.localtime(data["until"]),
            event=data["event"],
            colour=data["colour"],
            texts=(data["headline"], data["description"], data.get("instruction") or ""),
            places=[place.name for place in data["places"]],
            codes=[place.code for place in data["places"] if place.code],
            exercise=bool(data.get("exercise")),
        )


def typed(**said: Any) -> Alert:
    """A message from what was typed; of places that have no code the names stand."""
    headline, description, instruction = said["texts"]
    codes = said["codes"]
    whole = len(codes) == len(said["places"])
    area = Area("、".join(said["places"]), codes=tuple(codes) if whole else ())
    info = Info(
        language="zh-CN",
        category="",
        event=EVENTS[said["event"]].also[0],
        code="",
        urgency="",
        severity="",
        certainty="",
        colour=said["colour"],
        headline=headline,
        description=description,
        instruction=instruction,
        onset=None,
        effective=said["sent"],
        expires=said["ends"],
        sender_name=said["sender_name"],
        contact="",
        web="",
        areas=(area,),
    )
    return Alert(
        identifier=said["identifier"],
        sender=said["sender"],
        sent=said["sent"],
        status=EXERCISE if said["exercise"] else ACTUAL,
        kind=ALERT,
        references=(),
        note="",
        infos=(info,),
        event=said["event"],
        colour_said=True,
        dialect="typed",
    )
