"""Throw the read tables away and replay the ledger to the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.utils.translation import gettext as _

from pilin.ledger import log
from pilin.people import known
from pilin.people.read_model import ReadModel, applying

from .act import LOG
from .apply import apply
from .models import DueDay, Matter, Tally
from .writes import together

Progress = Callable[[int, int], None]
#: Whoever rebuilds holds an advisory lock of this number until it is done.
UNDER_WAY = 5418
#: Entries read at a time.
READ = 5_000
_after: list[Callable[[], None]] = []


class AlreadyUnderWay(RuntimeError):
    """Somebody else rebuilds just now: two at once would wait for each other's tables."""

    def __str__(self) -> str:
        return _("The tables are being rebuilt just now. Please wait until that is done.")


def after_replay(function: Callable[[], None]) -> None:
    """What is made again from other logs once the main one was replayed."""
    if function not in _after:
        _after.append(function)


def read_models() -> Iterator[type[ReadModel]]:
    """Every table that is derived from the ledger."""
    return (m for m in apps.get_models() if issubclass(m, ReadModel))


def rebuild(progress: Progress | None = None) -> int:
    """Replay every entry in one transaction: readers see the old tables until the new are whole.

    Gives the number of entries. `progress(done, total)` is called now and then. No step can be
    taken meanwhile: the ledger is locked, so none is missed. Raises AlreadyUnderWay.
    """
    total = log.size(LOG)
    done = 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [UNDER_WAY])
        if not cursor.fetchone()[0]:
            raise AlreadyUnderWay
        log.lock(LOG)
        names = ", ".join(connection.ops.quote_name(m._meta.db_table) for m in read_models())
        # A table with checks still waiting for the commit cannot be emptied: they are done now.
        _check(cursor)
        with applying():
            cursor.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        with _unindexed(cursor, Matter, Tally, DueDay), _by_memory():
            for record in log.read(LOG, batch=READ):
                apply(record)
                done += 1
                if progress and done % 500 == 0:
                    progress(done, total)
        for further in _after:
            further()
    if progress:
        progress(done, total)
    return done


@contextmanager
def _by_memory() -> Iterator[None]:
    with together(anew=True), applying(), known.row_by_row():
        yield


def _check(cursor: Any) -> None:
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def _unindexed(cursor: Any, *models: type[ReadModel]) -> Iterator[None]:
    """Fill these tables without their indexes, all but the key: made of all rows, they cost less.

    Nothing inside may look for rows otherwise than by key.
    """
    tables = [m._meta.db_table for m in models]
    found = cursor.execute(_INDEXES, [tables]).fetchall()
    for drop, _create in found:
        cursor.execute(drop)
    yield
    _check(cursor)
    for _drop, create in found:
        cursor.execute(create)


_INDEXES = """
    SELECT coalesce(t || 'DROP CONSTRAINT ' || quote_ident(conname), 'DROP INDEX ' || i),
           coalesce(t || 'ADD CONSTRAINT ' || quote_ident(conname) || ' ' || said, made)
    FROM (SELECT format('ALTER TABLE %%s ', indrelid::regclass) t, indexrelid::regclass i,
                 pg_get_indexdef(indexrelid) made, conname, pg_get_constraintdef(c.oid) said
          FROM pg_index LEFT JOIN pg_constraint c ON conindid = indexrelid AND contype = 'u'
          WHERE indrelid::regclass::text = ANY(%s) AND NOT indisprimary) f ORDER BY i
"""
