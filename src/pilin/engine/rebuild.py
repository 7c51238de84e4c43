"""Replay the ledger into tables beside those that are read, and put them in their place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import connection, transaction
from django.utils.translation import gettext as _

from pilin.ledger import log
from pilin.ledger.log import Record
from pilin.people import known
from pilin.people.read_model import ReadModel, applying

from .act import LOG
from .apply import apply
from .beside import Beside, StillRead
from .models import DueDay, Matter, Tally
from .writes import together

__all__ = [
    "AlreadyUnderWay",
    "StillRead",
    "after_replay",
    "digests",
    "read_models",
    "rebuild",
    "replay",
]

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
    """What is made again from other logs once the main one was replayed.

    It is called a second time for what was added to them meanwhile.
    """
    if function not in _after:
        _after.append(function)


def read_models() -> Iterator[type[ReadModel]]:
    """Every table that is derived from the ledger."""
    return (m for m in apps.get_models() if issubclass(m, ReadModel))


def rebuild(progress: Progress | None = None) -> int:
    """Replay every entry in one transaction, while others go on reading and taking steps.

    Gives the number of entries. `progress(done, total)` is called now and then. Others wait only
    while what was entered meanwhile is replayed, too, and the tables are exchanged. Raises
    AlreadyUnderWay, StillRead.
    """
    with transaction.atomic():
        one_at_a_time()
        replayed, anew = replay(progress)
        anew.alone()
        with anew.used():
            done = _follow(replayed)
        anew.put_in_place()
    if progress:
        progress(done, done)
    return done


def replay(progress: Progress | None = None) -> tuple[int, Beside]:
    """Fill tables beside those that are read from the ledger as it stands; gives how many entries.

    Must run inside a transaction, which decides whether they are ever seen.
    """
    done, anew = filled(progress)
    anew.finish()
    with anew.used():
        return _follow(done), anew


def filled(
    progress: Progress | None = None, watch: Callable[[Record], None] = lambda _record: None
) -> tuple[int, Beside]:
    """As `replay`, without what is needed to read them for long, and without a second look at the ledger.

    `watch` is told of every entry.
    """
    total = log.size(LOG)
    done = 0
    anew = Beside(list(read_models()), late=(Matter, Tally, DueDay))
    with anew.used():
        with _by_memory(anew=True):
            for record in log.read(LOG, batch=READ):
                watch(record)
                apply(record)
                done += 1
                if progress and done % 500 == 0:
                    progress(done, max(done, total))
        _from_other_logs()
    return done, anew


def _follow(done: int) -> int:
    """Replay what was entered since; gives how many entries there are now."""
    with _by_memory():
        for record in log.read(LOG, done):
            apply(record)
            done += 1
    _from_other_logs()
    return done


def _from_other_logs() -> None:
    with applying():
        for further in _after:
            further()


@contextmanager
def _by_memory(*, anew: bool = False) -> Iterator[None]:
    with together(anew=anew), applying(), known.row_by_row():
        yield


def one_at_a_time() -> None:
    """Hold, to the end of the transaction, what one alone may. Raises AlreadyUnderWay."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [UNDER_WAY])
        if not cursor.fetchone()[0]:
            raise AlreadyUnderWay


def columns_of(model: type[ReadModel]) -> list[str]:
    """The columns a replay decides on: numbers a table gave itself are left aside."""
    key = model._meta.pk
    own = key is not None and key.get_internal_type() == "BigAutoField"
    return [str(f.column) for f in model._meta.concrete_fields if not (own and f is key)]


def digests() -> dict[str, str]:
    """A hash of each read table's rows, in whatever order; numbers a table gave itself left aside."""
    found = {}
    with connection.cursor() as cursor:
        for model in read_models():
            names = [connection.ops.quote_name(name) for name in columns_of(model)]
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(
                f"SELECT count(*) || ' ' || coalesce(sum(hashtextextended(ROW({', '.join(names)})::text, 0)"
                f"::numeric), 0) FROM {table}"
            )
            found[model._meta.db_table] = str(cursor.fetchone()[0])
    return found
