"""What entries of wishes say."""

from pilin.engine.payload import Amount, Named, Payload
from pilin.forms.payloads import MatterRow, Recorded


class Submit(Payload):
    title: str
    code: str
    school: Named
    through: Named
    price: Amount | None = None
    text: str = ""
    bring: str = ""


class Pledge(Payload):
    amount: Amount


class Deliver(Payload):
    words: str


class WishRow(MatterRow):
    code: str
    school_words: str
    status: str


class Record(Recorded):
    row: WishRow


class OfGiver(Payload):
    """`giver` is the entry of the offer."""

    giver: int


class RefuseGiver(OfGiver):
    reason: str
