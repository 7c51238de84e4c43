"""Where the ledger stood when something last changed: what caching asks, by key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from pilin.ledger.asking import Ask, Rows, ask
from pilin.ledger.log import SEPARATOR
from pilin.people import known

from . import writes
from .models import Matter


@dataclass(frozen=True)
class Positions:
    """Of the scopes asked for, as text and each with its writing transaction; of the registers."""

    text: str
    stand: known.Stand
    registers: known.Stand


def positions(scopes: Sequence[str], ask: Callable[[Ask], Rows] = ask) -> Positions:
    """Where the ledger stood when what these scopes show last changed. One query, by key.

    `ask` may ask more in the same trip.
    """
    rows = ask(asking_for(dict.fromkeys((*scopes, *known.SCOPES))))
    text = ",".join(
        f"{scope}={number}" for scope, number, _ in rows if scope.removeprefix(HOUR) in scopes
    )
    registers = tuple(row for row in rows if row[0] in known.SCOPES)
    return Positions(text, known.stand_of(rows), known.stand_of(registers))


def asking_for(scopes: Iterable[str]) -> Ask:
    """Gives scope, number and writing transaction of each."""
    return Ask(_POSITIONS, [SEPARATOR.join(scopes)])


#: Before a scope: the last moment at which what it shows changed by itself (`moment_models`).
HOUR = "@"
#: The scope of neighbours' records as they are held here, and of what is wrong with them.
COPIES = "copies"
_POSITIONS = (
    "SELECT scope, number, xmin::text FROM loop_position"
    " WHERE scope = ANY(string_to_array($1, chr(31)))"
    f" UNION ALL SELECT '{COPIES}', 1000 * sum(applied)"
    " + abs(hashtext(string_agg(fault || fork, ' ' ORDER BY neighbour)) % 1000), ''"
    f" FROM neighbours_copy WHERE '{COPIES}' = ANY(string_to_array($1, chr(31)))"
    " HAVING count(*) > 0"
    f" UNION ALL SELECT '{HOUR}' || s, extract(epoch FROM"
    " (SELECT at FROM loop_moment WHERE scope = s AND at <= statement_timestamp() ORDER BY at DESC LIMIT 1))::bigint,"
    " '' FROM unnest(string_to_array($1, chr(31))) s"
    " WHERE EXISTS (SELECT FROM loop_moment WHERE scope = s AND at <= statement_timestamp()) ORDER BY scope"
)


def registers() -> known.Known:
    """The registers as of this page or step; as they stand now, where neither has asked yet."""
    return known.here() or known.at(_stand())


@contextmanager
def as_they_stand() -> Iterator[None]:
    """Answer from the registers as they stand now, until the end of the block."""
    if known.here() is not None:
        yield
    else:
        with known.as_of(_stand()):
            yield


@contextmanager
def as_they_stand_there() -> Iterator[known.Known]:
    """Answer from a neighbour's registers, within `elsewhere.reading`, whatever was said of ours."""
    with known.as_of(positions(()).registers) as found:
        yield found


def _stand() -> known.Stand:
    """Where the registers stand, with what waits to be written where many entries are applied."""
    waiting = writes.waiting()
    if waiting is None:
        return positions(()).registers
    if waiting.stand is None:
        waiting.stand = positions(()).registers
    newer = {s: waiting.numbers[s] for s in known.SCOPES if s in waiting.numbers}
    older = tuple(row for row in waiting.stand if row[0] not in newer)
    return older + tuple((scope, number, waiting.name) for scope, number in newer.items())


def named(matters: Iterable[Matter]) -> list[Matter]:
    """These matters with organisation, place and holder as the registers have them: no joins."""
    here = registers()
    return [with_names(matter, here) for matter in matters]


def with_names(matter: Matter, here: known.Known) -> Matter:
    cache = matter._state.fields_cache
    cache["org"] = here.organisation(matter.org_id)
    cache["place"] = here.place(matter.place_id)
    cache["holder_org"] = here.organisation(matter.holder_org_id)
    return matter
