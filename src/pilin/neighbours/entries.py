"""What entries about neighbours, and of what crosses the border, say."""

from __future__ import annotations

from datetime import date
from typing import Any

from pilin.engine.payload import Named, Payload
from pilin.forms.across import Offer
from pilin.forms.payloads import Reason


class Said(Payload):
    """What a neighbour's server said of itself when it was invited, or joined: names, and keys as vkeys.

    `side` is the side it is of, as registers name it: who has an office or lives there, and nowhere
    else, is for its record to say. "" where it is of none."""

    origin: str
    name: str
    address: str
    log: str
    witness: str
    server: str
    side: str = ""


class Asked(Payload):
    """A step that somebody here wants to take on `matter` of the neighbour's, as they answered its form.

    `kind` and `procedure` say what it was answered for; `seen` is the newest entry of it they knew.
    """

    matter: int
    kind: str
    procedure: int
    step: str
    seen: int | None = None
    answer_words: dict[str, Any]


class Refused(Payload):
    """A step they asked for, or what they handed over, was not taken: why, by language."""

    number: int
    code: str
    reason_words: dict[str, str]


class Given(Offer):
    """What goes with a matter that is handed over, on this side."""

    asked_by: Named
    source_title: str


class Taken(Payload):
    """`matter` is its number in the neighbour's record."""

    matter: int


class TakenOver(Payload):
    """What was taken over from a neighbour: `theirs` is the matter that goes with it there, `source` the
    one it comes from; `asked_by` who asks for it, by the name it has there."""

    neighbour: int
    theirs: int
    source: int
    title: str
    lead: Named
    category: str
    finish: date
    text: str
    asked_by: str
    org: Named


class Commissioned(Payload):
    """The project is what was taken over."""


class Declined(Reason):
    """The neighbour does not see to it."""
