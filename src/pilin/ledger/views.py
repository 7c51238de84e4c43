"""The log to the world: tlog-tiles, the signed checkpoint, and receipts."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from . import keys, note, tiles, witnessed
from . import log as logs
from . import receipt as receipts

FOREVER = "public, max-age=31536000, immutable"
#: The script that anyone checks the record with.
SCRIPT = Path(__file__).parent / "offered" / "verify.py"


def _plain(request: HttpRequest, text: str) -> HttpResponse:
    tag = '"' + hashlib.sha256(text.encode()).hexdigest()[:32] + '"'
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["ETag"] = tag
    response["Cache-Control"] = "no-cache"
    answer = get_conditional_response(request, tag, response=response)
    assert isinstance(answer, HttpResponse)
    return answer


@require_safe
def checkpoint(request: HttpRequest, log: str) -> HttpResponse:
    """As it stands, with the cosignatures of whoever has seen just that."""
    signed = witnessed.standing(log)
    if not signed:
        raise Http404
    return _plain(request, signed)


@require_safe
def checkpoint_witnessed(request: HttpRequest, log: str) -> HttpResponse:
    """The newest that all have cosigned who must, by the policy: some entries behind, perhaps."""
    signed = witnessed.met(log)
    if not signed:
        raise Http404
    return _plain(request, signed)


@require_safe
def policy(request: HttpRequest, log: str) -> HttpResponse:
    """Who must have cosigned a checkpoint before it counts as witnessed (C2SP tlog-policy)."""
    found = _policy(log) if logs.checkpoint(log) else ""
    if not found:
        raise Http404
    return _plain(request, found)


@require_safe
def key(request: HttpRequest, log: str) -> HttpResponse:
    """The vkey that signs this log's checkpoints."""
    return _plain(request, keys.verifier(log).vkey + "\n")


@require_safe
def tile(request: HttpRequest, log: str, level: str, rest: str) -> HttpResponse:
    """A tile. Its content never changes, partial ones included."""
    wanted = tiles.parse(level, rest)
    data = tiles.content(log, wanted, logs.size(log)) if wanted else None
    if data is None:
        raise Http404
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Cache-Control"] = FOREVER
    return response


def _receipt(log: str, number: int) -> receipts.Receipt:
    found = receipts.make(log, number) if number < 2**63 else None
    if found is None:
        raise Http404
    return found


def _seen(log: str, size: int) -> list[witnessed.Seen]:
    """The witnesses that have seen so much of it. Where none can be asked, the doctor says why."""
    return [one for one in witnessed.told(log) if one.size >= size]


def _waits_for(there: list[witnessed.Seen]) -> list[str]:
    with suppress(note.NoteFault):
        return witnessed.waits_for(there)
    return []


def _elsewhere(record: logs.Record) -> list[receipts.Answering]:
    return [one for each in receipts.ELSEWHERE for one in each(record)]


def _policy(log: str) -> str:
    with suppress(note.NoteFault):
        found = witnessed.policy()
        return (found if found.logs else replace(found, logs=(keys.verifier(log),))).text()
    return ""


@require_safe
def receipt(request: HttpRequest, log: str, number: int) -> HttpResponse:
    """A receipt to read, to print, and to scan."""
    found = _receipt(log, number)
    data = found.as_json()
    receipts.check(data)  # what we hand out, we have checked ourselves
    body = found.record.body
    there = _seen(log, number + 1)
    context = {
        "record": found.record,
        "body": body,
        "pretty": json.dumps(body, ensure_ascii=False, indent=2),
        "at": datetime.fromisoformat(body["at"]) if "at" in body else None,
        "printed": reverse("web:receipt-pdf", args=[number]) if log == logs.MAIN else "",
        "leaf": found.record.leaf.hex(),
        "size": found.size,
        "checkpoint": found.checkpoint,
        "link": settings.SITE_URL + reverse("ledger:receipt", args=[log, number]),
        "elsewhere": _elsewhere(found.record) if log == logs.MAIN else [],
        "witnesses": there,
        "waits_for": _waits_for(there) if log == logs.MAIN else [],
    }
    return render(request, "ledger/receipt.html", context)


@require_safe
def receipt_json(request: HttpRequest, log: str, number: int) -> HttpResponse:
    response = JsonResponse(_receipt(log, number).as_json())
    response["Content-Disposition"] = f'attachment; filename="receipt-{log}-{number}.json"'
    return response


@require_safe
def qr(request: HttpRequest, log: str, number: int) -> HttpResponse:
    link = settings.SITE_URL + reverse("ledger:receipt", args=[log, number])
    response = HttpResponse(receipts.qr_svg(link), content_type="image/svg+xml")
    response["Cache-Control"] = FOREVER
    return response


@require_safe
def about(request: HttpRequest, log: str) -> HttpResponse:
    """What this log is, its present state, and how to follow it."""
    signed = logs.checkpoint(log)
    if not signed and log == logs.MAIN:
        return render(request, "ledger/log.html")
    if not signed:
        raise Http404
    verifier = keys.verifier(log)
    point = note.open_checkpoint(signed, verifier)
    context = {
        "log": log,
        "checkpoint": signed,
        "point": point,
        "last": max(point.size - 1, 0),
        "vkey": verifier.vkey,
        "witnesses": _seen(log, 1),
        "witnessed": witnessed.newest(log),
        "policy": _policy(log),
        "address": settings.SITE_URL + reverse("ledger:log", args=[log]),
    }
    return render(request, "ledger/log.html", context)


@require_safe
def script(request: HttpRequest) -> FileResponse:
    """The checking script: one file, nothing needed but Python."""
    return FileResponse(SCRIPT.open("rb"), as_attachment=True, content_type="text/x-python")
