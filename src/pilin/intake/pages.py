"""The slow lane: the same ballots through Django, where no fast lane runs in front of it."""

from __future__ import annotations

from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from . import news, opened, reading
from .answers import WORDS, receipt_path
from .casting import Ballot, Counted, NotCounted, cast
from .models import Poll, log_of
from .taking import Asked, Headers, Page, at_once, kept, take

#: Why a ballot was not counted, where marking again leads nowhere.
OVER = ("closed", "no-poll", "elsewhere")


@csrf_exempt  # the signed word in the page is what a forged form could not have
def ballot(request: HttpRequest, poll: int) -> HttpResponse:
    said = request.headers.get
    asked = Asked(
        poll,
        request.method or "",
        kind=said("Content-Type", ""),
        accept=said("Accept", ""),
        language=said("Accept-Language", ""),
        body=request.read(reading.LARGEST + 1),
    )
    reply = at_once(take(asked, _count))
    if reply.page:
        return _page(request, reply.page)
    return _with(HttpResponse(reply.body, status=reply.status), reply.headers)


async def _count(ballot: Ballot) -> Counted | NotCounted:
    """Count it here and now. Where the commit's answer was lost, a voter who sends it again is told."""
    try:
        (answer,) = cast(ballot.poll, [ballot])
    except Error:
        return NotCounted("unavailable")
    if isinstance(answer, Counted):
        news.tell(ballot.poll)
    return answer


@require_safe
def choices(request: HttpRequest, poll: int) -> HttpResponse:
    """What the ballots of a closed vote say, by number of entry, so that anyone counts again."""
    found = get_object_or_404(Poll, pk=poll, closed=True)
    answer = HttpResponse(opened.as_csv(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="choices-{poll}.csv"'
    return answer


@require_safe
def refused(request: HttpRequest, poll: int, code: str) -> HttpResponse:
    """Why a ballot was not counted, as a page: asked for by the fast lane."""
    if code not in WORDS:
        raise Http404
    number = request.GET.get("number", "")
    why = NotCounted(code, int(number) if number.isascii() and number.isdigit() else None)
    back, marks = reading.local(request.GET.get("back", "")), kept(request.GET.getlist("mark"))
    return _page(request, Page(poll, why, back, marks))


def _page(request: HttpRequest, page: Page) -> HttpResponse:
    number = page.why.number
    context = {
        "words": WORDS[page.why.code],
        "counted": number is not None,
        "receipt": receipt_path(log_of(page.poll), number) if number is not None else "",
        "back": page.back.partition("?")[0],
        "marks": page.marks if page.why.code not in OVER else (),
    }
    answer = render(request, "intake/refused.html", context, status=page.why.status)
    return _with(answer, page.headers)


def _with(answer: HttpResponse, headers: Headers) -> HttpResponse:
    for name, value in headers:
        answer[name.decode()] = value.decode()
    return answer


urlpatterns = [
    path("ballots/<int:poll>/", ballot, name="ballot"),
    path("ballots/<int:poll>/choices.csv", choices, name="choices"),
    path("ballots/<int:poll>/refused/<slug:code>/", refused, name="refused"),
]
