"""What entries of lots, of shipments and of recalls say. Amounts are in the unit of their good."""

from datetime import date

from pilin.engine.payload import Amount, Named, Part, Payload
from pilin.forms.payloads import MatterRow, Recorded


class Source(Part):
    """So much of a lot that went into another."""

    lot: int
    code: str
    amount: Amount


class Says(Part):
    """What is said of a lot when it is made; `doubts` are what is hard to believe of it, as it was told
    to whoever said it, and `words` why it is so all the same."""

    act: str
    good: str
    code: str
    amount: Amount
    day: date
    sources: tuple[Source, ...] = ()
    beside: Amount | None = None
    wet: Amount | None = None
    water: Amount | None = None
    bags: int | None = None
    gtin: str = ""
    best: date | None = None
    variety: str = ""
    words: str = ""
    doubts: tuple[str, ...] = ()


class Make(Payload, Says):
    org: Named
    place: Named | None = None
    token: str = ""


class Gone(Payload):
    """So much was sold to whoever eats it, or was lost."""

    amount: Amount
    words: str = ""


class Found(Payload):
    what: str
    passed: str
    by: str
    number: str = ""
    day: date


class Correct(Payload):
    """How much it was: the lot says `was`, and `amount` is right."""

    was: Amount
    amount: Amount
    reason: str


class Send(Payload):
    lot: int
    lot_words: str
    to: Named
    amount: Amount
    day: date
    words: str = ""


class Receive(Payload):
    amount: Amount
    words: str = ""


class Report(Payload):
    lot: int
    lot_words: str
    text: str


class Order(Payload):
    """`lots` of them are called back, which lie at `holders`."""

    words: str
    lots: int
    holders: tuple[Named, ...]


class Account(Payload):
    """How much of each lot is held back by whoever held it; the rest has gone."""

    held: tuple[Source, ...]
    words: str = ""


class LotRow(MatterRow, Says):
    """A row of the register of lots."""


class RecordLot(Recorded):
    row: LotRow


class ShipmentRow(MatterRow):
    """A row of the register of what was sent; `received` where it arrived."""

    lot: int
    amount: Amount
    received: Amount | None = None
    day: date


class RecordShipment(Recorded):
    row: ShipmentRow
