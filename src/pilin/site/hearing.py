"""What somebody hears of, and how: following, channels, hours of quiet, and no more letters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from pilin.engine.positions import as_they_stand
from pilin.people.actor import account_of
from pilin.people.hearing import CHANNELS, NEVER, PACES, Choice, Device, Following
from pilin.people.models import Account
from pilin.telling import channels, choices, following, push

HOURS = [("", gettext_lazy("no quiet hours")), *((str(h), f"{h}:00") for h in range(24))]
HELP = {
    "push": gettext_lazy("This browser shows a notice though no page is open."),
    "robot": gettext_lazy(
        "The robot of a DingTalk, WeCom or Feishu group. Everybody in the group reads what it says."
    ),
}


class HearingForm(forms.Form):
    """A pace for each channel that reaches this account, and the hours of quiet."""

    def __init__(self, account: Account, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        said = {c.channel: c for c in Choice.objects.filter(person=account.person)}
        has_device = Device.objects.filter(person=account.person).exists()
        for channel, title in CHANNELS.items():
            reached = choices.reaches(channel, account, said.get(channel), has_device)
            if reached or channel == "robot":
                standard = choices.UNSAID.get(channel, NEVER)
                self.fields[channel] = forms.ChoiceField(
                    label=title,
                    choices=list(PACES.items()),
                    initial=said[channel].pace if channel in said else standard,
                    help_text=HELP.get(channel, ""),
                )
        self.fields["address"] = forms.CharField(
            label=_("Address of the group’s robot"),
            required=False,
            max_length=400,
            initial=said["robot"].address if "robot" in said else "",
        )
        for name, label in (
            ("quiet_from", _("Quiet from")),
            ("quiet_until", _("Quiet until")),
        ):
            self.fields[name] = forms.ChoiceField(
                label=label, choices=HOURS, required=False, initial=getattr(account, name)
            )

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"].strip()
        if address and not channels.is_chat(address):
            raise ValidationError(_("This is no address of a robot that can be used here."))
        return address

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("robot", NEVER) != NEVER and not data.get("address") and not self.errors:
            self.add_error("address", _("Please give the address of the group’s robot."))
        if bool(data.get("quiet_from")) != bool(data.get("quiet_until")):
            self.add_error("quiet_until", _("Please give both hours, or none."))
        return data

    def save(self) -> None:
        data = self.cleaned_data
        for channel in CHANNELS:
            if channel in data:
                address = data["address"] if channel == "robot" else None
                choices.choose(self.account.person, channel, data[channel], address)
        hours = {
            name: int(data[name]) if data[name] else None for name in ("quiet_from", "quiet_until")
        }
        Account.objects.filter(pk=self.account.pk).update(**hours)


@never_cache
@login_required
def hearing(request: HttpRequest) -> HttpResponse:
    account = account_of(request)
    form = HearingForm(account, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your choice is kept."))
        return redirect("web:hearing")
    rows = Following.objects.filter(person=account.person).order_by("-made")
    with as_they_stand():
        followed = [(row, *following.called(row)) for row in rows]
    context = {
        "form": form,
        "followed": followed,
        "devices": Device.objects.filter(person=account.person).count(),
        "key": push.public_key(),
        "email": account.email,
    }
    return render(request, "site/hearing.html", context)


# Following ----------------------------------------------------------------------------------------


@login_required
def follow(request: HttpRequest) -> HttpResponse:
    """Follow, or follow no more. By a link it is asked first: a link changes nothing."""
    account = account_of(request)
    said = request.POST if request.method == "POST" else request.GET
    scope, words, then = said.get("scope", ""), said.get("words", ""), _back(request, said)
    if request.method == "POST":
        if said.get("do") == "end":
            following.end(account.person, scope, words)
        elif not following.begin(account.person, scope, words):
            messages.error(request, _("This cannot be followed, or you follow too much already."))
        # Every page that says so is another page now.
        Account.objects.filter(pk=account.pk).update(bell=F("bell") + 1)
        return redirect(then)
    with as_they_stand():
        called, url = (
            following.called(Following(scope=scope, words=words))
            if (scope == Following.SEARCH or following.is_scope(scope))
            else ("", "")
        )
    if not called:
        return redirect("web:hearing")
    context = {
        "scope": scope,
        "words": words,
        "called": called,
        "then": url,
        "follows": follows(account, scope, words),
    }
    return render(request, "site/follow.html", context)


def _back(request: HttpRequest, said: Any) -> str:
    then = "".join(said.get("then", "").splitlines())
    safe = url_has_allowed_host_and_scheme(then, {request.get_host()}, request.is_secure())
    return then if safe and then else reverse("web:hearing")


def follows(user: Any, scope: str, words: str = "") -> bool:
    """Whether whoever reads a page follows what it is about. One query, none for a visitor."""
    if not isinstance(user, Account):
        return False
    rows = Following.objects.filter(person=user.person, scope=scope, words=words)
    return rows.exists()


def offered(user: Any, scopes: Sequence[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    """Things to follow, by scope and what they are called, each with whether it is followed."""
    own = set(Following.objects.filter(person=user.person).values_list("scope", flat=True))
    for scope, called in scopes:
        yield {"scope": scope, "called": called, "follows": scope in own}


# Without signing in -------------------------------------------------------------------------------


@csrf_exempt  # a mail program posts it (RFC 8058); the address itself is the right to
@never_cache
def unsubscribe(request: HttpRequest, ticket: str) -> HttpResponse:
    """No more of it, in one tap: by the button, or by the mail program itself."""
    found = choices.read_ticket(ticket)
    context: dict[str, Any] = {"good": found is not None, "done": False}
    if found is not None:
        person, channel = found
        context["channel"] = CHANNELS[channel]
        if request.method == "POST" and Account.objects.filter(person=person).exists():
            choices.choose(person, channel, NEVER)
            context["done"] = True
    status = 200 if found else 404
    return render(request, "site/unsubscribe.html", context, status=status)


# Devices ------------------------------------------------------------------------------------------


@require_POST
@login_required
def device(request: HttpRequest) -> HttpResponse:
    """Ring this browser from now on, or no device any more."""
    person = account_of(request).person
    own = Device.objects.filter(person=person)
    if request.POST.get("do") == "forget":
        own.delete()
        return redirect("web:hearing")
    said = {name: request.POST.get(name, "") for name in ("endpoint", "key", "secret")}
    if not push.is_one(said):
        return HttpResponseBadRequest(_("This browser cannot be rung from here."))
    Device.objects.update_or_create(
        endpoint=said["endpoint"],
        defaults={"person": person, "key": said["key"], "secret": said["secret"]},
    )
    kept = own.order_by("-made", "-pk").values_list("pk", flat=True)[: Device.MOST]
    own.exclude(pk__in=list(kept)).delete()
    if not Choice.objects.filter(person=person, channel="push").exists():
        choices.choose(person, "push", "now")
    return HttpResponse(status=204)
