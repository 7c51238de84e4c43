"""What entries of the catalogue say."""

from pilin.engine.payload import Amount, Named, Payload, Worded
from pilin.forms.payloads import MatterRow, Recorded


class PutForward(Payload):
    title: str
    org: Named
    place: Named | None = None
    field: str
    amount: Amount | None = None
    stage: str
    text: str
    wanted: str


class Update(Payload):
    """The project as it stands now."""

    stage: str
    amount: Amount | None = None
    text: str
    wanted: str


class Agree(Payload):
    """What was agreed, with what kind of partner: no name is asked for."""

    words: str
    amount: Amount | None = None


class OpportunityRow(MatterRow):
    field: str
    planned: Worded | None = None
    stage: str
    text: str = ""
    wanted: str = ""


class Record(Recorded):
    row: OpportunityRow
