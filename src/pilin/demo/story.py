"""Playing steps at days of a story, as somebody or other, and saying what was done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from pilin.engine.act import act
from pilin.engine.models import Matter
from pilin.kit.timeline import lines
from pilin.ledger.log import Record
from pilin.people.actor import Actor
from pilin.people.models import Organisation

from .cast import Cast

Say = Callable[[str], None]


class Story:
    """Takes steps at days after the start, and says what was done."""

    def __init__(self, people: Cast, start: datetime, tell: Say | None) -> None:
        self.people = people
        self.start = start
        self.tell = tell

    def step(
        self,
        day: float,
        who: str | Actor,
        matter: int | str,
        name: str,
        data: dict[str, Any] | None = None,
        picture: bytes | None = None,
    ) -> int:
        """Take one step; gives the matter's number."""
        actor = self.people[who] if isinstance(who, str) else who
        files = [SimpleUploadedFile("现场.png", picture)] if picture else []
        at = self.at(day)
        record = act(actor, matter, name, data or {}, files=files, at=at)
        if self.tell:
            self.tell("  " + told(record))
        return int(record.body["matter"])

    def at(self, day: float) -> datetime:
        """That day of the story; now, where it has not come yet."""
        return min(self.start + timedelta(days=day), timezone.now())

    def newest(self, matter: int) -> int:
        """The number of a matter's newest entry."""
        return int(Matter.objects.values_list("last", flat=True).get(pk=matter))

    def org(self, name: str) -> int:
        return Organisation.objects.get(name=name).pk

    def day(self, days: float) -> str:
        return (self.start + timedelta(days=days)).strftime("%Y-%m-%d")


def told(record: Record) -> str:
    """One entry in one line, as the demo prints it."""
    matter = Matter.objects.get(pk=record.body["matter"])
    line = lines(matter, [record])[0]
    state = f" → {line.state_title}" if line.state_title else ""
    return _("entry %(number)d · %(who)s %(done)s%(state)s") % {
        "number": line.number,
        "who": line.who,
        "done": line.step_title,
        "state": state,
    }
