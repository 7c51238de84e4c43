"""What entries of lead projects say. An office is named, never the person who holds it."""

from datetime import date

from pilin.engine.payload import Named, Payload
from pilin.forms.payloads import MatterRow, Recorded


class Set(Payload):
    """`quarter` is the first of the year, 1 to 4, for which an account is due."""

    title: str
    setter: Named
    org: Named
    official: str
    year: int
    quarter: int
    target: str


class TakeOn(Payload):
    plan: str


class Account(Payload):
    """The account of a quarter: its number and the day it was due are worked out, not asked."""

    quarter: int
    due: date
    done: str
    against: str
    standing: str
    late: str = ""


class LeadRow(MatterRow):
    """`orgs` are the one that leads and the one that set it; `quarters` what the register says of each."""

    year: int
    official: str
    target: str = ""
    quarters: tuple[str, str, str, str]


class Record(Recorded):
    row: LeadRow
