"""Where somebody lives, as far as that was checked: what an actor brings along.

Read together with the session (`sessions.py`); else asked for once, when a rule first wants it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from pilin.ledger.asking import Ask, ask

#: One text of all of somebody's homes, "place since until;…", for a question about `a.person`.
SAID = (
    "(SELECT string_agg(concat_ws(' ', r.place, r.since, r.until), ';' ORDER BY r.id)"
    " FROM people_residence r WHERE r.person = {person})"
)
_ASK = "SELECT " + SAID.format(person="$1")


class Home(NamedTuple):
    """`place` is a number of a place; both days are included."""

    place: int
    since: date
    until: date

    def held(self, day: date) -> bool:
        return self.since <= day <= self.until


def read(said: str | None) -> tuple[Home, ...]:
    """What `SAID` gives."""
    rows = (row.split(" ") for row in (said or "").split(";") if row)
    return tuple(Home(int(p), date.fromisoformat(s), date.fromisoformat(u)) for p, s, u in rows)


def homes_of(person: str) -> tuple[Home, ...]:
    """Every home of somebody that was ever checked. One query."""
    ((said,),) = ask(Ask(_ASK, [person]))
    return read(said)


def among(homes: Iterable[Home], places: Iterable[int], day: date) -> bool:
    """Whether one of these homes, on that day, is one of these places."""
    wanted = frozenset(places)
    return any(home.place in wanted for home in homes if home.held(day))
