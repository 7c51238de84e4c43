"""Entry → tables. It reads the entry and the tables, never the clock and never chance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models.base import ModelState

from pilin.ledger import log
from pilin.ledger.log import Record
from pilin.ledger.words import STRUCK
from pilin.people.read_model import applying

from . import course, search
from .builtin import ANSWER, ASIDE, ASSIGN, CLIMB, DECLINE, NUDGE, QUESTION, RELEASE, STRIKE
from .entry import Entry
from .models import Matter, Party
from .payload import Payload
from .positions import registers, with_names
from .programme import registry
from .said import found_in
from .writes import Counted, Writes, applied, waiting, write


def apply(record: Record, matter: Matter | None = None) -> Matter:
    """Bring the tables up to the entry; gives the matter as it now is.

    `matter` is its row as the entry found it, where whoever calls has it locked at hand. Inside
    `together()` the rows wait; else they are written when this returns.
    """
    writes = waiting()
    if writes is None:
        with applied() as writes:
            found = loops_part(record, writes, matter)
            write(writes)
            programmes_part(record, found, writes)
    else:
        found = loops_part(record, writes, matter)
        programmes_part(record, found, writes)
        writes.settle()
    return found


def loops_part(record: Record, writes: Writes, matter: Matter | None = None) -> Matter:
    """What an entry of any kind does: the matter moves, its parties, evidence, counts."""
    body = record.body
    before = None
    if body["from"] is None:
        matter = _opened(record)
        writes.opened(matter)
    else:
        matter = matter or writes.matter(body["matter"])
        before = _counted(matter, writes)
    was_called, was_open, had = matter.title, matter.is_open, course.had(matter)
    source = matter.source_id
    _move(matter, record, writes)
    writes.courses.follow(body, had, was_open, matter)
    _parties(matter, record, writes)
    if because := body.get("cause"):
        writes.causes.append((record.number, because["log"], because["number"]))
    after = _counted(matter, writes)
    if before != after:
        if before is not None:
            writes.counts[before] -= 1
            writes.moved[before[0]] = record.number
        writes.counts[after] += 1
    shown = [f"matter:{matter.pk}", f"kind:{matter.kind}"]
    if matter.source_id != source:
        writes.sourced(matter, source)
    if matter.source_id:
        shown.append(f"matter:{matter.source_id}")  # its page shows how its results stand
    if was_called not in ("", matter.title) or body["step"] == STRIKE:
        # The pages of its results name it.
        shown += [f"matter:{key}" for key in writes.results_of(matter)]
    writes.moved[after[0]] = record.number
    writes.changed(shown, record.number)
    writes.matters[matter.pk] = writes.seen[matter.pk] = matter
    return matter


def programmes_part(
    record: Record, matter: Matter, writes: Writes, said: Payload | None = None
) -> None:
    """What its programme does beside, and the further scopes that changed by it.

    `said` is what the entry says, where whoever calls has just written it.
    """
    handler = registry.handler(matter.kind, matter.procedure, record.body["step"])
    if handler is not None:
        entry = Entry(record, said) if said is not None else registry.read(record)
        with applying():
            more = handler(entry, with_names(matter, registers()))
        writes.changed(more or (), record.number)


def _opened(record: Record) -> Matter:
    body = record.body
    said: dict[str, Any] = {
        "id": body["matter"],
        "kind": body["kind"],
        "procedure": body["procedure"],
        "raiser": body["actor"],
        "opened": datetime.fromisoformat(body["at"]),
        "orgs": [],
    }
    matter: Matter = Matter.__new__(Matter)  # in a tenth of the time: nobody listens to its making
    matter.__dict__ |= {"_state": ModelState(), **_DEFAULTS, **said}
    return matter


_DEFAULTS = {f.attname: f.get_default() for f in Matter._meta.concrete_fields}
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
    "point": "point",
}


def _move(matter: Matter, record: Record, writes: Writes) -> None:
    body = record.body
    for name, value in body["set"].items():
        setattr(matter, _SET[name], value)
    matter.state = body["to"]
    matter.last = record.number
    holder, had = body["holder"], (matter.holder_org_id, matter.holder_role)
    matter.is_open = holder is not None
    matter.holder_org_id = (holder or {}).get("org")
    matter.holder_role = (holder or {}).get("role", "")
    matter.holder_person = (holder or {}).get("person", "")
    matter.due = date.fromisoformat(body["due"]) if body["due"] else None
    if body["step"] != STRIKE:  # which ends nothing
        matter.closed = None if matter.is_open else datetime.fromisoformat(body["at"])
    matter.closed_how = body["closes"]
    if body["step"] in CLIMB:
        matter.climbed = CLIMB.index(body["step"]) + 1
        matter.climbed_on = date.fromisoformat(body["day"])
    elif body["holder"] is None or (body["actor"] != "clock" and _moves(body)):
        matter.climbed, matter.climbed_on = 0, None
    if body["step"] == ASSIGN:
        matter.assigned = body["data"]["to"]["person"]
    elif body["step"] == RELEASE or had != (matter.holder_org_id, matter.holder_role):
        matter.assigned = ""
    if _is_found_by(matter, body):
        text = search.text_of(matter.title, _said(matter, body))
        writes.vectors[matter.pk] = search.grams(text)
    elif found := found_in(record, matter.rules):
        writes.said[found[0]] = matter.pk, found[1]


def _moves(body: Mapping[str, Any]) -> bool:
    """Whether what waited no longer does: a step beside the way counts where its procedure leads on by it."""
    return body["step"] not in ASIDE or body["from"] != body["to"]


def _is_found_by(matter: Matter, body: Mapping[str, Any]) -> bool:
    """Whether the matter is found by what this entry says."""
    opens = body["from"] is None or "title" in body["set"]
    return opens or _corrects(matter, body) == matter.pk


def found_by(matter: Matter) -> list[str]:
    """The pieces a matter is found by, of what its entries say now that some words are gone."""
    bodies = [r.body for r in log.of_matter(log.MAIN, matter.pk)]
    last = next(body for body in reversed(bodies) if _is_found_by(matter, body))
    return search.grams(search.text_of(matter.title, _said(matter, last)))


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
    for file in (f for f in body["files"] if f["name"] != STRUCK):
        writes.evidence.append({"matter_id": matter.pk, "entry": record.number, **file})
    if body["step"] == NUDGE:
        writes.nudges[matter.pk, body["actor"]] = body["day"]
    if body["step"] == QUESTION:
        writes.questions.append((record.number, matter.pk, body["actor"], body["at"]))
    elif body["step"] in (ANSWER, DECLINE):
        said = body["data"]
        reply = said.get("answer", said.get("reason"))
        writes.replies.append(
            (
                said["question"],
                record.number,
                "answer" in said,
                said.get("question_words", ""),
                reply,
            )
        )
    step = matter.rules.step(body["step"])
    if step and step.undoes and body["data"].get("left"):
        with applying():
            Party.objects.filter(matter=matter.pk, person=body["actor"]).delete()
    if step and step.rates in body["data"]:
        writes.ratings[matter.pk, body["actor"]] = body["data"][step.rates]


def _counted(matter: Matter, writes: Writes) -> Counted:
    """The scopes a matter counts in, and as what."""
    where = matter.place_id, matter.sides, matter.org_id
    scopes = writes.scopes.get(where)
    if scopes is None:
        scopes = writes.scopes[where] = tuple(_scopes(*where))
    return scopes, (matter.kind, matter.state, matter.closed_how, matter.due)


def _scopes(place: int | None, sides: str, org: int | None) -> Iterator[str]:
    at = registers().place(place) if place else None
    yield "all"
    yield from (f"side:{letter}" for letter in sides)
    yield from ["crossing"] if len(sides) == 2 else []
    yield from (f"place:{key}" for key in (at.path if at else ()))
    yield from [f"org:{org}"] if org else []
