"""What a neighbour's entries want of us is done, each once: named by log and number, it is never done twice.

A step that somebody there asked for is taken by the one door as they would take it here, or refused with the
reason. What they handed over is taken over. What they did with ours moves ours on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InterfaceError, OperationalError, transaction
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from pilin.database import elsewhere
from pilin.engine.act import act
from pilin.engine.cause_models import Cause as Caused
from pilin.engine.erase import erase_guest
from pilin.engine.models import Matter
from pilin.engine.positions import as_they_stand_there, registers
from pilin.engine.refused import Refused
from pilin.engine.timekeeping import LAG
from pilin.ledger import log
from pilin.ledger.log import Record
from pilin.people.actor import LINK, Actor, Cause
from pilin.people.models import Organisation
from pilin.people.neighbour_models import INVITED, JOINED, Neighbour

from . import guests, protocol
from .guests import Standing
from .models import Copy, Handover
from .taking import hold

_log = logging.getLogger(__name__)
#: Entries looked at in one go.
AT_ONCE = 5_000


@dataclass(frozen=True)
class Read:
    """An entry of theirs, and what it takes to answer it: who took it, whether it means us, and the moment
    before which it cannot have been entered."""

    record: Record
    who: Standing
    means_us: bool
    after: datetime | None = None

    @property
    def body(self) -> Mapping[str, Any]:
        return self.record.body

    @property
    def said(self) -> Mapping[str, Any]:
        said: Mapping[str, Any] = self.record.body["data"]
        return said


def answer(neighbour: Neighbour) -> int:
    """Do what their applied entries want of us, in their order; gives how many of ours came of it.

    Each in a transaction of its own: whoever is killed goes on where it was.
    """
    done = 0
    while (read := _read(neighbour)) is not None:
        start, stop, found = read
        for one in (*found, None):  # what wants nothing of anybody is passed over at once
            with transaction.atomic():
                if not hold(neighbour):
                    return done
                copy = Copy.objects.select_for_update().get(pk=neighbour.pk)
                if copy.answered != start:
                    return done  # somebody else was faster
                if one is not None:
                    done += _answered(neighbour, one)
                copy.answered = start = one.record.number + 1 if one is not None else stop
                copy.save(update_fields=["answered"])
    return done


def _read(neighbour: Neighbour) -> tuple[int, int, list[Read]] | None:
    """From which entry up to which, and those of them that may want something of us; None for no more."""
    copy = Copy.objects.get(pk=neighbour.pk)
    stop = min(copy.applied, copy.answered + AT_ONCE)
    if copy.answered >= stop:
        return None
    with elsewhere.reading(neighbour.there), as_they_stand_there() as known:
        ours = guests.us()
        number = ours.pk if ours else None
        found, before = [], log.get(log.MAIN, copy.answered - 1) if copy.answered else None
        for record in log.read(log.MAIN, copy.answered, stop):
            do = _KIND.get((record.body["kind"], record.body["step"]))
            if do is not None:
                day, actor = date.fromisoformat(record.body["day"]), record.body["actor"]
                who = guests.standing(known, actor, day) if do is _ask else Standing(actor)
                times = copy.seen_without(record.number), _at(before) if before else None
                after = max(filter(None, times), default=None)
                means_us = number is not None and number == _meant(record)
                found.append(Read(record, who, means_us, after))
            before = record
    return copy.answered, stop, found


def _at(record: Record) -> datetime:
    return datetime.fromisoformat(record.body["at"])


def _dated(one: Read) -> None:
    """Raises Refused where an entry says another time than it can have been entered at: offices and homes are
    looked at as they were on its day."""
    at, now = _at(one.record), timezone.now()
    day = date.fromisoformat(one.body["day"])
    early = one.after is not None and at < one.after - LAG
    # Where their clock stands in another zone it may be another day there.
    if early or at > now + LAG or abs(day - timezone.localdate(at)) > timedelta(days=1):
        raise Refused("day", gettext_lazy("It says another time than it was entered at."))


def _meant(record: Record) -> int | None:
    """Which of their neighbours an entry means, by their number."""
    body = record.body
    if body["kind"] == "neighbour":
        return int(body["matter"])
    if body["kind"] == "handover" and body["step"] == "offer":
        return int(body["data"]["lead"]["neighbour"])
    if body["kind"] == "takeover" and body["step"] == "take":
        return int(body["data"]["neighbour"])
    return None  # found by what was handed over before


def _answered(neighbour: Neighbour, one: Read) -> int:
    do = _KIND.get((one.body["kind"], one.body["step"]))
    cause = Cause(neighbour.main, one.record.number)
    if do is None or Caused.objects.filter(log=cause.log, number=cause.number).exists():
        return 0
    try:
        with transaction.atomic():
            return do(neighbour, one, cause)
    except (OperationalError, InterfaceError, protocol.Silent):  # it is tried again
        raise
    except Exception:  # what nobody could have asked: it is not to keep what follows
        _log.exception("entry %d of %s", one.record.number, neighbour.origin)
        if do not in (_ask, _offer) or not one.means_us:
            return 0
        refused = Refused("unknown", gettext_lazy("This could not be understood."))
        return _refuse(neighbour, one, cause, refused)


def because(cause: Cause) -> Actor:
    return replace(LINK, cause=cause)


def _tried(do: Callable[[], object]) -> Refused | None:
    """Do it, or nothing of it: gives what it was refused with."""
    try:
        with transaction.atomic():
            do()
    except Refused as refused:
        return refused
    return None


def _and_not(do: Callable[[], object]) -> None:
    """Do it, and take it back."""
    do()
    raise Refused("", "")


def _refuse(
    neighbour: Neighbour,
    one: Read,
    cause: Cause,
    refused: Refused,
    again: Callable[[], object] | None = None,
) -> int:
    """Enter why, in every language: a reason with names in it is made in one, so it is tried `again` in each."""
    words = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found = again and _tried(lambda: _and_not(again))
            same = found if found and found.code == refused.code else refused
            errors = [str(e) for some in same.errors.values() for e in some]
            words[language] = " ".join([str(same.reason), *errors])[:2000]
    said = {"number": one.record.number, "code": refused.code, "reason_words": words}
    act(because(cause), neighbour.pk, "refuse", said)
    return 1


def _ask(neighbour: Neighbour, one: Read, cause: Cause) -> int:
    """A step that somebody there wants to take here."""
    if not one.means_us or neighbour.state != JOINED:
        return 0

    def take() -> None:
        said, known = one.said, registers()
        _dated(one)
        side = guests.side_of(known, neighbour.side)
        theirs = "" if side == settings.SIDE else side
        act(
            guests.guest(known, neighbour.pk, one.who, theirs, cause),
            int(said["matter"]),
            str(said["step"]),
            _answers(said["answer_words"]),
            files=[_file(neighbour, file) for file in one.body["files"]],
            seen=said.get("seen"),
        )

    refused = _tried(take)
    return _refuse(neighbour, one, cause, refused, take) if refused else 1


def _file(neighbour: Neighbour, said: Mapping[str, Any]) -> SimpleUploadedFile:
    """A piece of evidence that goes with it. Raises Away, and is tried again; Refused."""
    try:
        size = min(said["size"], settings.FILE_LIMIT)
        content = protocol.file(neighbour, said["sha256"], said["name"], size)
    except protocol.Away:
        raise
    except protocol.Silent:
        content = b""
    if sha256(content).hexdigest() != said["sha256"]:
        raise Refused("evidence", gettext_lazy("The files that go with it could not be had."))
    return SimpleUploadedFile(said["name"], content, said["type"])


def _answers(said: Mapping[str, Any]) -> QueryDict:
    """What they answered, as a browser would have sent it."""
    found = QueryDict(mutable=True)
    for name, values in said.items():
        some = values if isinstance(values, list) else []
        found.setlist(name, [value for value in some if isinstance(value, str)])
    return found


def _offer(neighbour: Neighbour, one: Read, cause: Cause) -> int:
    """Something is handed over to us."""
    if not one.means_us or neighbour.state != JOINED:
        return 0
    said, orgs = one.said, Organisation.objects.all()
    asks = orgs.filter(name=said["asked_by"]["name"]).first()
    try:
        with transaction.atomic():
            taken = act(
                because(cause),
                "takeover",
                "take",
                {
                    "neighbour": neighbour.pk,
                    "theirs": one.body["matter"],
                    "source": one.body["set"].get("source") or 0,
                    "asked_by": said["asked_by"]["name"],
                    "lead": said["lead"]["id"],
                    "org": asks.pk if asks else said["lead"]["id"],
                    **{name: said[name] for name in ("title", "category", "finish", "text")},
                },
            )
            act(LINK, int(taken.body["matter"]), "commission")
    except Refused as refused:
        return _refuse(neighbour, one, cause, refused)
    return 1


def _taken(neighbour: Neighbour, one: Read, cause: Cause) -> int:
    """They took over what we offered."""
    ours = _given(neighbour, pk=one.said["theirs"]) if one.means_us else None
    return _moved(ours, "taken", cause, {"matter": one.body["matter"]})


def _refused(neighbour: Neighbour, one: Read, cause: Cause) -> int:
    """They refused what somebody here asked for, which needs no more; or what we offered."""
    record = log.get(log.MAIN, int(one.said["number"])) if one.means_us else None
    if record is None or record.body["kind"] != "handover":
        return 0
    words = one.said["reason_words"]
    reason = words.get(settings.LANGUAGE_CODE) or next(iter(words.values()), one.said["code"])
    return _moved(
        _given(neighbour, pk=record.body["matter"]), "declined", cause, {"reason": reason}
    )


def _result(neighbour: Neighbour, one: Read, cause: Cause) -> int:
    return _moved(_given(neighbour, theirs=one.body["matter"]), "result", cause)


def _back(neighbour: Neighbour, one: Read, cause: Cause) -> int:
    """What is said to the result on the giver's side: it is closed, has lapsed, or is not done."""
    rows = Handover.objects.filter(
        gives=False, neighbour=neighbour.pk, theirs=int(one.body["matter"])
    )
    return _moved(rows.first(), str(one.body["step"]), cause)


