"""What a step needs to know before it decides, read in one round trip.

The matter is locked, with those above it and those the step changes beside: from the root of a
family of linked matters downwards, so that two steps at once wait for each other instead of
dead-locking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from django.db import connection

from pilin.ledger.asking import Ask, Rows, ask_each
from pilin.people import known

from . import writes
from .models import Matter
from .positions import as_they_stand, asking_for, named
from .situation import PARTS


class AtHand(NamedTuple):
    """The matter as it is now, None where there is no such; the actor's parts in it."""

    matter: Matter | None = None
    parts: frozenset[str] = frozenset()


_FIELDS = [f.attname for f in Matter._meta.concrete_fields if f.name != "search"]
# A source is always older than what it opened, so ascending ids are root first; what is whose
# source never changes, so it can be read before it is locked.
_FAMILY = (
    "WITH RECURSIVE above AS (SELECT id, source_id FROM loop_matter WHERE id = $1::bigint"
    " UNION SELECT m.id, m.source_id FROM loop_matter m JOIN above ON m.id = above.source_id)"
    f" SELECT {', '.join(_FIELDS)} FROM loop_matter"
    " WHERE id = ANY(string_to_array($2, ',')::bigint[] || ARRAY(SELECT id FROM above))"
    " ORDER BY id FOR UPDATE"
)
_ONE = f"SELECT {', '.join(_FIELDS)} FROM loop_matter WHERE id = $1::bigint"


@contextmanager
def at_hand(key: int | None, others: Iterable[int], person: str) -> Iterator[AtHand]:
    """Within, registers answer as they stand now; `key` and `others` are locked to the end.

    `key` is None where a step opens its matter.
    """
    asks = []
    if key is not None:
        asks = [
            Ask(_FAMILY, [str(key), ",".join(map(str, others))]),
            Ask(PARTS, [str(key), person]),
        ]
    if known.here() is None and not writes.waiting():
        stand, *rows = ask_each([asking_for(known.SCOPES), *asks])
        with known.as_of(known.stand_of(stand)):
            yield _found(key, rows)
    else:
        if asks:
            writes.settle()
        with as_they_stand():
            yield _found(key, ask_each(asks) if asks else [])


@contextmanager
def looked_at(
    key: int | None, asks: Callable[[Sequence[Ask]], list[Rows]] = ask_each
) -> Iterator[Matter | None]:
    """Within, registers answer as they stand now; gives the matter, unlocked, asked for with them.

    `asks` may take along whatever else the page has to ask.
    """
    stand, *rows = asks(
        [asking_for(known.SCOPES), *([Ask(_ONE, [str(key)])] if key is not None else [])]
    )
    with known.as_of(known.stand_of(stand)):
        found = [Matter.from_db(connection.alias, _FIELDS, row) for rows in rows for row in rows]
        yield named(found)[0] if found else None


def _found(key: int | None, rows: list[list[tuple[object, ...]]]) -> AtHand:
    if not rows:
        return AtHand()
    family, parts = rows
    found = [row for row in family if row[0] == key]
    if not found:
        return AtHand()
    matter = Matter.from_db(connection.alias, _FIELDS, found[0])
    return AtHand(named([matter])[0], frozenset(str(role) for (role,) in parts))
