"""This installation as a witness of others' records, below /ledger/witness/: of neighbours', and of those that
PILIN_WITNESS_FOR names."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from . import keys
from .note import Verifier
from .refusing import Refuses, WitnessLost
from .witness import ROOM, Answer, Witness


@functools.lru_cache(maxsize=4)
def _witness(_folder: object, named: str) -> Witness:
    logs = [Verifier.from_vkey(vkey) for vkey in named.split()]
    known, lies = _pin(), Path(settings.WITNESS) / "witness.pem"
    if known and not lies.exists():
        raise WitnessLost(lies)
    found = Witness(settings.WITNESS, f"{settings.ORIGIN}/witness", logs)
    if known and found.verifier.vkey.rpartition("+")[2] != known:
        raise WitnessLost(lies)
    if not known:
        keys.write_once(_pinned(), found.verifier.vkey.rpartition("+")[2].encode())
    return found


def _pinned() -> Path:
    """Where it stands which key cosigns, beside the folder with that key: others know it, and a new one would be
    nobody's."""
    folder = Path(settings.WITNESS)
    return folder.with_name(f"{folder.name}.known")


def _pin() -> str:
    return _pinned().read_text() if _pinned().exists() else ""


#: Whatever else gives vkeys of logs that are witnessed.
ALSO: list[Callable[[], Iterable[str]]] = []


def own() -> Witness:
    """Raises NoteFault where the setting names no key; Refuses where its own is gone, or another."""
    named = [*settings.WITNESS_FOR.split(), *(vkey for more in ALSO for vkey in more())]
    return _witness(settings.WITNESS, " ".join(dict.fromkeys(named)))


def lost() -> Iterator[Refuses]:
    """What keeps us from cosigning as before."""
    try:
        if _pin():
            own()
    except Refuses as fault:
        yield fault


def witness() -> Witness:
    """Raises Http404 where it witnesses nobody's, or its key is gone (the doctor says so)."""
    try:
        found = own()
    except Refuses as fault:
        raise Http404 from fault
    if not found.looks_after_any:
        raise Http404
    return found


@csrf_exempt  # nobody's session counts here: the checkpoint's own signature does
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    ours = witness()
    body = request.read(ROOM + 1)
    return _said(ours.add(body))


@require_safe
def latest(request: HttpRequest, digest: str) -> HttpResponse:
    """The newest checkpoint it cosigned of a log, named by the hex SHA-256 of its origin."""
    found = witness().latest(digest)
    if found is None:
        raise Http404
    return _said(Answer(200, found))


@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """The vkey that cosigns."""
    return _said(Answer(200, witness().verifier.vkey + "\n"))


def _said(answer: Answer) -> HttpResponse:
    response = HttpResponse(answer.body, status=answer.status, content_type=answer.kind)
    response["Cache-Control"] = "no-store"
    return response
