"""What entries of events say, and the row of a livestream room."""

from pilin.engine.payload import Moment, Named, Part, Payload
from pilin.forms.payloads import MatterRow, Recorded


class Product(Part):
    name: str
    origin: str


class Times(Payload):
    """When and where, and the room held for that time."""

    start: Moment
    end: Moment
    where: str
    room: Named | None = None


class Announce(Times):
    title: str
    type: str
    org: Named
    limit: int | None = None
    waiting: int = 0
    products: tuple[Product, ...] = ()
    text: str = ""


class CheckIn(Payload):
    """`code` is the number of the entry the registration began with."""

    code: str


class Hold(Payload):
    attendance: int
    results: str


class EventRow(MatterRow):
    host: str
    type: str
    type_wording: str


class Record(Recorded):
    row: EventRow


class RoomRow(Part):
    """`id` where it was recorded before; `where` in the register's words."""

    id: int | None = None
    name: str
    place: int | None = None
    where: str = ""
    side: str = ""
