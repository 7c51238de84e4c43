"""What each entry of a matter is found by: minutes, answers, reports, names of files."""

from __future__ import annotations

from typing import Any

from pilin.ledger import log
from pilin.ledger.log import Record

from . import search, undone
from .procedure import Procedure
from .programme import registry


def found_in(record: Record, rules: Procedure) -> tuple[int, list[str]] | None:
    """The entry that is found by what this one says, and the pieces of that; None for nothing.

    What was corrected is found as it stands from then on, what was taken back not at all. The entry
    that opened a matter, or gave it another title, is found by the matter's own pieces.
    """
    body, step = record.body, rules.step(record.body["step"])
    if body["from"] is None or "title" in body["set"] or not rules.listed:
        return None
    if step and step.undoes:
        return int(body["data"]["entry"]), []
    if step and step.corrects:
        return _corrected(record)
    pieces = search.found_by(body["data"], body["files"])
    return (record.number, pieces) if pieces else None


def _corrected(record: Record) -> tuple[int, list[str]] | None:
    body = record.body
    number: int = body["data"]["entry"]
    if number == body["matter"]:
        return None
    until = [r for r in log.of_matter(record.log, body["matter"]) if r.number < record.number]
    first = next(r for r in until if r.number == number)
    corrections = [*undone.corrections_of(until, number), record]
    return number, search.found_by(undone.as_it_stands(first, corrections), first.body["files"])


def fill(cursor: Any) -> None:
    """Fill the empty table from the main log, for a record that is older than it."""
    found: dict[int, tuple[int, list[str]]] = {}
    for record in log.read(log.MAIN):
        body = record.body
        try:
            rules = registry.get(body["kind"], body["procedure"])
        except KeyError:  # declared no more: a rebuild could not read it either
            continue
        if one := found_in(record, rules):
            found[one[0]] = body["matter"], one[1]
    with cursor.copy("COPY loop_said (id, matter, search) FROM STDIN") as copy:
        for number, (matter, pieces) in found.items():
            copy.write_row((number, matter, search.as_vector(pieces)))
