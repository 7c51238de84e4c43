"""What is held of whoever is signed in: to read, to take along as a file, and to have erased."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from pilin.engine import moderation, striking
from pilin.engine.act import LOG
from pilin.engine.draft_models import Draft, SealedRead
from pilin.engine.erase import erase_person
from pilin.engine.models import Matter, Notice, Party
from pilin.engine.positions import as_they_stand, registers
from pilin.engine.programme import registry
from pilin.ledger import log, sealed_parts
from pilin.people.actor import account_of
from pilin.people.hearing import Choice, Device, Dispatch, Following
from pilin.people.models import ROLES, Account, Office, Residence


@never_cache
@login_required
def held(request: HttpRequest) -> HttpResponse:
    account = account_of(request)
    with as_they_stand():
        return render(request, "site/held.html", {"held": everything(account)})


@never_cache
@login_required
def as_file(request: HttpRequest) -> HttpResponse:
    """The same, whole, as a file that programs can read."""
    with as_they_stand():
        found = everything(account_of(request))
    response = JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="pilin.json"'
    return response


def everything(account: Account) -> dict[str, Any]:
    """All that names somebody, by what it is; days and moments as ISO 8601."""
    person, now = account.person, registers()
    place = now.place(account.home)
    return {
        "account": {
            "number": person,
            "sign_in_name": account.username,
            "email": account.email,
            "phone": account.phone or "",
            "village": place.called if place else "",
            "since": account.date_joined.isoformat(),
            "quiet": [account.quiet_from, account.quiet_until],
        },
        "homes": [
            {
                "place": found.called if (found := now.place(r.place)) else "",
                "since": r.since.isoformat(),
                "until": r.until.isoformat(),
            }
            for r in Residence.objects.filter(person=person).order_by("id")
        ],
        "offices": [
            {
                "organisation": o.organisation.called,
                "role": str(ROLES.get(o.role, o.role)),
                "since": o.since.isoformat(),
                "until": o.until.isoformat() if o.until else "",
            }
            for o in Office.objects.filter(person=person).select_related("organisation")
        ],
        "matters": [
            {"number": p.matter_id, "title": p.matter.title, "part": p.role}
            for p in Party.objects.filter(person=person).select_related("matter").order_by("id")
        ],
        "written": list(_written(person)),
        "sealed": list(_sealed(person)),
        "follows": list(Following.objects.filter(person=person).values("scope", "words")),
        "channels": list(Choice.objects.filter(person=person).values("channel", "pace", "address")),
        "devices": Device.objects.filter(person=person).count(),
        "notices": Notice.objects.filter(person=person).count(),
        "letters": Dispatch.objects.filter(person=person).count(),
        "kept": [one for held in registry.each("held") for one in held(person)],
        "unfinished": Draft.objects.filter(person=person, recorded=None).count(),
    }


def _written(person: str) -> Iterator[dict[str, Any]]:
    """Words of theirs that are public; a title, which an entry has twice, once."""
    for key in log.matters_of(LOG, person):
        for (number, path), text, record in striking.standing(log.of_matter(LOG, key)):
            own = record.body["actor"] == person and striking.is_own((number, path))
            if own and path != "set.title":
                yield {"entry": number, "where": path, "words": text}


def _sealed(person: str) -> Iterator[dict[str, Any]]:
    """What they said in confidence, and who has read it."""
    numbers = [*sealed_parts.sealed_by(LOG, person), *moderation.reports_by(person)]
    reads: dict[int, list[dict[str, str]]] = {}
    for read in SealedRead.objects.filter(owner=person).order_by("at"):
        reads.setdefault(read.entry, []).append({"by": _office(read), "day": read.day.isoformat()})
    for record in sorted(log.some(LOG, numbers), key=lambda r: r.number):
        matter = Matter.objects.filter(pk=record.body["matter"]).first()
        step = registry.step(matter.rules, record.body["step"]) if matter else None
        yield {
            "entry": record.number,
            "matter": matter.title if matter else "",
            "step": str(step.done) if step else "",
            "said": sealed_parts.sealed(LOG, record.number),
            "read_by": reads.get(record.number, []),
        }


def _office(read: SealedRead) -> str:
    if not read.office:
        return _("somebody without an office")
    org = registers().organisation(read.office["org"])
    role = ROLES.get(read.office["role"], read.office["role"])
    return f"{org.called if org else ''} · {role}"


class EraseForm(forms.Form):
    """Asks for the password, where there is one, and that it is meant."""

    sure = forms.BooleanField()
    password = forms.CharField(widget=forms.PasswordInput, required=False)

    def __init__(self, account: Account, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        self.fields["sure"].label = _("I understand that this cannot be undone")
        self.fields["sure"].error_messages["required"] = _("Please tick the box.")
        self.fields["password"].label = _("Your password")
        if not account.has_usable_password():
            del self.fields["password"]

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.account.check_password(password):
            raise ValidationError(_("This is not your password."))
        return password


@never_cache
@login_required
@sensitive_post_parameters("password")
def erase(request: HttpRequest) -> HttpResponse:
    """Have oneself erased, at once and for good."""
    account = account_of(request)
    form = EraseForm(account, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        erase_person(account.person)
        logout(request)
        messages.success(request, _("You were erased. What you wrote is gone from here."))
        return redirect("web:board")
    return render(request, "site/erase.html", {"form": form})
