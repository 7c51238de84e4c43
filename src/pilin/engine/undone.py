"""What is said of an earlier entry: that its step is taken back, or that its words are corrected.

The earlier entry stays as it is. Both are entries of their own, which name it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from pilin.ledger import log
from pilin.people.models import Office

from .entry import Fields
from .models import Matter
from .payload import Payload
from .procedure import Step, Who
from .situation import Situation

Said = str | tuple[str, ...]
#: How a matter is closed whose opening was taken back.
TAKEN_BACK = "taken_back"


class TakenBack(Payload):
    """`entry` is the step taken back; `left` where whoever took it had joined the matter by it."""

    entry: int
    left: bool = False


class Corrected(Payload):
    """Answers of the entry `entry`, by name: as they stood, and as they stand from now on."""

    entry: int
    was: dict[str, Said]
    words: dict[str, Said]


class Taken(NamedTuple):
    """What is remembered of an entry to know who may say something of it."""

    number: int
    actor: str
    step: str
    at: datetime
    post: tuple[str, int] | None  # the office it was taken in: role and organisation
    undone: int | None  # the entry that it takes back


def _taken(key: int) -> tuple[Taken, ...]:
    return tuple(map(_read, log.of_matter(log.MAIN, key)))


def _read(record: log.Record) -> Taken:
    body = record.body
    post = (body["office"]["role"], body["office"]["org"]) if body["office"] else None
    back = body["data"].get("entry") if body["step"] == "take_back" else None
    at = datetime.fromisoformat(body["at"])
    return Taken(record.number, body["actor"], body["step"], at, post, back)


def _in_office(s: Situation, taken: Taken) -> Office | bool | None:
    """The office the step was taken in, where the actor still holds it; True without one."""
    if taken.actor != s.actor.person or s.actor.kind != "person":
        return None
    role, org = taken.post or ("", None)
    return s.actor.office(role, organisation=org) if taken.post else True


# Taking back ---------------------------------------------------------------------------------


def _takes_back(s: Situation) -> Office | bool | None:
    if s.matter is None or s.actor.kind != "person":
        return None
    return _in_office(s, s.once(_taken)[-1])


taker = Who("taker", _("whoever took the last step"), _takes_back)


def until(s: Situation) -> datetime | None:
    """Until when the last step may be taken back, where its procedure allows that."""
    last = s.once(_taken)[-1]
    step = s.the_matter.rules.step(last.step)
    return last.at + timedelta(seconds=step.back_within) if step and step.back_within else None


def in_time(s: Situation) -> bool:
    end = until(s) if s.matter else None
    return end is not None and s.now <= end


def said(matter: Matter) -> dict[str, Any]:
    """What the entry says that takes back the matter's last step."""
    taken = log.of_matter(log.MAIN, matter.pk, 1)[0]
    left = bool(taken.body["joins"]) and taken.number != matter.pk
    return {"entry": taken.number, **({"left": True} if left else {})}


def returned(matter: Matter, step: Step) -> dict[str, Any]:
    """The frame of that entry: the matter is where it was; closed, where it was only just opened."""
    *before, taken = log.of_matter(log.MAIN, matter.pk)
    if not before:
        nobody: dict[str, Any] = {"holder": None, "due": None, "set": {}}
        return {"to": step.undoes, "closes": TAKEN_BACK, **nobody}
    was = before[-1].body
    stood: dict[str, Any] = {"raiser": before[0].body["actor"]}
    for record in before:
        stood |= record.body["set"]
    unset = Fields().model_dump(mode="json")
    return {
        "to": was["to"],
        "closes": was["closes"],
        "holder": was["holder"],
        "due": was["due"],
        "set": {name: stood.get(name, unset[name]) for name in taken.body["set"]},
    }


# Correcting ----------------------------------------------------------------------------------


def writings(s: Situation, steps: Iterable[str]) -> list[Taken]:
    """The actor's own entries of these steps, which they may correct; oldest first."""
    if s.matter is None or s.actor.kind != "person":
        return []
    taken, names = s.once(_taken), set(steps)
    back = {t.undone for t in taken}
    return [t for t in taken if t.step in names and t.number not in back and _in_office(s, t)]


def writer(steps: Sequence[str]) -> Who:
    """Whoever wrote one of the matter's entries of these steps."""

    def allows(s: Situation) -> Office | bool | None:
        own = writings(s, steps)
        return _in_office(s, own[-1]) if own else None

    return Who("writer", _("whoever wrote it"), allows)


def as_it_stands(record: log.Record, corrections: Iterable[log.Record]) -> Mapping[str, Any]:
    """An entry's answers with what was corrected since."""
    data = dict(record.body["data"])
    for correction in corrections:
        data |= correction.body["data"]["words"]
    return data


def corrections_of(records: Iterable[log.Record], number: int) -> list[log.Record]:
    """Those of a matter's entries that correct this one."""
    return [
        r for r in records if r.body["step"] == "correct" and r.body["data"].get("entry") == number
    ]
