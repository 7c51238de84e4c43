"""Entry → tables. It reads the entry and the tables, never the clock and never chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any

from django.db import connection

from pilin.ledger.log import Record
from pilin.people.models import Place
from pilin.people.read_model import applying

from . import search
from .builtin import CLIMB
from .models import Evidence, Matter, Party, Rating
from .programme import registry

TallyKey = tuple[str, str, str, str, date | None]


def apply(record: Record) -> Matter:
    """Bring the tables up to the entry; gives the matter as it now is."""
    body = record.body
    with applying():
        matter = _existing(body) if body["from"] is not None else None
        before = _counted(matter) if matter else Counter()
        matter = _opened(record) if matter is None else matter
        _move(matter, record)
        matter.save(force_insert=body["from"] is None)
        _parties(matter, record)
        after = _counted(matter)
        _tally(after - before, before - after)
        handler = registry.handler(matter.kind, matter.procedure, body["step"])
        more = handler(registry.read(record), matter) if handler else None
        scopes = {key[0] for key in (*before, *after)} | {f"matter:{matter.pk}"}
        if matter.source_id:
            scopes.add(f"matter:{matter.source_id}")  # its page shows how its results stand
        _positions(record.number, scopes | {f"kind:{matter.kind}"} | set(more or ()))
    return matter


def _existing(body: dict[str, Any]) -> Matter:
    rows = Matter.objects.select_related("org", "place", "holder_org", "source")
    found: Matter = rows.get(pk=body["matter"])
    return found


def _opened(record: Record) -> Matter:
    body = record.body
    return Matter(
        id=body["matter"],
        kind=body["kind"],
        procedure=body["procedure"],
        raiser=body["actor"],
        opened=datetime.fromisoformat(body["at"]),
    )


_SET = {
    "title": "title",
    "place": "place_id",
    "org": "org_id",
    "orgs": "orgs",
    "sides": "sides",
    "on_behalf": "on_behalf",
    "source": "source_id",
    "outcome": "outcome",
    "raiser": "raiser",
}


def _move(matter: Matter, record: Record) -> None:
    body = record.body
    for name, value in body["set"].items():
        setattr(matter, _SET[name], value)
    matter.state = body["to"]
    matter.last = record.number
    holder = body["holder"]
    matter.is_open = holder is not None
    matter.holder_org_id = (holder or {}).get("org")
    matter.holder_role = (holder or {}).get("role", "")
    matter.holder_person = (holder or {}).get("person", "")
    matter.due = date.fromisoformat(body["due"]) if body["due"] else None
    matter.closed = None if matter.is_open else datetime.fromisoformat(body["at"])
    matter.closed_how = body["closes"]
    if body["step"] in CLIMB:
        matter.climbed = CLIMB.index(body["step"]) + 1
        matter.climbed_on = date.fromisoformat(body["day"])
    elif body["holder"] is None or (body["step"] and body["actor"] != "clock"):
        matter.climbed, matter.climbed_on = 0, None
    if body["from"] is None or "title" in body["set"]:
        matter.search = search.vector(search.text_of(matter.title, body["data"]))


def _parties(matter: Matter, record: Record) -> None:
    body = record.body
    if body["from"] is None:  # nobody can be a party yet: no need to look
        Party.objects.create(matter=matter, person=body["actor"], role=body["joins"] or "raiser")
    elif body["joins"]:
        Party.objects.get_or_create(
            matter=matter, person=body["actor"], defaults={"role": body["joins"]}
        )
    if body["files"]:
        Evidence.objects.bulk_create(
            [Evidence(matter=matter, entry=record.number, **file) for file in body["files"]]
        )
    step = matter.rules.step(body["step"])
    if step and step.rates in body["data"]:
        Rating.objects.update_or_create(
            matter=matter, person=body["actor"], defaults={"score": body["data"][step.rates]}
        )


def scopes_of(matter: Matter) -> list[str]:
    """The scopes a matter counts in."""
    place = Place.objects.filter(pk=matter.place_id).first() if matter.place_id else None
    return [
        "all",
        *(f"side:{letter}" for letter in matter.sides),
        *(["crossing"] if matter.crossing else []),
        *(f"place:{key}" for key in (place.path if place else ())),
        *([f"org:{matter.org_id}"] if matter.org_id else []),
    ]


def _counted(matter: Matter) -> Counter[TallyKey]:
    return Counter(
        (scope, matter.kind, matter.state, matter.closed_how, matter.due)
        for scope in scopes_of(matter)
    )


@contextmanager
def together() -> Iterator[None]:
    """Apply many entries, and keep their counts and positions until the end of the block.

    A row changed thousands of times in one transaction is found ever more slowly; here each is
    changed once. Nothing inside may read counts or positions.
    """
    kept: _Kept = (Counter(), {})
    token = _kept.set(kept)
    try:
        yield
    finally:
        _kept.reset(token)
    _write_tally(kept[0])
    _write_positions(kept[1])


_Kept = tuple[Counter[TallyKey], dict[str, int]]
_kept: ContextVar[_Kept | None] = ContextVar("kept", default=None)


def _tally(more: Counter[TallyKey], less: Counter[TallyKey]) -> None:
    kept = _kept.get()
    counts = kept[0] if kept else Counter()
    counts.update(more)
    counts.subtract(less)
    if not kept:
        _write_tally(counts)


def _write_tally(counts: Counter[TallyKey]) -> None:
    changes = [(*key, n) for key, n in counts.items()]
    if not changes:
        return
    columns = list(zip(*changes, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO loop_tally (scope, kind, state, how, due, n)"
            " SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::date[],"
            " %s::int[]) ON CONFLICT (scope, kind, state, how, due)"
            " DO UPDATE SET n = loop_tally.n + excluded.n",
            [list(c) for c in columns],
        )


def _positions(number: int, scopes: Iterable[str]) -> None:
    kept = _kept.get()
    if kept:
        kept[1].update(dict.fromkeys(scopes, number))
    else:
        _write_positions(dict.fromkeys(scopes, number))


def _write_positions(numbers: Mapping[str, int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO loop_position (scope, number) SELECT * FROM unnest(%s::text[], %s::bigint[])"
            " ON CONFLICT (scope) DO UPDATE SET number = excluded.number",
            [sorted(numbers), [numbers[scope] for scope in sorted(numbers)]],
        )
