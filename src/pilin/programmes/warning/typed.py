"""A warning that came by telephone, fax or letter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilin.deciding.alerts.alert import (
    ACTUAL,
    ALERT,
    CANCEL,
    EXERCISE,
    UPDATE,
    Alert,
    Area,
    Info,
    Reference,
)
from pilin.deciding.alerts.codes import COLOURS, EVENTS
from pilin.forms.fields import Line, Text, Time
from pilin.forms.registers import OrganisationChoice, PlacesChoice
from pilin.wording.saying import say

from . import entries
from .checking import checked
from .forms import MessageForm
from .models import Issuer, Warning


class _Typed(MessageForm):
    """What is typed of a message that stands: with its issuer's own identifier, in one language or two."""

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
    headline_en = Line(label=_("Its headline in English"), max_length=160, required=False)
    description_en = Text(
        label=_("What it says, in English"), max_length=2000, rows=3, required=False
    )
    instruction_en = Text(
        label=_("What people should do, in English"), max_length=1000, rows=3, required=False
    )
    places = PlacesChoice(label=_("Which places does it concern?"))
    until = Time(label=_("Until when does it stand?"))
    exercise = forms.BooleanField(label=_("It is an exercise"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.errors:
            return data
        if data["until"] <= data["sent"]:
            self.add_error("until", _("It ends before it begins."))
            return data
        try:
            alert, now = self._alert(data), self.situation.now
            self.said = checked(alert, now, "typed", self.own_number, places=data["places"])
        except ValidationError as why:
            self.add_error(None, why)
        return data

    def _alert(self, data: dict[str, Any]) -> Alert:
        return typed(
            **self.issued_by(data),
            identifier=data["identifier"],
            sent=timezone.localtime(data["sent"]),
            ends=timezone.localtime(data["until"]),
            event=data["event"],
            colour=data["colour"],
            texts=(data["headline"], data["description"], data.get("instruction") or ""),
            places=[place.name for place in data["places"]],
            codes=[place.code for place in data["places"] if place.code],
            exercise=bool(data.get("exercise")),
            english=tuple(
                data.get(f"{n}_en") or "" for n in ("headline", "description", "instruction")
            ),
        )

    @property
    def own_number(self) -> int | None:
        return self.situation.matter.pk if self.situation.matter else None

    def issued_by(self, data: dict[str, Any]) -> dict[str, Any]:
        """Who issued it, what it does, and about which earlier message."""
        raise NotImplementedError


class EnterForm(_Typed):
    """A warning that came by telephone, fax or letter."""

    payload = entries.Take
    org = OrganisationChoice(label=_("Which organisation passes it on?"), takes_it_on=True)
    issuer = forms.TypedChoiceField(label=_("Who issued it?"), coerce=int)
    field_order = ("org", "issuer")

    def prepare(self) -> None:
        super().prepare()
        self.offer("issuer", Issuer.objects.order_by("name").values_list("pk", "name"))

    def issued_by(self, data: dict[str, Any]) -> dict[str, Any]:
        issuer = Issuer.objects.get(pk=data["issuer"])
        return {"sender": issuer.sender, "sender_name": issuer.name}


def _about(matter: int, kind: str) -> dict[str, Any]:
    """A later message of the same issuer, about the one that stands."""
    before = Warning.objects.get(pk=matter)
    earlier = Reference(before.sender, before.identifier, before.sent.isoformat())
    issuer = {"sender": before.sender, "sender_name": before.sender_name}
    return {**issuer, "kind": kind, "references": (earlier,)}


class ReplaceForm(_Typed):
    """A newer message of a typed warning, which takes the place of the one that stands."""

    payload = entries.Message

    def prepare(self) -> None:
        super().prepare()
        before = Warning.objects.get(pk=self.situation.the_matter.pk)
        self.initial.setdefault("event", before.event)
        self.initial.setdefault("colour", before.colour)
        self.initial.setdefault("places", before.places)
        self.initial.setdefault("exercise", before.exercise)

    def issued_by(self, data: dict[str, Any]) -> dict[str, Any]:
        return _about(self.situation.the_matter.pk, UPDATE)


class LiftForm(MessageForm):
    """A typed warning is lifted, by its issuer's message."""

    payload = entries.Message
    identifier = Line(
        label=_("Its identifier"),
        max_length=60,
        help_text=_("As its issuer gave it: it is not ours to give one."),
    )
    sent = Time(label=_("When was it lifted?"))
    note = Text(label=_("What does the issuer say?"), max_length=500, rows=2, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.errors:
            return data
        own = self.situation.the_matter.pk
        before = Warning.objects.get(pk=own)
        alert = typed(
            **_about(own, CANCEL),
            identifier=data["identifier"],
            sent=timezone.localtime(data["sent"]),
            ends=timezone.localtime(data["sent"]),
            event=before.event,
            colour=before.colour,
            exercise=before.exercise,
            note=data.get("note") or "",
        )
        try:
            self.said = checked(alert, self.situation.now, "typed", own)
        except ValidationError as why:
            self.add_error(None, why)
        return data


def typed(**said: Any) -> Alert:
    """A message from what was typed; of places that have no code the names stand. Lifted, it says nothing more."""
    spoken = [("zh-CN", said.get("texts", ())), ("en", said.get("english", ()))]
    infos = [_info(language, words, said) for language, words in spoken if any(words)]
    return Alert(
        identifier=said["identifier"],
        sender=said["sender"],
        sent=said["sent"],
        status=EXERCISE if said["exercise"] else ACTUAL,
        kind=said.get("kind", ALERT),
        references=said.get("references", ()),
        note=said.get("note", ""),
        infos=tuple(infos),
        event=said["event"],
        colour_said=True,
        dialect="typed",
    )


def _info(language: str, words: tuple[str, str, str], said: dict[str, Any]) -> Info:
    headline, description, instruction = words
    codes = said["codes"]
    whole = len(codes) == len(said["places"])
    area = Area("、".join(said["places"]), codes=tuple(codes) if whole else ())
    event = EVENTS[said["event"]]
    return Info(
        language=language,
        category="",
        event=event.also[0] if language == "zh-CN" else event.title,
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
