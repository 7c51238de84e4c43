"""What neighbours' servers ask of ours: who we are, words beside entries, and to look at what is new there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from http_message_signatures import (
    HTTPMessageVerifier,
    InvalidSignature,
    algorithms,
)

from pilin.engine.programme import registry
from pilin.ledger import log
from pilin.ledger.refusing import Refuses
from pilin.people.neighbour_models import INVITED, JOINED, Neighbour

from . import keys
from .models import Heard
from .protocol import COVERED, TAG, WORDS

#: How far the clocks of two servers may be apart, and how old a question may be.
APART = timedelta(minutes=15)
#: The channel on which whoever follows neighbours is woken.
CHANNEL = "pilin_neighbour"


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    try:
        said = keys.about()
    except Refuses:
        return HttpResponse(status=503)
    response = JsonResponse(said, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "no-store"
    return response


@csrf_exempt  # nobody's session counts here; to be woken needlessly costs one question
@require_POST
def wake(request: HttpRequest) -> HttpResponse:
    """Somebody has something new: only that, and only of whom we know."""
    origin = request.POST.get("origin", "")
    known = Neighbour.objects.filter(origin=origin, state__in=(INVITED, JOINED)).first()
    if known is None:
        return HttpResponse(status=403)
    notify(known.pk)
    return HttpResponse(status=204)


def notify(neighbour: int | str) -> None:
    """Have whoever follows neighbours look now; with the commit, where there is a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(neighbour)])


@require_safe
def words(request: HttpRequest) -> HttpResponse:
    """What lies beside entries of ours, a line each: for a neighbour alone, and never what ballots say."""
    try:
        asked_by(request)
        start, stop = range_of(request)
    except PermissionDenied:
        return HttpResponse(status=403)
    stop = min(stop, start + WORDS)
    lines = "".join(f"{line}\n" for line in _lines(start, stop))
    response = HttpResponse(lines, content_type="application/x-ndjson")
    response["Cache-Control"] = "no-store"
    return response


def _lines(start: int, stop: int) -> Iterator[str]:
    with connection.cursor() as cursor:
        rows = cursor.execute(
            "SELECT w.number, w.data, e.body FROM ledger_words w JOIN ledger_entry e USING (log, number)"
            " WHERE log = %s AND number >= %s AND number < %s ORDER BY number",
            [log.MAIN, start, stop],
        ).fetchall()
    for number, data, body in rows:
        beside: dict[str, Any] = json.loads(data)
        kept = kept_back(json.loads(body))
        if kept:  # that something stands there is told, and not what
            beside = {p: False if p.startswith(kept) else v for p, v in beside.items()}
        if beside:
            yield json.dumps([number, beside], ensure_ascii=False)


def kept_back(body: dict[str, Any]) -> tuple[str, ...]:
    """Where in an entry there are ballots: what they say is nobody's but the voter's."""
    step = registry.step(registry.get(body["kind"], body["procedure"]), body["step"])
    hidden = step.asks.hidden if step and step.asks else ()
    return tuple(f"data.{name}" for name in hidden)


def asked_by(request: HttpRequest) -> Neighbour:
    """The neighbour whose server signed this question. Raises PermissionDenied."""
    message = _Message(request)
    verifier = HTTPMessageVerifier(
        signature_algorithm=algorithms.ED25519, key_resolver=keys.Resolver()
    )
    verifier.max_clock_skew = APART
    try:
        found = verifier.verify(message, max_age=APART, expect_tag=TAG, require_components=COVERED)[
            0
        ]
    except InvalidSignature as fault:
        raise PermissionDenied from fault
    origin = str(found.parameters["keyid"])
    if request.headers.get("Pilin-To") != settings.ORIGIN:
        raise PermissionDenied
    if not found.nonce or not _is_new(origin, str(found.nonce)):
        raise PermissionDenied
    return _neighbour(origin)


def _is_new(origin: str, nonce: str) -> bool:
    """Whether nobody has asked with this nonce: those of before `APART` cannot be used again anyway."""
    now = timezone.now()
    try:
        with transaction.atomic():
            Heard.objects.create(key=origin, nonce=nonce[:100], at=now)
    except IntegrityError:
        return False
    Heard.objects.filter(at__lt=now - 3 * APART).delete()
    return True


def _neighbour(origin: str) -> Neighbour:
    found: Neighbour | None = Neighbour.objects.filter(
        origin=origin, state__in=(INVITED, JOINED)
    ).first()
    if found is None:
        raise PermissionDenied
    return found


class _Message:
    """A request as the signature's components see it. How our address begins is not signed: a proxy in
    front of us may have changed it."""

    def __init__(self, request: HttpRequest) -> None:
        self.method = request.method
        self.url = f"{settings.SITE_URL}{request.get_full_path()}"
        self.headers = dict(request.headers.items())


def range_of(request: HttpRequest) -> tuple[int, int]:
    """From which entry up to which. Raises PermissionDenied."""
    return _number(request.GET.get("from", "")), _number(request.GET.get("to", ""))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise PermissionDenied
    return int(text)
