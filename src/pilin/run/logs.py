"""What is logged: a JSON object a line, with the time in UTC and the request's name, and nobody in it.

A fault's own words are left out: they repeat what somebody typed, or the row that a statement could not
write. What stays is its kind, the way to it, and of the database's faults the code and what of the
schema it names. A request is named by the pattern of its address: the address may be a secret itself.
"""

from __future__ import annotations

import logging
import sys
import time
import traceback
from contextvars import ContextVar
from types import TracebackType
from typing import Any

from pythonjsonlogger.json import JsonFormatter

request_id: ContextVar[str] = ContextVar("request_id", default="")
_Exc = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Formatter(JsonFormatter):
    """Fields: time, level, logger, message, request; fault where there was one."""

    def __init__(self) -> None:
        super().__init__(json_ensure_ascii=False)

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        stamp = self.formatTime(record, "%Y-%m-%dT%H:%M:%S")
        log_data |= {
            "time": f"{stamp}.{int(record.msecs):03}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": said(record),
        }
        if name := request_id.get():
            log_data["request"] = name
        if record.exc_info:
            log_data["fault"] = self.formatException(record.exc_info)

    def formatException(self, ei: _Exc) -> str:
        return faults(ei[1])

    converter = time.gmtime  # type: ignore[assignment]


def said(record: logging.LogRecord) -> str:
    """The message; of a request the pattern of its address in place of the address, of a job its name
    without what it was given, of a fault that is named in passing its kind."""
    job = getattr(record, "job", None)
    if isinstance(job, dict):
        return f"{getattr(record, 'action', 'job')}: {job.get('task_name')} {job.get('id')}"
    request = getattr(record, "request", None)
    if request is None:
        if isinstance(record.args, tuple) and any(
            isinstance(a, BaseException) for a in record.args
        ):
            kinds = (_kind(a) if isinstance(a, BaseException) else a for a in record.args)
            return str(record.msg) % tuple(kinds)
        return record.getMessage()
    match = getattr(request, "resolver_match", None)
    route = f"/{match.route}" if match is not None else "?"
    return f"{getattr(record, 'status_code', '')} {request.method} {route}".strip()


def faults(fault: BaseException | None) -> str:
    """A fault with what caused it, without a word of what they are about."""
    found: list[str] = []
    while fault is not None:
        way = "".join(traceback.format_tb(fault.__traceback__))
        found.append(f"{way}{_kind(fault)}")
        fault = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    return "\nCaused by:\n".join(found)


def _kind(fault: BaseException) -> str:
    kind = f"{type(fault).__module__}.{type(fault).__qualname__}"
    about = getattr(fault, "diag", None)
    named = (
        (getattr(fault, "sqlstate", None), *(getattr(about, name, None) for name in _OF_SCHEMA))
        if about is not None
        else ()
    )
    return " ".join([kind, *filter(None, named)])


_OF_SCHEMA = ("table_name", "column_name", "constraint_name")


class Line(logging.Formatter):
    """The same for somebody who reads it on a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{self.formatTime(record)} {record.levelname} {record.name} {said(record)}"
        return f"{line}\n{faults(record.exc_info[1])}" if record.exc_info else line


def formatter() -> logging.Formatter:
    """A line on a terminal, JSON for whatever reads it otherwise."""
    return Line() if sys.stderr.isatty() else Formatter()
