"""What those ask who watch an installation: whether it lives, whether it can record, and its figures.

`/healthz` this process answers. `/readyz` the database is there and the record may be written to: 200,
or 503 with the reasons. `/metrics` figures as OpenMetrics text (https://prometheus.io/docs/specs/om/),
for this machine alone or with `Authorization: Bearer` and PILIN_METRICS_TOKEN. None of them says
anything about a person. They are answered before Django looks at the host name: whoever balances load
asks by address.
"""

from __future__ import annotations

import hmac
import json
import os
import re
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.db import Error, connection
from prometheus_client import CollectorRegistry, Counter, multiprocess
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest

from pilin.engine.refused import REFUSED
from pilin.ledger import log, pins
from pilin.ledger.refusing import Refuses
from pilin.site import arriving

from . import figures
from .logs import request_id

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
#: Where the processes of one installation count together; `serve` names it.
TOGETHER = "PROMETHEUS_MULTIPROC_DIR"
ANSWERS = Counter("pilin_http_answers", "Pages answered, by class of status", ["status"])
_GIVEN = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Watched:
    """A WSGI application around another: counts its answers and gives each request a name."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        answer = _OWN.get(environ.get("PATH_INFO", ""))
        if answer is not None:
            return answer(environ, start)
        arriving.note(environ)
        given = environ.get("HTTP_X_REQUEST_ID", "")
        name = given if _GIVEN.fullmatch(given) else uuid.uuid4().hex
        request_id.set(name)

        def counted(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            ANSWERS.labels(f"{status[0]}xx").inc()
            return start(status, [*headers, ("X-Request-ID", name)], *rest)

        return self.application(environ, counted)


def _health(_environ: Environ, start: Callable[..., Any]) -> list[bytes]:
    return _says(start, "200 OK", "text/plain", b"ok\n")


def _ready(_environ: Environ, start: Callable[..., Any]) -> list[bytes]:
    faults = list(unready())
    status = "503 Service Unavailable" if faults else "200 OK"
    return _says(start, status, "application/json", json.dumps({"faults": faults}).encode())


def unready() -> Iterable[str]:
    """Words for what keeps this installation from recording; none where nothing does."""
    try:
        pins.look(log.MAIN)
    except Error:
        connection.close()
        yield "database"
    except Refuses:
        yield "record"


def _metrics(environ: Environ, start: Callable[..., Any]) -> list[bytes]:
    if not _may_see(environ):
        return _says(start, "403 Forbidden", "text/plain", b"")
    return _says(start, "200 OK", CONTENT_TYPE_LATEST, exposed())


def exposed() -> bytes:
    """The figures, as OpenMetrics text."""
    registry = CollectorRegistry()
    if os.environ.get(TOGETHER):
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        for counter in (ANSWERS, REFUSED):
            registry.register(counter)
    registry.register(figures.Figures())
    found: bytes = generate_latest(registry)  # type: ignore[no-untyped-call]
    return found


def _may_see(environ: Environ) -> bool:
    token = os.environ.get("PILIN_METRICS_TOKEN", "")
    if token:
        given = environ.get("HTTP_AUTHORIZATION", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    here = environ.get("REMOTE_ADDR") in ("127.0.0.1", "::1")
    return here and "HTTP_X_FORWARDED_FOR" not in environ


def _says(start: Callable[..., Any], status: str, kind: str, body: bytes) -> list[bytes]:
    headers = [("Content-Type", kind), ("Content-Length", str(len(body)))]
    start(status, [*headers, ("Cache-Control", "no-store")])
    return [body]


_OWN = {"/healthz": _health, "/readyz": _ready, "/metrics": _metrics}