def _given(neighbour: Neighbour, **which: Any) -> Handover | None:
    return Handover.objects.filter(gives=True, neighbour=neighbour.pk, **which).first()


def _moved(
    row: Handover | None, step: str, cause: Cause, said: Mapping[str, Any] | None = None
) -> int:
    """Move what stands for theirs, where it is where that leads from."""
    if row is None:
        return 0
    matter = Matter.objects.get(pk=row.pk)
    rule = matter.rules.step(step)
    if rule is None or not rule.leads_from(matter.state):
        return 0
    act(because(cause), row.pk, step, said)
    return 1


def _joined(neighbour: Neighbour, one: Read, cause: Cause) -> int:
    return joined(neighbour, one.body)


def joined(neighbour: Neighbour, body: Mapping[str, Any]) -> int:
    """Whether an entry of theirs, as it stands in their record, says that they joined us; noted then.

    It is looked for before the words of their entries come, which come only to whom they know.
    """
    if (body["kind"], body["step"]) != ("neighbour", "join"):
        return 0
    if body["data"].get("origin") != settings.ORIGIN or neighbour.state != INVITED:
        return 0
    cause = Cause(neighbour.main, int(body["number"]))
    if Caused.objects.filter(log=cause.log, number=cause.number).exists():
        return 0
    act(because(cause), neighbour.pk, "joined")
    return 1


def _left(neighbour: Neighbour, one: Read, cause: Cause) -> int:
    if not one.means_us:
        return 0
    act(because(cause), neighbour.pk, "left")
    return 1


def _erase(neighbour: Neighbour, one: Read, cause: Cause) -> int:
    """Somebody was erased there: what they wrote here goes as well, and our entry is the receipt."""
    return bool(erase_guest(f"{one.said['person']}@{neighbour.pk}", cause))


_KIND: dict[tuple[str, str], Callable[[Neighbour, Read, Cause], int]] = {
    ("neighbour", "join"): _joined,
    ("neighbour", "leave"): _left,
    ("neighbour", "ask"): _ask,
    ("neighbour", "refuse"): _refused,
    ("handover", "offer"): _offer,
    ("handover", "close"): _back,
    ("handover", "lapse"): _back,
    ("handover", "reopen"): _back,
    ("manage", "erase"): _erase,
    ("takeover", "take"): _taken,
    ("takeover", "result"): _result,
}
