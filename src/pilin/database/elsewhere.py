"""Whose record is read: our own, or the copy of a neighbour's, which lies in a schema of its own.

Every table that entries are applied to has a twin in that schema. Whatever reads or writes tables means
the twins within `reading`: the same pages and the same `apply`, and no number of theirs can be taken for
one of ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction
from django.urls import get_script_prefix, set_script_prefix

#: How the addresses of a neighbour's pages begin here.
AT = "/at/"


@dataclass(frozen=True)
class Elsewhere:
    """A neighbour's record as we hold it. `number` is that of the matter in which they became one;
    `origin` the name of their log, without the log's own; `as_of` when theirs was last seen."""

    number: int
    origin: str
    name: str
    address: str = ""
    as_of: datetime | None = field(default=None, compare=False)

    @property
    def schema(self) -> str:
        return schema_of(self.number)

    @property
    def prefix(self) -> str:
        """What their pages' addresses begin with here."""
        return f"{AT}{self.origin}/"


def schema_of(number: int) -> str:
    return f"neighbour_{number}"


class NoCopy(LookupError):
    """There is no copy of a neighbour's record here (yet), or whoever asks may not read it."""


_where: ContextVar[Elsewhere | None] = ContextVar("elsewhere", default=None)


def where() -> Elsewhere | None:
    """The neighbour whose record is read just now; None for our own."""
    return _where.get()


def mark() -> tuple[tuple[str, int, str], ...]:
    """Stands with the positions of whatever is kept in memory, so that one record's is never another's."""
    found = _where.get()
    return (("record", found.number, found.origin),) if found else ()


@contextmanager
def reading(there: Elsewhere | None, *, only: bool = True) -> Iterator[None]:
    """Read their record within, or our own (None); `only`: and write nothing at all.

    In a transaction of its own, where there is none; else it must not be ended within. Raises NoCopy.
    """
    outermost = not connection.in_atomic_block
    before = get_script_prefix()
    with transaction.atomic():
        with connection.cursor() as cursor:
            if only and outermost:
                cursor.execute("SET LOCAL transaction_read_only = on")
            (path,) = cursor.execute("SELECT current_setting('search_path')").fetchone()
            ours = path.split(", ", 1)[1] if _where.get() else path
            looked_in = f"{there.schema}, {ours}" if there else ours
            cursor.execute("SELECT set_config('search_path', %s, true)", [looked_in])
            if there:
                # One that is not there, or not to be used, is passed over in silence: for ours.
                (first,) = cursor.execute("SELECT current_schema()").fetchone()
                if first != there.schema:
                    raise NoCopy(there.origin)
        token = _where.set(there)
        set_script_prefix(there.prefix if there else "/")
        try:
            yield
        finally:
            set_script_prefix(before)
            _where.reset(token)
        # After a fault the setting goes with the transaction, or with its savepoint.
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('search_path', %s, true)", [path])
