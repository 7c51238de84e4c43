"""A message comes in: which warning it opens, changes or lifts; and the page on which an office takes one in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pilin.deciding.alerts.alert import CANCEL, UPDATE, Alert, Misread
from pilin.deciding.alerts.reading import LONGEST, decoded, read
from pilin.engine.act import act
from pilin.engine.refused import Refused
from pilin.forms.registers import OwnOrganisation
from pilin.ledger.log import Record
from pilin.people.actor import Actor, account_of, actor_of
from pilin.wording.reading import enumerated, moment

from .checking import checked, title_of
from .forms import RECEIVERS, earlier
from .models import Message, colour_words, event_words


def take_in(actor: Actor, alert: Alert, org: int | None, *, at: datetime | None = None) -> Record:
    """Take the step this message asks for. Raises Refused."""
    found = earlier(alert)
    data = {"message": alert.text, "way": ""}
    if found is not None and alert.kind in (UPDATE, CANCEL):
        step = "update" if alert.kind == UPDATE else "cancel"
        return act(actor, found.matter, step, data, at=at)
    if alert.kind == CANCEL:
        raise Refused("state", _("It lifts a warning that never came here, or is closed."))
    return act(actor, "warning", "receive", {**data, "org": org}, at=at)


def known(alert: Alert) -> Message | None:
    return Message.objects.filter(sender=alert.sender, identifier=alert.identifier).first()


class TakeForm(forms.Form):
    org = OwnOrganisation(label=gettext_lazy("Which organisation passes it on?"))
    file = forms.FileField(label=gettext_lazy("The message as a file (CAP, XML)"), required=False)
    text = forms.CharField(
        label=gettext_lazy("Or its text"),
        required=False,
        strip=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["org"]
        assert isinstance(field, OwnOrganisation)
        field.offer(actor, RECEIVERS)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        upload, text = data.get("file"), data.get("text") or ""
        try:
            if upload is not None:
                text = decoded(upload.read(4 * LONGEST + 1))
            if not text.strip():
                raise ValidationError(_("Please give a file, or the text of the message."))
            self.alert = read(text)
        except Misread as why:
            raise ValidationError(str(why)) from why
        self.known = known(self.alert)
        if self.known is None:
            found = earlier(self.alert)
            self.read = checked(
                self.alert, timezone.now(), "file", found.pk if found is not None else None
            )
        return data


@login_required
def take(request: HttpRequest) -> HttpResponse:
    """A message is shown as it is understood, and then taken in."""
    actor = actor_of(account_of(request))
    if not actor.office(*RECEIVERS):
        raise PermissionDenied(
            _("Messages are taken in by clerks, leads, department officers and operators.")
        )
    form = TakeForm(actor, request.POST or None, request.FILES or None)
    shown = None
    if request.method == "POST" and form.is_valid():
        if form.known is not None:
            messages.success(request, _("This message came in already."))
            return redirect("web:matter", form.known.warning_id)
        if request.POST.get("sure"):
            try:
                record = take_in(actor, form.alert, form.cleaned_data["org"])
            except Refused as refusal:
                form.add_error(None, " ".join(refusal.words))
            else:
                messages.success(request, _("Taken in."))
                return redirect(reverse("web:matter", args=[record.body["matter"]]))
        else:
            shown = _shown(form)
    context = {"form": form, "shown": shown}
    return render(request, "warning/take.html", context)


def _shown(form: TakeForm) -> dict[str, Any]:
    """What it says, and what will be done with it."""
    alert, understood = form.alert, form.read
    found = earlier(alert)
    if alert.kind == CANCEL:
        does = _("It lifts “%(title)s”.") % {"title": found.matter.title if found else "–"}
    elif found is not None:
        does = _("It takes the place of what stands in “%(title)s”.") % {
            "title": found.matter.title
        }
    else:
        does = _("It is a new warning.")
    return {
        "does": does,
        "rows": [
            (_("Headline"), title_of(alert) if alert.infos else ""),
            (_("Of"), event_words(alert.event)),
            (_("Colour"), colour_words(alert.colour) if alert.infos else ""),
            (_("Concerns"), enumerated(p.called for p in understood.places)),
            (_("Ends"), moment(alert.ends) if alert.kind != CANCEL else ""),
            (_("Issuer"), understood.sender_name),
            (_("Its number there"), alert.identifier),
            (_("Passed on by"), enumerated(t.org.called for t in understood.turns)),
        ],
        "text": alert.text,
        "org": form.cleaned_data["org"],
    }
