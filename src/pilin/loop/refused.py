"""A step that was not taken, and why, in words a person can act on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise

Words = str | Promise


class Refused(Exception):
    """Nothing was written. `reason` is for people, `code` for programs.

    codes: form, evidence, forbidden, gone, state, stale, unknown, file, busy.
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
