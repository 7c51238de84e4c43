"""What entries of funds and of payments say."""

from pydantic import Field

from pilin.engine.payload import Amount, Named, Payload, Worded
from pilin.forms.payloads import MatterRow, Recorded


class Open(Payload):
    title: str
    org: Named
    purpose: str
    purposes: tuple[str, ...]
    pay: str = ""


class Giving(Payload):
    """How money is given to it."""

    pay: str


class Receive(Payload):
    amount: Amount
    source: str


class Allocate(Payload):
    """`purpose` is its number in the fund, from 1."""

    purpose: int
    purpose_words: str = ""
    amount: Amount


class Request(Allocate):
    payee: str
    words: str


class GiveBack(Payload):
    amount: Amount
    payee: str
    words: str


class WindUp(Payload):
    words: str
    left_to: str


class FundRow(MatterRow):
    came_from: str = Field(alias="from")
    amount: Worded | None
    purpose: str
    spent: bool


class Record(Recorded):
    row: FundRow


class Payment(Payload):
    """What opens a payment; its purpose is 0 where money is given back."""

    fund: int
    title: str
    purpose: int
    amount: Amount
    payee: str
    words: str


class Pay(Payload):
    voucher: str


class Refund(Payload):
    amount: Amount
    words: str
