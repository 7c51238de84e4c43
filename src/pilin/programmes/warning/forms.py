"""What each step of a warning asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilin.deciding.alerts import signing
from pilin.deciding.alerts.alert import (
    ACTUAL,
    ALERT,
    CANCEL,
    EXERCISE,
    UPDATE,
    Alert,
    Area,
    Info,
    Misread,
)
from pilin.deciding.alerts.codes import COLOURS, EVENTS, RULES, WAYS
from pilin.deciding.alerts.reading import LONGEST, read
from pilin.forms.fields import Line, Text, Time
from pilin.forms.registers import OrganisationChoice, PlacesChoice
from pilin.forms.step_form import StepForm
from pilin.people.models import Place
from pilin.wording.reading import moment
from pilin.wording.saying import say

from . import entries, where
from .models import Duty, Issuer, Message, Warning, colour_words, event_words

#: The roles in which warnings are taken in.
RECEIVERS = ("clerk", "lead", "department", "operator")
_ALREADY = _("This message came in already: it is not taken in twice.")


class _MessageForm(StepForm):
    """A message is read, and checked; what the entry says of it is what it says."""

    composes = True
    said: Read

    def prepare(self) -> None:
        if self.situation.actor.kind == "person" and "org" in self.fields:
            self.own("org", *RECEIVERS)

    def matter_fields(self) -> dict[str, Any]:
        if self.situation.matter is not None:
            return {}
        places = self.said.places
        fields = self.about(title_of(self.said.alert), self.cleaned_data["org"])
        # Where one place holds all that it concerns, it lies there; else where whoever passes it on is.
        return {**fields, "place": places[0].pk if len(places) == 1 else fields["place"]}

    def public(self) -> dict[str, Any]:
        said = self.said.dump()
        if "org" in self.fields:
            org = self.cleaned_data["org"]
            said["org"] = {"id": org.pk, "name": str(org)}
        return said

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        yield _("Identifier"), data["identifier"]
        yield _("Issuer"), data["sender_name"]
        yield _("Of"), f"{event_words(data['event'])} · {colour_words(data['colour'])}"
        yield _("Concerns"), "、".join(place["name"] for place in data.get("places", ()))
        yield _("Ends"), moment(datetime.fromisoformat(data["ends"]))


class Read:
    """A message, with what is known of it here."""

    def __init__(self, alert: Alert, places: list[Place], now: datetime, way: str) -> None:
        self.alert, self.places, self.way = alert, places, way
        self.issuer = Issuer.objects.filter(sender=alert.sender).first()
        pem = self.issuer.certificate if self.issuer else ""
        text = alert.text
        self.signature = signing.checked(text, [pem] if pem else [], alert.sent) if text else "none"
        cancels = alert.kind == CANCEL
        self.turns = [] if cancels else where.stations(places, alert.colour, now)

    @property
    def sender_name(self) -> str:
        return self.issuer.name if self.issuer else self.alert.sender_name

    def dump(self) -> dict[str, Any]:
        a = self.alert
        return {
            "identifier": a.identifier,
            "sender": a.sender,
            "sender_name": self.sender_name,
            "sent": a.sent.isoformat(),
            "kind": a.kind,
            "references": [
                {"sender": r.sender, "identifier": r.identifier, "sent": r.sent}
                for r in a.references
            ],
            "exercise": a.exercise,
            "event": a.event,
            "colour": a.colour,
            "colour_said": a.colour_said,
            "starts": a.starts.isoformat(),
            "ends": (a.sent if a.kind == CANCEL else a.ends).isoformat(),
            "end_said": a.expires is not None or a.kind == CANCEL,
            "texts": [
                {name: getattr(info, name) for name in entries.Said.model_fields}
                for info in a.infos
            ],
            "areas": [area.words for area in a.areas],
            "codes": sorted({code for area in a.areas for code in area.codes}),
            "places": [{"id": place.pk, "name": place.name} for place in self.places],
            "asked": [
                {"id": turn.org.pk, "name": turn.org.name, "by": turn.by.isoformat()}
                for turn in self.turns
            ],
            "signature": self.signature,
            "way": self.way,
            "note": a.note,
            "message": a.text,
        }


def checked(
    alert: Alert,
    now: datetime,
    way: str,
    matter: int | None = None,
    places: Iterable[Place] | None = None,
) -> Read:
    """The message with what is known of it here; `matter` is the warning it changes, where it does; `places`
    those it concerns, where somebody chose them.

    Raises ValidationError: it came in already, is signed by somebody else or changed, is over, is of the
    future, concerns no place here, or is older than what stands.
    """
    if Message.objects.filter(sender=alert.sender, identifier=alert.identifier).exists():
        raise ValidationError(_ALREADY)
    if alert.sent > now + timedelta(minutes=RULES["ahead"]):
        raise ValidationError(_("It was sent at a time that is still to come."))
    standing = Warning.objects.filter(pk=matter).first() if matter else None
    if standing is not None and alert.sent <= standing.sent:
        raise ValidationError(_("A newer message of this warning stands here."))
    if alert.kind != CANCEL and alert.ends <= now:
        raise ValidationError(
            _("It is over since %(at)s."), params={"at": moment(alert.ends.astimezone(now.tzinfo))}
        )
    places = where.concerned(alert.areas) if places is None else list(places)
    if not places and alert.kind != CANCEL:
        raise ValidationError(_("It concerns no place of the registers here."))
    if not places and standing is not None:
        places = list(Place.objects.filter(pk__in=standing.places).order_by("pk"))
    found = Read(alert, places, now, way)
    if found.signature == signing.BROKEN:
        raise ValidationError(
            _("Its signature does not fit: it was changed, or is not from there.")
        )
    signs = found.issuer is not None and bool(found.issuer.certificate)
    if found.issuer is not None and signs and alert.text and found.signature != signing.KNOWN:
        raise ValidationError(
            _("It is not signed by %(name)s, which signs what it sends."),
            params={"name": found.issuer.name},
        )
    return found


def title_of(alert: Alert) -> str:
    """What a warning is called in lists: in the issuer's words, where it has some."""
    said = next((info.headline for info in alert.infos if info.headline), "")
    exercise = str(_("Exercise: ")) if alert.exercise else ""
    words = f"{event_words(alert.event)}{colour_words(alert.colour)}"
    return f"{exercise}{said or words}"[:80]


