"""What entries of pairings say. Names and letters are not among it: they are kept sealed."""

from datetime import date

from pilin.engine.payload import Named, Payload, Worded
from pilin.forms.payloads import MatterRow, Recorded


class Propose(Payload):
    title: str
    type: str
    org: Named
    partner: Named
    text: str
    until: date


class Seek(Payload):
    title: str
    type: str
    org: Named
    direction: str
    field: str
    text: str


class Answer(Payload):
    partner: Named
    text: str
    until: date


class Pair(Payload):
    left_code: str
    right_code: str


class Write(Payload):
    """`pair` is its number."""

    pair: int
    pair_words: str = ""


class PassOn(Payload):
    """`letter` is the number of the entry that handed it in."""

    letter: int
    letter_words: str = ""


class Report(Payload):
    words: str


class Renew(Payload):
    until: date


class PairingRow(MatterRow):
    type: str
    type_wording: str
    left: str
    right: str
    count: Worded | None
    period: Worded | None


class Record(Recorded):
    row: PairingRow
