"""While the database is away: 503 with a sentence, and a page of before marked with its time."""

from __future__ import annotations

import errno
import sys
from datetime import datetime
from typing import Any

from django.db import InterfaceError, OperationalError
from django.db.backends.signals import connection_created
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.defaults import server_error

from pilin.ledger.refusing import Refuses
from pilin.wording.reading import moment

#: Seconds after which it is worth asking again: our own PostgreSQL is back in two.
RETRY = 10
#: Classes of SQLSTATE that say the database is not there, is ending, or has no room (PostgreSQL,
#: appendix A): connections, resources, operator's intervention.
_CLASSES = ("08", "53", "57")
_MAIN = b'<main id="content" tabindex="-1">'


#: Seconds any statement of a page may take, waiting for others included: then 503, and a thread is free.
PATIENCE = 120


def limit_statements() -> None:
    """Have PostgreSQL give up what a page asks and nobody waits for any more. Jobs and commands take their time."""
    connection_created.connect(_limit, dispatch_uid="pilin.run.away")


def _limit(connection: Any, **_of_the_signal: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, false)", [f"{int(PATIENCE * 1000)}ms"]
        )


def is_away(fault: BaseException | None) -> bool:
    """Whether an error says that the database cannot be reached, and not that a statement is wrong."""
    while fault is not None:
        if isinstance(fault, InterfaceError):
            return True
        if isinstance(fault, OperationalError):
            state = getattr(fault.__cause__, "sqlstate", None)
            return state is None or state.startswith(_CLASSES)
        fault = fault.__cause__ or fault.__context__
    return False


#: What the system says of a disk that is full, broken, or only to be read.
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO}


def is_unwritable(fault: BaseException | None) -> bool:
    """Whether an error says that a file could not be written."""
    while fault is not None:
        if isinstance(fault, OSError) and fault.errno in _NO_ROOM:
            return True
        fault = fault.__cause__ or fault.__context__
    return False


def failed(request: HttpRequest) -> HttpResponse:
    """What Django answers where something went wrong (its `handler500`)."""
    fault = sys.exc_info()[1]
    refuses = isinstance(fault, Refuses)
    disk = not refuses and is_unwritable(fault)
    if not refuses and not disk and not is_away(fault):
        return server_error(request)
    # No template of ours may ask the database now: this one extends nothing.
    page = loader.get_template("503.html").render({"refuses": refuses, "disk": disk})
    answer = HttpResponse(page, status=503)
    answer["Retry-After"] = str(RETRY)
    answer["Cache-Control"] = "no-store"
    return answer


def as_of(body: bytes, language: str, made: datetime) -> bytes:
    """A page of before with a line on top that says when it was true."""
    with translation.override("zh-hans" if language.startswith("zh") else "en"):
        said = _("The records cannot be reached just now. This page is as of %(time)s.")
        line = said % {"time": moment(made)}
    return body.replace(_MAIN, _MAIN + f'<p class="offline" role="status">{line}</p>'.encode(), 1)
