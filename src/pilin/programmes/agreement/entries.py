"""What entries of agreements say."""

from datetime import date

from pilin.engine.payload import Amount, Named, Payload, Worded
from pilin.forms.payloads import MatterRow, Recorded


class Draft(Payload):
    title: str
    org: Named
    parties: tuple[Named, ...]
    fields_of_work: tuple[str, ...]
    text: str
    until: date


class Renew(Payload):
    until: date
    words: str


class LeadProject(Payload):
    """`field` is its number in the agreement, from 1."""

    field: int
    field_words: str = ""
    title: str
    lead: Named
    partners: tuple[Named, ...] = ()
    official: str
    budget: Amount | None = None
    finish: date


class Charge(Payload):
    """A line of the lead-project list becomes an office's own for a year; `line` is the number of its entry."""

    line: int
    line_words: str = ""
    setter: Named
    org: Named
    year: int
    quarter: int
    target: str


class AgreementRow(MatterRow):
    serial: str
    left: str
    right: str
    fields: tuple[str, ...]
    field_count: Worded | None
    signed_on: Worded | None


class Record(Recorded):
    row: AgreementRow
