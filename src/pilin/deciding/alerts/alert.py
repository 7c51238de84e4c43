"""A warning as its message says it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pilin.wording.saying import say

from .codes import RULES, worst

ALERT, UPDATE, CANCEL = "Alert", "Update", "Cancel"
ACTUAL, EXERCISE = "Actual", "Exercise"
#: A point as (latitude, longitude), as the messages have it.
Spot = tuple[float, float]


class Misread(ValueError):
    """It is no message that can be taken in; `line` of its text, where that is known."""

    def __init__(self, why: str, line: int | None = None) -> None:
        self.why, self.line = why, line
        where = say("line {n}: ", n=line) if line else ""
        super().__init__(f"{where}{why}")


@dataclass(frozen=True)
class Reference:
    """An earlier message that this one is about."""

    sender: str
    identifier: str
    sent: str


@dataclass(frozen=True)
class Area:
    """Where it concerns: in words, as polygons of points, circles (centre, radius in km), codes of divisions."""

    words: str
    polygons: tuple[tuple[Spot, ...], ...] = ()
    circles: tuple[tuple[Spot, float], ...] = ()
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Info:
    """What is said in one language, or of one degree. Times have their zone; those not given are None."""

    language: str
    category: str
    event: str
    code: str
    urgency: str
    severity: str
    certainty: str
    colour: str
    headline: str
    description: str
    instruction: str
    onset: datetime | None
    effective: datetime | None
    expires: datetime | None
    sender_name: str
    contact: str
    web: str
    areas: tuple[Area, ...]


@dataclass(frozen=True)
class Alert:
    """A whole message. `kind` is its msgType, `event` one of `codes.EVENTS`, `colour` of `codes.COLOURS`,
    or "" where none can be told; `colour_said`: the message names it, and it was not taken from its severity."""

    identifier: str
    sender: str
    sent: datetime
    status: str
    kind: str
    references: tuple[Reference, ...]
    note: str
    infos: tuple[Info, ...]
    event: str
    colour_said: bool
    dialect: str = "cap"
    text: str = field(default="", repr=False)

    @property
    def exercise(self) -> bool:
        return self.status == EXERCISE

    @property
    def colour(self) -> str:
        return worst(info.colour for info in self.infos)

    @property
    def areas(self) -> tuple[Area, ...]:
        """Each once, whichever languages name it."""
        return tuple(dict.fromkeys(area for info in self.infos for area in info.areas))

    @property
    def starts(self) -> datetime:
        """From when it stands: its beginning, where that is said, else when it was sent."""
        return min((i.effective for i in self.infos if i.effective), default=self.sent)

    @property
    def expires(self) -> datetime | None:
        """When the last of it ends, as the message says."""
        ends = [info.expires for info in self.infos]
        return max((e for e in ends if e), default=None) if all(ends) else None

    @property
    def ends(self) -> datetime:
        """When it stands no longer: as said, else so many hours after it was sent."""
        return self.expires or self.sent + timedelta(hours=RULES["lasts"])

    @property
    def sender_name(self) -> str:
        return next((info.sender_name for info in self.infos if info.sender_name), self.sender)
