"""What entries of suggestions say."""

from datetime import date

from pilin.engine.payload import Named, Payload, Worded
from pilin.forms.payloads import MatterRow, Reason, Recorded


class Write(Payload):
    title: str
    type: str
    studio: Named
    to: Named
    situation_text: str
    proposal: str


class Outcome(Payload):
    title: str
    to: Named
    proposal: str


class Assign(Payload):
    lead: Named
    assisting: tuple[Named, ...] = ()
    answer_by: date


class Answer(Payload):
    answer: str


class Deliberate(Reason):
    forum: Named


class SuggestionRow(MatterRow):
    type_wording: str
    count: Worded | None
    as_of: Worded | None


class Record(Recorded):
    row: SuggestionRow
