"""Throw the read tables away and replay the ledger to the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.apps import apps
from django.db import connection, transaction

from pilin.ledger import log
from pilin.people.read_model import ReadModel, applying

from .act import LOG
from .apply import apply
from .writes import together

Progress = Callable[[int, int], None]
_after: list[Callable[[], None]] = []


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
    taken meanwhile: the ledger is locked, so none is missed.
    """
    total = log.size(LOG)
    done = 0
    with transaction.atomic(), connection.cursor() as cursor:
        log.lock(LOG)
        names = ", ".join(connection.ops.quote_name(m._meta.db_table) for m in read_models())
        # A table with checks still waiting for the commit cannot be emptied: they are done now.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        with applying():
            cursor.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        with together():
            for record in log.read(LOG):
                apply(record)
                done += 1
                if progress and done % 500 == 0:
                    progress(done, total)
        for further in _after:
            further()
    if progress:
        progress(done, total)
    return done
