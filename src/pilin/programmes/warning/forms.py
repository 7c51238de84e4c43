"""What each step of a warning asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pilin.deciding.alerts.alert import (
    ALERT,
    CANCEL,
    UPDATE,
    Alert,
    Misread,
)
from pilin.deciding.alerts.codes import WAYS
from pilin.deciding.alerts.reading import LONGEST, read
from pilin.forms.fields import Text
from pilin.forms.registers import OrganisationChoice
from pilin.forms.step_form import StepForm
from pilin.wording.reading import enumerated, moment
from pilin.wording.saying import say

from . import entries
from .checking import Read, checked, title_of
from .models import Duty, Message, Warning, colour_words, event_words

#: The roles in which warnings are taken in.
RECEIVERS = ("clerk", "lead", "department", "operator")


class MessageForm(StepForm):
    """A message is read, and checked; what the entry says of it is what it says."""

    composes = True
    said: Read

    def prepare(self) -> None:
        if self.situation.actor.kind == "person" and "org" in self.fields:
            self.own("org", *RECEIVERS)

    def matter_fields(self) -> dict[str, Any]:
        alert, places = self.said.alert, self.said.places
        # Where one place holds all that it concerns, it lies there; else where whoever passes it on is.
        lies = {"place": places[0].pk} if len(places) == 1 else {}
        if self.situation.matter is not None:
            return {} if alert.kind == CANCEL else {"title": title_of(alert), **lies}
        return {**self.about(title_of(alert), self.cleaned_data["org"]), **lies}

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
        yield _("Concerns"), enumerated(place["name"] for place in data.get("places", ()))
        yield _("Ends"), moment(datetime.fromisoformat(data["ends"]))


class _Raw(forms.CharField):
    """What a program reads, and nobody says."""

    is_speech = False


class _FromText(MessageForm):
    """The message as its issuer sent it."""

    kinds: tuple[str, ...] = (ALERT, UPDATE)
    message = _Raw(
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
    org = OrganisationChoice(label=_("Which organisation passes it on?"), takes_it_on=True)

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
        yield _("Not passed on by its hour"), enumerated(s["name"] for s in data["stations"])


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
