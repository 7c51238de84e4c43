"""The gazette: every issue that was printed, and its pages."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pilin.forms.fields import Day
from pilin.kit.conditional import conditional
from pilin.kit.paper import Unprintable, as_pdf, unprintable
from pilin.people.actor import account_of, actor_of
from pilin.publishing.gazette import issue, issued, setting

#: The longest time that a trial is set of.
DAYS = 366


class TrialForm(forms.Form):
    """Of which days, on which paper, in which language."""

    since = Day(label=_("From which day?"))
    until = Day(label=_("Until which day?"))
    paper = forms.ChoiceField(
        label=_("On which paper?"),
        choices=[(setting.A4, _("A4")), (setting.A3, _("A3, to be folded"))],
    )
    language = forms.ChoiceField(
        label=_("In which language?"), choices=[("zh-hans", "中文"), ("en", "English")]
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until:
            if since > until:
                self.add_error("until", _("The last day lies before the first."))
            elif until > timezone.localdate():
                self.add_error("until", _("The last day has not come yet."))
            elif (until - since).days >= DAYS:
                self.add_error("since", _("A year at most, please."))
        return data


@login_required
def trial(request: HttpRequest) -> HttpResponse:
    """An issue of chosen days, printed for trial: for whoever holds an office, as it reads the whole record."""
    if not actor_of(account_of(request)).offices:
        raise PermissionDenied
    asked = bool(request.GET)
    today = timezone.localdate()
    start = {"since": today.replace(day=1), "until": today, "paper": setting.A4}
    form = TrialForm(request.GET) if asked else TrialForm(initial=start)
    if not asked or not form.is_valid():
        return render(
            request, "site/gazette_trial.html", {"form": form}, status=400 if asked else 200
        )
    said = form.cleaned_data
    happened = setting.collected(said["since"], said["until"])
    words = issue.Words(None, setting.signed())
    try:
        data = setting.pdf(happened, words, said["language"], said["paper"])
    except Unprintable as why:
        return unprintable(why)
    return as_pdf(data, f"pilin-gazette-{said['since']}-{said['until']}")


@conditional(lambda request: ["kind:manage"])
def issues(request: HttpRequest) -> HttpResponse:
    return render(request, "site/gazette.html", {"issues": issued.issues()})


def pages(request: HttpRequest, number: int, language: str) -> HttpResponse:
    """An issue as PDF. Where words went since it was printed, it says so: its hash is another one."""
    found = next((one for one in issued.issues() if one.number == number), None)
    if found is None or language not in issued.LANGUAGES:
        raise Http404
    try:
        data = issued.pages(found, language)
    except Unprintable as why:
        return unprintable(why)
    response = as_pdf(data, f"pilin-gazette-{number}-{language}")
    response["Cache-Control"] = "no-cache"  # words may be struck
    same = hashlib.sha256(data).hexdigest() == found.pages.get(language)
    response["X-Pilin-As-Printed"] = "yes" if same else "no"
    return response
