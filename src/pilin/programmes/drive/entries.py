"""What entries of drives say."""

from datetime import date

from pilin.engine.payload import Named, Part, Payload
from pilin.forms.payloads import MatterRow, Recorded


class Goods(Part):
    """So much of one sort of goods."""

    name: str
    count: int
    unit: str


class Open(Payload):
    title: str
    org: Named
    recipient: Named
    goods: tuple[Goods, ...]
    text: str = ""
    where: str = ""
    until: date


class Promise(Payload):
    """What somebody says they will bring."""

    item: int
    item_words: str = ""
    count: int


class WithdrawPromise(Payload):
    """`promise` is the number of the entry that made it."""

    promise: int
    promise_words: str = ""


class Receive(Payload):
    """`promise` is the number of the entry by which it was promised, where it was."""

    item: int
    item_words: str = ""
    count: int
    giver: str
    promise: int | None = None
    promise_words: str = ""


class Ship(Payload):
    to: str
    goods: tuple[Goods, ...]


class HandOver(Payload):
    """`batch` is the number of the entry that sent it."""

    batch: int
    batch_words: str = ""
    words: str


class Finish(Payload):
    words: str


class Given(Goods):
    """What a register says was given; `wording` its own number, where that is not exact."""

    at_least: bool
    wording: str


class DriveRow(MatterRow):
    """Several rows of a sheet make one drive."""

    items: tuple[Given, ...]
    source_row: tuple[dict[str, str], ...]  # type: ignore[assignment]


class Record(Recorded):
    row: DriveRow