class _FromText(_MessageForm):
    """The message as its issuer sent it."""

    kinds: tuple[str, ...] = (ALERT, UPDATE)
    message = forms.CharField(
        label=_("The message (XML)"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        strip=False,
    )
    way = forms.CharField(required=False, max_length=8, widget=forms.HiddenInput)

    def clean_message(self) -> str:
        text: str = self.cleaned_data["message"]
        try:
            self.alert = read(text)
        except Misread as why:
            raise ValidationError(str(why)) from why
        if self.alert.kind not in self.kinds:
            raise ValidationError(_("This message does something else: see its msgType."))
        return text

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.errors:
            return data
        own = self.situation.matter.pk if self.situation.matter else None
        way = "address" if self.situation.actor.kind == "house" else "file"
        try:
            self.said = checked(self.alert, self.situation.now, way, own)
            if own is not None:
                self._about(own)
        except ValidationError as why:
            self.add_error("message", why)
        return data

    def _about(self, own: int) -> None:
        """Its references name a message of this warning."""
        named = {(r.sender, r.identifier) for r in self.alert.references}
        rows = Message.objects.filter(warning=own).values_list("sender", "identifier")
        if not named & set(rows):
            raise ValidationError(_("It names none of this warning's messages as its earlier one."))


class ReceiveForm(_FromText):
    """A new warning; an update whose earlier message never came is one, too."""

    payload = entries.Take
    org = OrganisationChoice(label=_("Which organisation passes it on?"))

    def clean_message(self) -> str:
        text = super().clean_message()
        if found := earlier(self.alert):
            words = _("It is about a warning that stands here: “%(title)s”. Take it in there.")
            raise ValidationError(words, params={"title": found.matter.title})
        return text


def earlier(alert: Alert) -> Warning | None:
    """The open warning one of whose messages this one names."""
    named = [(r.sender, r.identifier) for r in alert.references]
    for sender, identifier in named:
        rows = Message.objects.filter(sender=sender, identifier=identifier)
        found = rows.select_related("warning__matter").first()
        if found is not None and found.warning.matter.is_open:
            warning: Warning = found.warning
            return warning
    return None


class UpdateForm(_FromText):
    payload = entries.Message
    kinds = (UPDATE,)


class CancelForm(_FromText):
    payload = entries.Message
    kinds = (CANCEL,)


class EnterForm(_MessageForm):
    """A warning that came by telephone, fax or letter: typed, with its issuer's own identifier."""

    payload = entries.Take
    org = OrganisationChoice(label=_("Which organisation passes it on?"))
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


class PassOnForm(StepForm):
    payload = entries.PassOn
    ways = forms.MultipleChoiceField(
        label=_("How did you pass it on?"),
        choices=lambda: [(name, say(title)) for name, title in WAYS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    reached = forms.IntegerField(
        label=_("About how many households did it reach?"),
        required=False,
        min_value=0,
        max_value=1_000_000,
    )
    words = Text(label=_("What else should be said?"), max_length=500, rows=2, required=False)


class MissedForm(StepForm):
    """Taken by Pilin once an hour has passed."""

    payload = entries.Missed
    composes = True

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.late = list(late(self.situation.the_matter.pk, self.situation.now))
        if not self.late:
            raise ValidationError(_("Nobody is late."))
        return data

    def public(self) -> dict[str, Any]:
        rows = [{"id": d.org_id, "name": d.org.name, "by": d.by.isoformat()} for d in self.late]
        return {"stations": rows}

    @classmethod
    def answers(cls, data: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
        yield _("Not passed on by its hour"), "、".join(s["name"] for s in data["stations"])


def late(warning: int, now: datetime) -> Any:
    """Stations whose hour has passed and that were not named late yet, while the warning stands."""
    rows = Duty.objects.filter(warning=warning, done=None, missed=None, by__lt=now)
    return rows.filter(
        message__in=Warning.objects.filter(pk=warning).values("entry")
    ).select_related("org")


class HeardForm(StepForm):
    payload = entries.Heard
    reached = forms.ChoiceField(
        label=_("Did this warning reach you, other than by this page?"),
        choices=[("yes", _("Yes, it did")), ("no", _("No, it did not"))],
        widget=forms.RadioSelect,
    )


class AccountForm(StepForm):
    payload = entries.Account
    words = Text(label=_("What came of it, and what is to be done better?"), max_length=2000)
