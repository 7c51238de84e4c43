"""The slow lane: the same ballots through Django, where no fast lane runs in front of it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from . import news, reading
from .answers import WORDS, counted_json, receipt_path, refused_json
from .casting import NotCounted, cast
from .models import log_of


@csrf_exempt  # the signed word in the page is what a forged form could not have
def ballot(request: HttpRequest, poll: int) -> HttpResponse:
    back = ""
    try:
        if request.method != "POST":
            raise NotCounted("method")
        body = request.read(reading.LARGEST + 1)
        sent = reading.read(poll, request.content_type or "", body)
        back = sent.back
        (answer,) = cast(poll, [sent.ballot])
        if isinstance(answer, NotCounted):
            raise answer
        news.tell(poll)
    except NotCounted as why:
        return _refused(request, poll, why, back)
    where = (back or receipt_path(answer.log, answer.number)).replace("NUMBER", str(answer.number))
    if "text/html" in request.headers.get("Accept", ""):
        return HttpResponseRedirect(where, status=303)
    return HttpResponse(counted_json(answer), content_type="application/json", status=201)


@require_safe
def refused(request: HttpRequest, poll: int, code: str) -> HttpResponse:
    """Why a ballot was not counted, as a page: asked for by the fast lane."""
    if code not in WORDS:
        raise Http404
    number = request.GET.get("number", "")
    why = NotCounted(code, int(number) if number.isascii() and number.isdigit() else None)
    return _page(request, poll, why, reading.local(request.GET.get("back", "")))


def _refused(request: HttpRequest, poll: int, why: NotCounted, back: str) -> HttpResponse:
    if "text/html" in request.headers.get("Accept", ""):
        return _page(request, poll, why, back)
    return HttpResponse(refused_json(why, poll), content_type="application/json", status=why.status)


def _page(request: HttpRequest, poll: int, why: NotCounted, back: str) -> HttpResponse:
    number = why.number
    context = {
        "words": WORDS[why.code],
        "counted": number is not None,
        "receipt": receipt_path(log_of(poll), number) if number is not None else "",
        "back": back.partition("?")[0],
    }
    return render(request, "intake/refused.html", context, status=why.status)


urlpatterns = [
    path("ballots/<int:poll>/", ballot, name="ballot"),
    path("ballots/<int:poll>/refused/<slug:code>/", refused, name="refused"),
]
