"""The same thing sent twice: whoever taps twice is led to what the first tap recorded."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from pilin.engine.act import LOG
from pilin.engine.models import Matter
from pilin.ledger import log


def already(request: HttpRequest, matter: Matter | None, number: int) -> HttpResponse:
    """To what was recorded as this entry."""
    said = _("It was recorded already, once, as entry %(number)d.")
    messages.success(request, said % {"number": number})
    return redirect(matter.url if matter else reverse("web:matter", args=[number]))


def again(
    request: HttpRequest, matter: Matter | None, person: str, step: str, seen: int | None
) -> HttpResponse | None:
    """Where a refused step is their own, taken since they saw the matter as it was: to that.

    `seen` is the number of the entry the page they sent it from was made at: with it, the same sent
    twice is told from the next they send.
    """
    if matter is None or seen is None:
        return None
    for record in reversed(log.of_matter(LOG, matter.pk, 20)):
        if record.number > seen and (record.body["actor"], record.body["step"]) == (person, step):
            return already(request, matter, record.number)
    return None
