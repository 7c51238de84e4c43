"""Entry → tables. It reads the entry and the tables, never the clock and never chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from pilin.ledger import log
from pilin.ledger.log import Record
from pilin.people.read_model import applying

from . import search
from .builtin import CLIMB
from .models import Matter, Party
from .positions import registers
from .programme import registry
from .writes import TallyKey, Writes, applied, write


def apply(record: Record, matter: Matter | None = None) -> Matter:
    """Bring the tables up to the entry; gives the matter as it now is.

    `matter` is its row as the entry found it, where whoever calls has it locked at hand. Inside
    `together()` the rows wait; else they are written when this returns.
    """
    with applied() as writes:
        found = loops_part(record, writes, matter)
        write(writes)
        programmes_part(record, found, writes)
    return found


def loops_part(record: Record, writes: Writes, matter: Matter | None = None) -> Matter:
    """What an entry of any kind does: the matter moves, its parties, evidence, counts."""
    body = record.body
    if body["from"] is None:
        matter, before = _opened(record), Counter[TallyKey]()
    else:
        matter = matter or _existing(body, writes)
        before = _counted(matter)
    was_called = matter.title
    _move(matter, record, writes)
    _parties(matter, record, writes)
    after = _counted(matter)
    writes.counts.update(after - before)
    writes.counts.subtract(before - after)
    scopes = {key[0] for key in (*before, *after)} | {f"matter:{matter.pk}", f"kind:{matter.kind}"}
    if matter.source_id:
        scopes.add(f"matter:{matter.source_id}")  # its page shows how its results stand
    if was_called not in ("", matter.title):
        # The pages of its results name it.
        results = matter.results.values_list("pk", flat=True)
        scopes |= {f"matter:{key}" for key in results}
    writes.numbers.update(dict.fromkeys(scopes, record.number))
    writes.matters[matter.pk] = writes.seen[matter.pk] = matter
    return matter


def programmes_part(record: Record, matter: Matter, writes: Writes) -> None:
    """What its programme does beside, and the further scopes that changed by it."""
    handler = registry.handler(matter.kind, matter.procedure, record.body["step"])
    if handler is not None:
        with applying():
            more = handler(registry.read(record), matter)
        writes.numbers.update(dict.fromkeys(more or (), record.number))


def _existing(body: dict[str, Any], writes: Writes) -> Matter:
    found: Matter | None = writes.seen.get(body["matter"])
    return found or Matter.objects.get(pk=body["matter"])


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


def _move(matter: Matter, record: Record, writes: Writes) -> None:
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
    if body["from"] is None or "title" in body["set"] or _corrects(matter, body) == matter.pk:
        text = search.text_of(matter.title, _said(matter, body))
        writes.vectors[matter.pk] = search.grams(text)


def _corrects(matter: Matter, body: Mapping[str, Any]) -> int | None:
    """The number of the entry whose words this one corrects."""
    step = matter.rules.step(body["step"])
    return body["data"]["entry"] if step and step.corrects else None


def _said(matter: Matter, body: Mapping[str, Any]) -> Any:
    """What a matter is found by: what was said when it was raised, and what that was corrected to."""
    if _corrects(matter, body) is None:
        return body["data"]
    first = log.get(log.MAIN, matter.pk)
    return [first.body["data"] if first else {}, body["data"]["words"]]


def _parties(matter: Matter, record: Record, writes: Writes) -> None:
    body = record.body
    if body["from"] is None or body["joins"]:
        writes.parties.append((matter.pk, body["actor"], body["joins"] or "raiser"))
    for file in body["files"]:
        writes.evidence.append({"matter_id": matter.pk, "entry": record.number, **file})
    step = matter.rules.step(body["step"])
    if step and step.undoes and body["data"].get("left"):
        with applying():
            Party.objects.filter(matter=matter.pk, person=body["actor"]).delete()
    if step and step.rates in body["data"]:
        writes.ratings[matter.pk, body["actor"]] = body["data"][step.rates]


def scopes_of(matter: Matter) -> list[str]:
    """The scopes a matter counts in."""
    return [
        "all",
        *(f"side:{letter}" for letter in matter.sides),
        *(["crossing"] if matter.crossing else []),
        *(f"place:{key}" for key in _path(matter.place_id)),
        *([f"org:{matter.org_id}"] if matter.org_id else []),
    ]


def _path(place: int | None) -> Iterable[int]:
    """The places above a place and itself, from the root."""
    found = registers().place(place)
    return found.path if found else ()


def _counted(matter: Matter) -> Counter[TallyKey]:
    return Counter(
        (scope, matter.kind, matter.state, matter.closed_how, matter.due)
        for scope in scopes_of(matter)
    )
