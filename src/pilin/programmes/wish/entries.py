"""What entries of wishes say."""

from pilin.engine.payload import Amount, Named, Payload
from pilin.forms.payloads import MatterRow, Recorded


class Submit(Payload):
    """Older entries hold the title and the words; in new ones they are withheld until published."""

    title: str = ""
    code: str
    school: Named
    through: Named
    price: Amount | None = None
    text: str = ""
    bring: str = ""


class Publish(Payload):
    """What whoever checked it publishes; older entries say nothing, since it was public before."""

    title: str = ""
    text: str = ""
    bring: str = ""


class Pledge(Payload):
    amount: Amount


class Deliver(Payload):
    """In older entries the words of whoever delivered; in new ones they are sealed."""

    words: str = ""


class GiveUp(Payload):
    """In older entries the reason; in new ones it is sealed."""

    reason: str = ""


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
