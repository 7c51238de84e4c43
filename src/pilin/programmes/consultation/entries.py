"""What entries of consultations say; those of a vote on statements: `statements/entries.py`."""

from datetime import date

from pilin.engine.payload import Amount, Moment, Named, Part, Payload
from pilin.forms.across import Offer
from pilin.forms.payloads import Milestone, Reason


class Raise(Payload):
    title: str
    text: str
    forum: Named
    point: str = ""  # "latitude, longitude"


class RaiseFor(Raise):
    channel: str


class Merge(Reason):
    """`into` is the number of the matter it becomes part of; release 0.1 did not say its title."""

    into: int
    into_words: str = ""


class Delegate(Reason):
    station: Named


class Convene(Payload):
    time: Moment
    where: str
    invitees: str
    agenda: str = ""


class Hold(Payload):
    attendance: int
    statements: tuple[str, ...]
    minutes: str


class Decide(Payload):
    outcomes: tuple[str, ...]


class OfOutcome(Payload):
    """`outcome` is its number, from 1; its words stand beside it unless it came in bulk or from
    release 0.1."""

    outcome: int
    outcome_words: str = ""


class Settle(OfOutcome):
    answer: str


class Suggest(OfOutcome):
    title: str
    to: Named


class Convert(OfOutcome):
    title: str
    lead: Named
    partners: tuple[Named, ...] = ()
    category: str
    budget: Amount | None = None
    finish: date
    milestones: tuple[Milestone, ...] = ()


class HandOver(OfOutcome, Offer):
    """A neighbour is asked to see to what an outcome says."""


class CoverageRow(Part):
    """How many of a town's villages have a station; `platform` is the name of its hall."""

    place: int
    villages: int
    stations: int
    platform: str = ""
    sessions: int | None = None


class ReadinessRow(Part):
    """Whether a forum has a thing it should have; `title` where it is none of the six."""

    org: int
    item: str
    has: bool
    title: str = ""
