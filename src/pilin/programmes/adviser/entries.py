"""What entries of the exchange of advisers say. No name is among it, and how to reach them is sealed."""

from datetime import date

from pilin.engine.payload import Amount, Named, Payload
from pilin.forms.payloads import MatterRow, Recorded


class Seek(Payload):
    title: str
    org: Named
    field: str
    text: str
    days: Amount
    start: date
    until: date


class Offer(Seek):
    """`role` says what they can do: an agronomist, three years in rice."""

    role: str


class Propose(Payload):
    """`listing` is the number of the partner's own listing, where this answers one with another."""

    partner: Named
    listing: int | None = None
    listing_words: str = ""
    role: str = ""
    text: str
    days: Amount
    start: date
    until: date


class Accept(Payload):
    listing: int | None = None


class Work(Payload):
    """The day it began, and how many days it was; halves count."""

    day: date
    days: Amount
    words: str


class Confirm(Payload):
    """The numbers of the entries that are confirmed."""

    work: tuple[int, ...]
    work_words: tuple[str, ...] = ()


class Object(Payload):
    work: int
    work_words: str = ""
    reason: str


class End(Payload):
    """What came of it; `days` that were worked and confirmed are counted, not asked."""

    account: str
    days: Amount


class PlacementRow(MatterRow):
    """`orgs` are the one in charge and, where there is one, the other side."""

    direction: str
    field: str
    role: str = ""
    days: Amount
    worked: Amount | None = None
    start: date
    until: date


class Record(Recorded):
    row: PlacementRow
