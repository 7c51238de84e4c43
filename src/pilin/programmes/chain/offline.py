"""What a field hand records on a phone, in three taps: what was done with which lot, how much, done.

Without a network a record waits on the phone and is sent later (`field.js`); its token sees to it that it
is recorded once, however often it is sent.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pilin.deciding.chains.acts import ACTS, GOODS, UNITS
from pilin.engine.act import act
from pilin.engine.refused import Refused
from pilin.people.actor import account_of, actor_of
from pilin.wording.saying import say

from . import tracing
from .holding import HANDS
from .models import Lot, Stock, amount_of

#: What is done in the field and at the mill without more to say than how much came of it.
IN_THE_FIELD = ("sow", "plant", "harvest")


@dataclass(frozen=True)
class Tap:
    """What can be done with a lot that lies here."""

    stock: Stock
    act: str
    title: str
    left: str
    unit: str
    token: str

    @property
    def words(self) -> str:
        return self.stock.lot.called


@login_required
def field(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _record(request)
    actor = actor_of(account_of(request))
    orgs = [o.organisation_id for o in actor.offices if o.role in HANDS]
    taps = [
        _tap(stock, name)
        for stock in tracing.offered(orgs)[:60]
        for name in IN_THE_FIELD
        if stock.lot.good in ACTS[name].of
    ]
    new = reverse("web:new", args=["lot", "make"])
    others = [(say(one.title), f"{new}?act={one.name}") for one in ACTS.values()]
    context = {
        "taps": taps,
        "others": others,
        "today": timezone.localdate().isoformat(),
        "hands": bool(orgs),
    }
    response = render(request, "chain/field.html", context)
    response["Cache-Control"] = (
        "private, no-cache"  # the phone keeps it for where there is no network
    )
    return response


def _tap(stock: Stock, name: str) -> Tap:
    doing = ACTS[name]
    unit = say(UNITS[GOODS[doing.makes].unit])
    left = amount_of(stock.left, stock.lot.good)
    return Tap(stock, name, say(doing.title), left, unit, uuid.uuid4().hex)


def _record(request: HttpRequest) -> HttpResponse:
    """Record it; a script is answered in JSON, and told whether sending it again can help."""
    said, wants_json = request.POST, request.headers.get("Accept", "") == "application/json"
    token = said.get("token", "")
    number = _recorded(token)
    if number is None:
        try:
            number = _made(request, said).number
        except Refused as refusal:
            number = _recorded(token)  # the same was sent twice at once, and the other was faster
            if number is None:
                return _refused(request, refusal, wants_json)
    url = reverse("web:matter", args=[number])
    if wants_json:
        return JsonResponse({"number": number, "url": url})
    messages.success(request, _("Recorded."))
    return redirect("chain:field")


def _recorded(token: str) -> int | None:
    """The number of the lot that a record with this token has become."""
    rows = Lot.objects.filter(token=token).values_list("pk", flat=True) if token else ()
    return next(iter(rows), None)


def _made(request: HttpRequest, said: Any) -> Any:
    key = said.get("lot", "")
    lot = Lot.objects.filter(pk=int(key)).first() if key.isascii() and key.isdigit() else None
    taken = f"{lot.pk} {said.get('taken', '')}".strip() if lot else ""
    data = {
        "act": said.get("act", ""),
        "org": said.get("org", ""),
        "sources": taken,
        "amount": said.get("amount", ""),
        "day": said.get("day", ""),
        "place": lot.place_id if lot and lot.place_id else "",
        "token": said.get("token", ""),
    }
    return act(actor_of(account_of(request)), "lot", "make", data)


def _refused(request: HttpRequest, refusal: Refused, wants_json: bool) -> HttpResponse:
    words = " ".join(refusal.words)
    if wants_json:
        return JsonResponse({"refused": words}, status=422)
    messages.error(request, words)
    return redirect("chain:field")
