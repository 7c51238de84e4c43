"""A step that was not taken, and why, in words a person can act on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import IntegrityError
from django.utils.functional import Promise
from prometheus_client import Counter

from .programme import registry

Words = str | Promise
P = ParamSpec("P")
R = TypeVar("R")
REFUSED = Counter("pilin_refusals", "Steps that were not taken, by why", ["code"])


class Refused(Exception):
    """Nothing was written. `reason` is for people, `code` for programs.

    codes: form, evidence, forbidden, gone, state, stale, unknown, file, busy, payload.
    `errors` are the form's, by field; `since` are entries taken since the page was read.
    """

    def __init__(
        self,
        code: str,
        reason: Words,
        errors: Mapping[Any, Sequence[Any]] | None = None,
        since: Sequence[Any] = (),
    ) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason
        self.errors = errors or {}
        self.since = since

    def __str__(self) -> str:
        return str(self.reason)

    @property
    def words(self) -> list[str]:
        """What is wrong with each field; the reason, where no field is named."""
        return [str(e) for errors in self.errors.values() for e in errors] or [str(self)]


def counted(function: Callable[P, R]) -> Callable[P, R]:
    """Count what it refuses, for whoever watches the installation."""

    @wraps(function)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except Refused as refused:
            REFUSED.labels(refused.code).inc()
            raise

    return asked


@contextmanager
def spoken() -> Iterator[None]:
    """Turn a violated constraint that has a sentence into Refused("state"); others stay faults."""
    try:
        yield
    except IntegrityError as fault:
        diagnosis = getattr(fault.__cause__, "diag", None)
        sentence = registry.sentence(getattr(diagnosis, "constraint_name", None) or "")
        if sentence is None:
            raise
        raise Refused("state", sentence) from fault
