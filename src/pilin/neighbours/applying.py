"""A neighbour's entries are applied to the twins of our tables, by the same `apply` that ours are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction

from pilin.database import elsewhere
from pilin.engine import striking
from pilin.engine.apply import apply
from pilin.engine.beside import Beside
from pilin.engine.builtin import STRIKE
from pilin.engine.entry import Frame
from pilin.engine.models import DueDay, Matter, Tally
from pilin.engine.programme import UnknownEntry, registry
from pilin.engine.rebuild import read_models
from pilin.engine.writes import together
from pilin.ledger import log
from pilin.ledger.log import Record
from pilin.people import known
from pilin.people.neighbour_models import Neighbour
from pilin.people.read_model import applying

from .models import Copy
from .taking import hold

#: Entries applied in one transaction.
AT_ONCE, FIRST = 2_000, 200_000


#: What an entry of the format we know can have.
FRAME = frozenset(Frame.names())


class Parked(Exception):
    """An entry that this release does not know, or that does not fit: it waits, and all after it."""

    def __init__(self, number: int, why: object) -> None:
        super().__init__(number, why)
        self.number, self.why = number, why

    def __str__(self) -> str:
        return f"{self.number}: {self.why}"


def apply_theirs(neighbour: Neighbour) -> int:
    """Apply what has come with its words; gives how many entries.

    Raises Parked, once all before that entry are applied.
    """
    done = 0
    while True:
        some, parked = _some(neighbour)
        done += some
        if parked is not None:
            raise parked
        if not some:
            return done


def _some(neighbour: Neighbour) -> tuple[int, Parked | None]:
    with transaction.atomic():
        if not hold(neighbour):
            return 0, None
        copy = Copy.objects.select_for_update().get(pk=neighbour.pk)
        start = copy.applied
        # The first time, tables are empty: all at once is quicker by half.
        stop = min(copy.worded, start + (FIRST if start == 0 else AT_ONCE))
        if start >= stop:
            return 0, None
        with elsewhere.reading(neighbour.there, only=False):
            records = list(log.read(log.MAIN, start, stop, batch=5_000))
            parked = None
            try:
                with transaction.atomic():
                    _all(records, anew=start == 0)
            except Exception:  # whatever an entry that is none of ours may lead to
                stop, parked = _one_by_one(records)
        copy.applied, copy.parked = stop, str(parked or "")
        copy.save(update_fields=["applied", "parked"])
    return stop - start, parked


def _one_by_one(records: list[Record]) -> tuple[int, Parked | None]:
    """How far they can be applied, and at which one they stop."""
    for record in records:
        try:
            with transaction.atomic():
                _all([record])
        except Exception as fault:  # as above
            return record.number, Parked(record.number, repr(fault)[:300])
    return records[-1].number + 1, None


def _all(records: Iterable[Record], anew: bool = False) -> None:
    """Up to one that strikes words, then those go, then the rest."""
    some: list[Record] = []
    for record in records:
        some.append(record)
        if gone := _struck(record):
            _together(some, anew)
            some, anew = [], False
            for matter, places in gone.items():
                striking.strike(matter, places)
    _together(some, anew)


def replayed(stop: int) -> Beside:
    """Twins of the tables of the record that is read just now, filled anew from its first `stop` entries."""
    anew = Beside(list(read_models()), late=(Matter, Tally, DueDay), schema="copied")
    with anew.used():
        for start in range(0, stop, FIRST):
            upto = min(stop, start + FIRST)
            _together(log.read(log.MAIN, start, upto, batch=5_000), anew=start == 0)
    return anew


def _together(records: Iterable[Record], anew: bool) -> None:
    if records:
        with together(anew=anew), applying(), known.row_by_row():
            for record in records:
                _is_known(record)
                apply(record)


def _is_known(record: Record) -> None:
    """Raises where a newer release has entered it, or nobody could have: what no handler reads, too."""
    body = record.body
    if body["v"] != 1 or not body.keys() <= FRAME:
        raise UnknownEntry(f"{body['v']}: {', '.join(sorted(body.keys() - FRAME))}")
    registry.read(record)
    if body["to"] not in registry.get(body["kind"], body["procedure"]).states:
        raise UnknownEntry(f"{body['kind']}: {body['to']}")


def _struck(record: Record) -> dict[Matter, list[striking.Place]]:
    """The words that are gone by this entry, by matter."""
    body = record.body
    erased = body["kind"] == "manage" and body["step"] == "erase"
    if body["step"] != STRIKE and not erased:
        return {}
    places = [(int(number), str(path)) for number, path in body["data"].get("struck") or ()]
    found: dict[int, list[striking.Place]] = defaultdict(list)
    matters = {r.number: r.body["matter"] for r in log.some(log.MAIN, {n for n, _p in places})}
    for number, path in places:
        if number in matters:
            found[matters[number]].append((number, path))
    rows = {m.pk: m for m in Matter.objects.filter(pk__in=found)}
    return {rows[key]: some for key, some in found.items() if key in rows}
